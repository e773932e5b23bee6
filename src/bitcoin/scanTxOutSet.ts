import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadContext, SourceRef } from '../core/source.ts';
import { readingCancelled, sourceTimedOut } from '../core/sourceErrors.ts';
import { CoreScanStatus } from './coreAnswers.ts';
import type { CoreRpc, CoreRpcAnswer } from './coreRpc.ts';
import { coreBusy } from './errors.ts';

/** How long a scan may take and how others' scans are waited for; all in milliseconds. */
export interface ScanLimits {
  readonly scanTimeoutMs: number;
  /** For status and abort. */
  readonly callTimeoutMs: number;
  /** How long somebody else's scan is waited for. */
  readonly busyTimeoutMs: number;
  /** The first pause before asking again; each is twice as long as the one before. */
  readonly retryMs: number;
  /** Between two questions for the progress. */
  readonly pollMs: number;
  /** How long a call that the node refuses at once may take to come back. */
  readonly graceMs: number;
}

const invalidParameter = -8;
const longestRetryMs = 15_000;

/**
 * `scantxoutset start` over all scripts in one pass of the node's UTXO set.
 *
 * A node runs one scan at a time: somebody else's is waited for and never aborted. Our own is aborted
 * when the caller gives up or it takes too long, since it would go on in the node without us.
 *
 * @param scripts scriptPubKeys in lower-case hex
 * @returns the node's answer, unchecked
 * @throws AssayError SOURCE_BUSY, SOURCE_TIMEOUT and what `CoreRpc.call` throws
 */
export async function scanTxOutSet(
  scripts: readonly string[],
  rpc: CoreRpc,
  source: SourceRef,
  limits: ScanLimits,
  context: ReadContext,
): Promise<CoreRpcAnswer> {
  const descriptors = scripts.map((script) => `raw(${script})`);
  const deadline = performance.now() + limits.busyTimeoutMs;
  for (let pause = limits.retryMs; ; pause = Math.min(2 * pause, longestRetryMs)) {
    const answer = await runScan(descriptors, rpc, source, limits, context);
    if (!isBusy(answer)) return answer;
    if (performance.now() + pause > deadline) {
      const seconds = Math.round(limits.busyTimeoutMs / 1000);
      throw coreBusy(source, `was scanning for somebody else for all of ${seconds} s`);
    }
    await settlesWithin(new Promise(() => {}), pause, context.signal);
    if (context.signal?.aborted) throw readingCancelled(source, context.signal);
  }
}

/** "Scan already in progress": the one thing that is wrong with valid parameters. */
function isBusy(answer: CoreRpcAnswer): boolean {
  return answer.error?.code === invalidParameter && /in progress/i.test(answer.error.message);
}

async function runScan(
  descriptors: readonly string[],
  rpc: CoreRpc,
  source: SourceRef,
  limits: ScanLimits,
  context: ReadContext,
): Promise<CoreRpcAnswer> {
  const hangUp = new AbortController();
  // Not the caller's signal: the scan would go on in the node, and hold up everybody else.
  const call = rpc.call('scantxoutset', ['start', descriptors], {
    signal: hangUp.signal,
    maxBytes: Infinity,
    timeoutMs: limits.scanTimeoutMs + 4 * limits.callTimeoutMs,
  });
  const polling = pollProgress(call, rpc, source, limits, context);
  if (!(await settlesWithin(call, limits.scanTimeoutMs, context.signal))) {
    await abortOwnScan(call, rpc, limits);
    hangUp.abort();
    await polling;
    // Its outcome no longer matters, but it must not stay unhandled.
    await call.catch(() => {});
    if (context.signal?.aborted) throw readingCancelled(source, context.signal);
    throw sourceTimedOut(source, 'scantxoutset', limits.scanTimeoutMs);
  }
  await polling;
  return call;
}

/**
 * `scantxoutset abort` ends whichever scan is running, so it must be known to be ours. A start that
 * finds another scan is refused at once. The node takes calls in order: when it has answered a status
 * that was sent after our start, the start has been taken up; if it is still not refused a moment
 * later, then the scan is ours. (What remains is a scan of ours that ends, and another's that begins,
 * within the one round trip of the abort; the interface leaves no way to exclude that.)
 */
async function abortOwnScan(
  call: Promise<CoreRpcAnswer>,
  rpc: CoreRpc,
  limits: ScanLimits,
): Promise<void> {
  const options = { timeoutMs: limits.callTimeoutMs };
  try {
    const status = await rpc.call('scantxoutset', ['status'], options);
    if (status.error || status.result === null) return;
    if (await settlesWithin(call, limits.graceMs)) return;
    await rpc.call('scantxoutset', ['abort'], options);
    await settlesWithin(call, limits.callTimeoutMs);
  } catch {
    // A node that does not even answer this cannot be told to stop; the caller's error stands.
  }
}

async function pollProgress(
  call: Promise<unknown>,
  rpc: CoreRpc,
  source: SourceRef,
  limits: ScanLimits,
  { onProgress, signal }: ReadContext,
): Promise<void> {
  if (!onProgress) return;
  const ended = new AbortController();
  void call.then(
    () => ended.abort(),
    () => ended.abort(),
  );
  const either = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
  const options = { signal: either, timeoutMs: limits.callTimeoutMs };
  while (!(await settlesWithin(call, limits.pollMs, signal)) && !signal?.aborted) {
    try {
      const answer = await rpc.call('scantxoutset', ['status'], options);
      const status = CoreScanStatus.safeParse(answer.result);
      if (status.data)
        onProgress({ source, phase: 'scan', done: status.data.progress, total: 100 });
    } catch {
      // Progress is for the eye only; if the node is gone, the scan itself says so.
    }
  }
}

/** Whether the promise settles, either way, before the time is up or the signal aborts. */
async function settlesWithin(
  promise: Promise<unknown>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const timer = new AbortController();
  const either = signal ? AbortSignal.any([signal, timer.signal]) : timer.signal;
  const timeUp = sleep(timeoutMs, false, { signal: either }).catch(() => false);
  const settled = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, timeUp]);
  } finally {
    timer.abort();
  }
}
