import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEndpoints } from '../demo/openEndpoints.ts';
import { writeRegistry } from '../demo/writeRegistry.ts';
import { openWorld, readClock } from '../test/integration/demo/openWorld.ts';
import { startAssay } from '../test/support/assayProcess.ts';
import { hostileModes, startHostileServer } from '../test/support/hostileServer.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';

/** Each phase of an audit waits for the third 5 seconds longer than for the two that agree. */
const patienceSeconds = 30;
const heapMb = 1024;
const kinds = ['core', 'esplora', 'electrum', 'evm'] as const;

/**
 * An audit with a quorum of two, of whose three sources one is hostile in each way that is known, as a
 * process with a heap of 1 GB: it has to end, with the verdict of the other two. Of each kind of source
 * the slowest way counts.
 */
export const benchmark: Benchmark = {
  name: 'hostile',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
    const open = await openWorld();
    const operators = [{ name: 'one' }, { name: 'two' }];
    const endpoints = await openEndpoints(open.world, { operators });
    const registry = join(folder, 'addresses');
    await writeRegistry(registry, open.world.assets, readClock());
    const chain = endpoints.rpc[0]?.split('=')[0] ?? '';

    async function audit(bitcoin: readonly string[], rpc: readonly string[]): Promise<number> {
      const begin = performance.now();
      const { code, signal, error } = await startAssay(
        [
          ...['reconcile', 'dbtc', '--json', '--quorum', '2', '--registry', registry],
          ...[...endpoints.bitcoin, ...bitcoin].flatMap((url) => ['--bitcoin', url]),
          ...[...endpoints.rpc, ...rpc].flatMap((url) => ['--rpc', url]),
        ],
        [`--max-old-space-size=${heapMb}`],
      ).ended;
      if (code !== 0) throw new Error(`ended with ${code ?? signal}: ${error}`);
      return (performance.now() - begin) / 1000;
    }

    try {
      const quiet = await audit([], []);
      const results: BenchmarkResult[] = [];
      for (const kind of kinds) {
        const slowest = { seconds: 0, mode: '' };
        for (const mode of hostileModes) {
          await using server = await startHostileServer(
            mode,
            kind === 'electrum' ? 'lines' : 'http',
          );
          const place = `127.0.0.1:${server.port}`;
          const third = {
            core: `core+http://user:password@${place}`,
            esplora: `esplora+http://${place}`,
            electrum: `electrum+tcp://${place}`,
            evm: `${chain}=http://${place}/`,
          }[kind];
          const named = [`${third}#operator=mallory`];
          const seconds = kind === 'evm' ? await audit([], named) : await audit(named, []);
          process.stderr.write(`  ${kind}: ${mode}: ${seconds.toFixed(1)} s\n`);
          if (seconds > slowest.seconds) Object.assign(slowest, { seconds, mode });
        }
        results.push({
          name: `one hostile source of three (${kind}), ${hostileModes.length} ways: ${slowest.mode}`,
          unit: 's',
          measured: slowest.seconds,
          reference: `without it ${quiet.toFixed(1)} s; the patience`,
          referenceValue: quiet + patienceSeconds,
          ratio: slowest.seconds / (quiet + patienceSeconds),
          bound: 'at most',
          limit: 1,
        });
      }
      return results;
    } finally {
      await endpoints.close();
      await open.close();
      await rm(folder, { recursive: true });
    }
  },
};
