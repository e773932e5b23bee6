import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClockGuard } from '../src/audit/clockGuard.ts';
import { combineExitCodes, exitCodeOfVerdict } from '../src/cli/exitCode.ts';
import { createStyle } from '../src/cli/output/style.ts';
import type { UnixTime } from '../src/core/unixTime.ts';
import { type EvidenceFolder, openEvidenceFolder } from '../src/store/evidenceFolder.ts';
import { createMemoryStore } from '../src/store/memoryStore.ts';
import { type Auditor, type AuditResult, auditWorld } from './auditWorld.ts';
import { buildWorld } from './buildWorld.ts';
import { createSigner } from './createSigner.ts';
import { loadWorldRegistry } from './loadWorldRegistry.ts';
import { openEndpoints } from './openEndpoints.ts';
import { describeResult } from './output/describeResult.ts';
import { formatIntroduction } from './output/formatIntroduction.ts';
import { formatResult } from './output/formatResult.ts';
import { type NaiveReading, readNaively } from './readNaively.ts';
import type { Scenario } from './scenario.ts';
import { serveWorld } from './serveWorld.ts';
import type { World } from './world.ts';

export interface DemoOptions {
  readonly scenario: Scenario;
  /** Audit once and end, rather than serve until the signal. */
  readonly once: boolean;
  /** One JSON line per asset on standard output, and nothing else there. */
  readonly json: boolean;
  /** To serve at; undefined for 8080, or any free one where that is taken. */
  readonly port: number | undefined;
  /** How many operators must agree; undefined for what the scenario asks for. */
  readonly quorum: number | undefined;
}

/** What the demo may touch of the terminal, and when it is to end. */
export interface DemoTerminal {
  readonly writeOut: (text: string) => void;
  /** For progress. */
  readonly writeError: (text: string) => void;
  readonly colors: boolean;
  readonly clock: () => UnixTime;
  /** Aborted when the user wants it to end. */
  readonly signal: AbortSignal;
}

/**
 * Builds a world on real nodes, plays a scenario, audits both assets as the service does, and serves
 * the answers until the signal is aborted. However it ends, no process and no file is left.
 *
 * @returns the exit code of the verdicts with `once`, else 0
 * @throws Error where nodes cannot be had or the audit is wrong; whatever the signal's reason is when
 * it is aborted before there is an answer
 */
export async function runDemo(options: DemoOptions, terminal: DemoTerminal): Promise<number> {
  const { scenario } = options;
  const { clock, signal, writeError } = terminal;
  const folder = await mkdtemp(join(tmpdir(), 'assay-demo-'));
  let world: World | undefined;
  let evidence: EvidenceFolder | undefined;
  // Nodes that are gone end whatever still waits for one of them.
  const stopNodes = (): void => void world?.devnet.stop();
  signal.addEventListener('abort', stopNodes);
  try {
    // Two keys are derived from a passphrase meanwhile, which takes as long as the nodes do.
    const signing = createSigner(folder);
    signing.catch(() => undefined);
    writeError('starting bitcoind and two anvils, and making transactions ...\n');
    world = await buildWorld(clock() - scenario.seconds, signal);
    signal.throwIfAborted();
    await scenario.prepare(world);
    const { registry, directory } = await loadWorldRegistry(folder, world, clock());
    const endpoints = await openEndpoints(world, scenario);
    try {
      const account = await signing;
      const store = createMemoryStore();
      const quorum = options.quorum ?? scenario.quorum;
      evidence = await openEvidenceFolder(join(folder, 'evidence'));
      const { graph } = scenario;
      const steady = () => performance.now() / 1000;
      const guard = createClockGuard({ clock, steady });
      const how = { guard, signal, quorum, graph };
      const auditor = { registry, endpoints, account, store, evidence, ...how };
      const results = await auditAndShow(world, auditor, options, terminal);
      if (options.once) {
        return combineExitCodes(results.map(({ verified }) => exitCodeOfVerdict(verified.verdict)));
      }
      const [first] = results;
      const places = { directory, port: options.port, attestation: first?.verified };
      await serveWorld(world, auditor, places, terminal);
      return 0;
    } finally {
      await endpoints.close();
    }
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    throw thrown;
  } finally {
    signal.removeEventListener('abort', stopNodes);
    await world?.devnet.stop();
    await evidence?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function auditAndShow(
  world: World,
  auditor: Auditor,
  { scenario, json }: DemoOptions,
  { writeOut, writeError, colors, clock }: DemoTerminal,
): Promise<AuditResult[]> {
  const style = createStyle(colors);
  if (!json) {
    const moment = { tip: await world.devnet.readBitcoinTip(), now: clock() };
    writeOut(formatIntroduction(world, scenario, moment, style));
  }
  const naive = new Map<string, NaiveReading>();
  if (scenario.naive) {
    for (const asset of world.assets) {
      naive.set(asset.id, await readNaively(asset, scenario.naive, world));
    }
  }
  writeError('auditing ...\n');
  const results = await auditWorld(world, auditor);
  for (const result of results) {
    const other = naive.get(result.asset.id);
    writeOut(
      json
        ? `${JSON.stringify(describeResult(scenario.name, result, other))}\n`
        : `\n${formatResult(result, other, clock(), style)}`,
    );
  }
  return results;
}
