import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { type AuditResult, auditWorld } from '../../../demo/auditWorld.ts';
import { buildWorld } from '../../../demo/buildWorld.ts';
import { loadWorldRegistry } from '../../../demo/loadWorldRegistry.ts';
import { openEndpoints } from '../../../demo/openEndpoints.ts';
import type { Scenario } from '../../../demo/scenario.ts';
import { none } from '../../../demo/scenarios/none.ts';
import type { World } from '../../../demo/world.ts';
import { createClockGuard } from '../../../src/audit/clockGuard.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { Registry } from '../../../src/registry/asset.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';

/** What of a scenario happens while it is audited. */
export type Disturbance = Partial<
  Pick<Scenario, 'interruption' | 'operators' | 'quorum' | 'graph'>
>;

/** The demo's world after a scenario, with what it takes to audit it. */
export interface OpenWorld {
  readonly world: World;
  readonly registry: Registry;
  /** Audits all assets as the demo does; by id. */
  audit(how?: Disturbance): Promise<ReadonlyMap<string, AuditResult>>;
  close(): Promise<void>;
}

export function readClock(): UnixTime {
  return UnixTime(Math.floor(Date.now() / 1000));
}

/** Builds a world of its own; everything of it ends with `close`. */
export async function openWorld(scenario: Scenario = none): Promise<OpenWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
  const world = await buildWorld(readClock() - scenario.seconds);
  const close = async (): Promise<void> => {
    await world.devnet.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await scenario.prepare(world);
    const { registry } = await loadWorldRegistry(folder, world, readClock());
    const account = privateKeyToAccount(generatePrivateKey());
    return {
      world,
      registry,
      close,
      audit: async (how = {}) => {
        const endpoints = await openEndpoints(world, how);
        try {
          const store = createMemoryStore();
          const { signal } = new AbortController();
          const reading = {
            endpoints,
            quorum: how.quorum,
            graph: how.graph,
            guard: createClockGuard({ clock: readClock, steady: () => performance.now() / 1000 }),
            signal,
          };
          const auditor = { registry, account, store, ...reading };
          const results = await auditWorld(world, auditor);
          return new Map(results.map((result) => [result.asset.id, result]));
        } finally {
          await endpoints.close();
        }
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
