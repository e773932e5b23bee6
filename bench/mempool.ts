import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { createMempoolSource } from '../src/bitcoin/mempoolSource.ts';
import { bitcoinNetworks } from '../src/core/bitcoinNetwork.ts';
import type { Benchmark } from './benchmark.ts';
import { ReadingSetting } from './readingSetting.ts';

const concurrency = 16;
const rounds = 3;

const Setting = ReadingSetting.extend({
  apiUrl: z.string(),
  latencyMs: z.int(),
});

/**
 * The mempool source over 1,000 addresses, against a server that takes 50 ms for each answer, 16
 * requests at a time. The reference is what those requests take if 16 are always under way. After a
 * short reading that is not measured: the median of three.
 */
export const benchmark: Benchmark = {
  name: 'mempool',
  async run() {
    const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
    if (!network) throw new Error('there is no regtest network');
    const worker = new Worker(new URL('./mempoolServer.ts', import.meta.url));
    const receive = async (): Promise<unknown> => (await once(worker, 'message'))[0];
    try {
      const { apiUrl, point, scripts, held, latencyMs } = Setting.parse(await receive());
      const source = createMempoolSource({
        baseUrl: apiUrl,
        source: { id: apiUrl, operator: 'bench', kind: 'mempool' },
        network,
        concurrency,
      });
      const readOnce = async (wanted: typeof scripts): Promise<bigint> =>
        (await source.readReserves({ point, scripts: wanted })).total;
      const countRequests = async (): Promise<number> => {
        worker.postMessage('requests');
        return z.int().parse(await receive());
      };
      await readOnce(scripts.slice(0, 200));
      const times: number[] = [];
      let requests = 0;
      for (let round = 0; round < rounds; round++) {
        const before = await countRequests();
        const start = performance.now();
        const total = await readOnce(scripts);
        times.push(performance.now() - start);
        requests = (await countRequests()) - before;
        if (total !== held) throw new Error(`the server holds ${held} sats, not ${total}`);
      }
      await source.close();

      const measured = times.sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN;
      const ideal = (requests * latencyMs) / concurrency;
      return [
        {
          name: `mempool source: ${scripts.length} addresses, ${requests} requests`,
          unit: 'ms',
          measured,
          reference: `${requests} × ${latencyMs} ms ÷ ${concurrency} at a time`,
          referenceValue: ideal,
          ratio: measured / ideal,
          bound: 'at most',
          limit: 1.2,
        },
      ];
    } finally {
      await worker.terminate();
    }
  },
};
