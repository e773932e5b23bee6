import { afterEach, describe, expect, it } from 'vitest';
import type { Progress } from '../../../src/core/source.ts';
import {
  alice,
  altered,
  bob,
  type CoreSetting,
  countActions,
  isStart,
  readCore,
  readingCode,
  setUpCore,
  sums,
  type Twist,
} from '../../support/coreSetting.ts';
import type { RpcReply } from '../../support/jsonRpcServer.ts';
import { rejectionCode } from '../../support/rejection.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

async function setUp(...args: Parameters<typeof setUpCore>): Promise<CoreSetting> {
  const setting = await setUpCore(...args);
  open.push(setting);
  return setting;
}

describe('a Bitcoin Core source and the one scan at a time', () => {
  const inProgress: RpcReply = {
    error: { code: -8, message: 'Scan already in progress, use action "abort" or "status"' },
  };

  it("waits for somebody else's scan and never aborts it", async () => {
    const setting = await setUp((call, times) =>
      isStart(call) && times < 4 ? inProgress : undefined,
    );
    expect(sums(await readCore(setting))).toEqual([1500n, 250n]);
    expect(countActions(setting.server, 'start')).toBe(4);
    expect(countActions(setting.server, 'abort')).toBe(0);
  });

  it("gives up on somebody else's scan after a while, without aborting it", async () => {
    const setting = await setUp((call) => (isStart(call) ? inProgress : undefined), {
      busyTimeoutMs: 10,
    });
    expect(await rejectionCode(() => readCore(setting))).toBe('SOURCE_BUSY');
    expect(countActions(setting.server, 'abort')).toBe(0);
  });

  it("leaves somebody else's scan alone when the caller gives up waiting", async () => {
    const caller = new AbortController();
    const setting = await setUp(
      (call) => {
        if (!isStart(call)) return undefined;
        setImmediate(() => caller.abort());
        return inProgress;
      },
      { retryMs: 60_000 },
    );
    expect(await rejectionCode(() => readCore(setting, 2, caller.signal))).toBe('SOURCE_TIMEOUT');
    expect(countActions(setting.server, 'abort')).toBe(0);
  });

  /** A node whose scan goes on until it is aborted. */
  function endless(onStart: () => void): Twist {
    let end: (reply: RpcReply) => void = () => undefined;
    return ({ method, params }, _times, _chain, honest) => {
      if (method !== 'scantxoutset') return undefined;
      if (params[0] === 'start') {
        onStart();
        return new Promise<RpcReply>((resolve) => {
          end = resolve;
        });
      }
      if (params[0] === 'status') return { result: { progress: 42 } };
      const reply = honest();
      end(reply);
      return { result: true };
    };
  }

  it('aborts its own scan when the caller gives up', async () => {
    const caller = new AbortController();
    const setting = await setUp(endless(() => caller.abort()));
    expect(await rejectionCode(() => readCore(setting, 2, caller.signal))).toBe('SOURCE_TIMEOUT');
    expect(countActions(setting.server, 'abort')).toBe(1);
  });

  it('aborts its own scan when that takes too long', async () => {
    const setting = await setUp(
      endless(() => undefined),
      { scanTimeoutMs: 20 },
    );
    expect(await rejectionCode(() => readCore(setting))).toBe('SOURCE_TIMEOUT');
    expect(countActions(setting.server, 'abort')).toBe(1);
  });

  it('begins no scan where a block above turns out to be missing', async () => {
    const setting = await setUp(({ method }) =>
      method === 'getblock'
        ? { error: { code: -1, message: 'Block not available (pruned data)' } }
        : undefined,
    );
    expect(await rejectionCode(() => readCore(setting))).toBe('BITCOIN_HEIGHT_PRUNED');
    expect(countActions(setting.server, 'start')).toBe(0);
  });

  it('does not abort when its own start comes back refused at the last moment', async () => {
    const caller = new AbortController();
    let refuse: () => void = () => undefined;
    const setting = await setUp(
      ({ params }) => {
        if (params[0] === 'start') {
          caller.abort();
          return new Promise<RpcReply>((resolve) => {
            refuse = () => resolve(inProgress);
          });
        }
        if (params[0] !== 'status') return undefined;
        refuse();
        return { result: { progress: 99 } };
      },
      { graceMs: 5_000 },
    );
    expect(await rejectionCode(() => readCore(setting, 2, caller.signal))).toBe('SOURCE_TIMEOUT');
    expect(countActions(setting.server, 'abort')).toBe(0);
  });

  it('reports a scan of its own that somebody else aborted', async () => {
    const twist = altered('scantxoutset', (result) => ({ ...result, success: false }));
    expect(await readingCode(twist)).toBe('SOURCE_BUSY');
  });

  it('tells how far the scan is', async () => {
    let release: (reply: undefined) => void = () => undefined;
    const setting = await setUp(({ method, params }) => {
      if (method !== 'scantxoutset') return undefined;
      if (params[0] === 'status') return { result: { progress: 42 } };
      return new Promise<undefined>((resolve) => {
        release = resolve;
      });
    });
    const seen: Progress[] = [];
    const observation = await setting.source.readReserves(
      { point: setting.chain.point(2), scripts: [alice, bob] },
      {
        onProgress: (progress) => {
          seen.push(progress);
          release(undefined);
        },
      },
    );
    expect(sums(observation)).toEqual([1500n, 250n]);
    expect(seen[0]).toEqual({
      source: setting.source.source,
      phase: 'scan',
      done: 42,
      total: 100,
    });
  });
});
