import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { observeReserves } from '../src/audit/observeReserves.ts';
import { createMempoolSource } from '../src/bitcoin/mempoolSource.ts';
import { AssayError } from '../src/core/assayError.ts';
import { bitcoinNetworks } from '../src/core/bitcoinNetwork.ts';
import type { Benchmark } from './benchmark.ts';
import { ReadingSetting } from './readingSetting.ts';

const operators = ['ann', 'bob', 'eve'];
const rounds = 3;

const Setting = ReadingSetting.extend({
  apiUrl: z.string(),
});

/**
 * Three sources that must all agree, against the slowest of them read alone: 1,000 addresses from
 * servers that take 50 ms for each answer, each in a thread of its own. The median of three rounds, in
 * each of which all four readings are made.
 */
export const benchmark: Benchmark = {
  name: 'agreement',
  async run() {
    const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
    if (!network) throw new Error('there is no regtest network');
    const workers = operators.map(() => new Worker(new URL('./mempoolServer.ts', import.meta.url)));
    try {
      const settings = await Promise.all(
        workers.map(async (worker) => Setting.parse((await once(worker, 'message'))[0])),
      );
      const [setting] = settings;
      if (!setting) throw new Error('no server has started');
      const { point, scripts, held } = setting;
      const sources = settings.map(({ apiUrl }, index) =>
        createMempoolSource({
          baseUrl: apiUrl,
          source: { id: apiUrl, operator: operators[index] ?? '', kind: 'mempool' },
          network,
        }),
      );
      const time = async (some: typeof sources): Promise<number> => {
        const start = performance.now();
        const { agreed } = await observeReserves(some, point, scripts, some.length, {});
        const elapsed = performance.now() - start;
        if (agreed instanceof AssayError || agreed.total !== held)
          throw new Error('a wrong figure');
        return elapsed;
      };
      await time(sources);
      const measured: { readonly together: number; readonly slowest: number }[] = [];
      for (let round = 0; round < rounds; round++) {
        const alone: number[] = [];
        for (const source of sources) alone.push(await time([source]));
        measured.push({ together: await time(sources), slowest: Math.max(...alone) });
      }
      await Promise.all(sources.map((source) => source.close()));
      const { together, slowest } = measured.sort(
        (a, b) => a.together / a.slowest - b.together / b.slowest,
      )[rounds >> 1] ??
        measured[0] ?? { together: Number.NaN, slowest: Number.NaN };
      return [
        {
          name: `agreement of three sources over ${scripts.length} addresses`,
          unit: 'ms',
          measured: together,
          reference: 'the slowest of them alone',
          referenceValue: slowest,
          ratio: together / slowest,
          bound: 'at most',
          limit: 1.15,
        },
      ];
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
  },
};
