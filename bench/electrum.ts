import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { createElectrumSource, electrumLimits } from '../src/bitcoin/electrumSource.ts';
import { parseBitcoinSourceUrl } from '../src/bitcoin/parseBitcoinSourceUrl.ts';
import { bitcoinNetworks } from '../src/core/bitcoinNetwork.ts';
import type { Benchmark } from './benchmark.ts';
import { ReadingSetting } from './readingSetting.ts';

const rounds = 5;

const Setting = ReadingSetting.extend({
  port: z.int(),
  sourceUrl: z.string(),
});
const Requests = z.array(z.object({ method: z.string(), subject: z.unknown() }));
type Requests = z.infer<typeof Requests>;

/**
 * The Electrum source over 10,000 scripts, against the calls that it makes, sent bare to the same
 * server: in arrays of the same size, as many at a time, the answers parsed as JSON and no more. After
 * one reading that is not measured: the medians of five, taken in turn.
 */
export const benchmark: Benchmark = {
  name: 'electrum',
  async run() {
    const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
    if (!network) throw new Error('there is no regtest network');
    const worker = new Worker(new URL('./electrumServer.ts', import.meta.url));
    const receive = async (): Promise<unknown> => (await once(worker, 'message'))[0];
    try {
      const { port, sourceUrl, point, scripts, held } = Setting.parse(await receive());
      const source = createElectrumSource({ url: parseBitcoinSourceUrl(sourceUrl), network });
      const readOnce = async (): Promise<void> => {
        const { total } = await source.readReserves({ point, scripts });
        if (total !== held) throw new Error(`the server holds ${held} sats, not ${total}`);
      };
      const takeRequests = async (): Promise<Requests> => {
        worker.postMessage('requests');
        return Requests.parse(await receive());
      };

      await readOnce();
      const requests = (await takeRequests()).filter(({ method }) => !method.startsWith('server.'));
      const ours: number[] = [];
      const bare: number[] = [];
      for (let round = 0; round < rounds; round++) {
        ours.push(await timeIt(readOnce));
        bare.push(await timeIt(() => sendBare(port, requests)));
      }
      await source.close();

      const [measured, reference] = [median(ours), median(bare)];
      return [
        {
          name: `Electrum source: ${scripts.length} scripts, ${requests.length} calls`,
          unit: 'ms',
          measured,
          reference: `the same calls bare, ${electrumLimits.batchSize} in an array, ${electrumLimits.concurrency} arrays at a time`,
          referenceValue: reference,
          ratio: measured / reference,
          bound: 'at most',
          limit: 1.3,
        },
      ];
    } finally {
      await worker.terminate();
    }
  },
};

/** Sends the calls as they are, and waits for an answer to each. */
async function sendBare(port: number, requests: Requests): Promise<void> {
  const { batchSize, concurrency } = electrumLimits;
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const call = (id: number, method: string, params: readonly unknown[]): string =>
    JSON.stringify({ jsonrpc: '2.0', id, method, params });
  socket.write(`${call(0, 'server.version', ['bench', ['1.4', '1.6']])}\n`);
  await lines.next();
  const arrays: string[] = [];
  for (let start = 0; start < requests.length; start += batchSize) {
    const part = requests.slice(start, start + batchSize);
    const calls = part.map(({ method, subject }, index) =>
      call(start + index, method, subject === undefined ? [] : [subject]),
    );
    arrays.push(`[${calls.join(',')}]\n`);
  }
  let sent = 0;
  for (; sent < concurrency; sent++) socket.write(arrays[sent] ?? '');
  for (let answered = 0; answered < arrays.length; answered++) {
    const { value } = await lines.next();
    if (!Array.isArray(JSON.parse(String(value)))) throw new Error('the server refuses arrays');
    socket.write(arrays[sent++] ?? '');
  }
  socket.destroy();
}

async function timeIt(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}
