import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Pool } from 'undici';
import { z } from 'zod';
import {
  countUtxos,
  openSource,
  type ReservesRequest,
  readReservesRequest,
} from './reservesRequest.ts';

// Times the source and the bare calls in turn, and prints the undisturbed rounds of each.
const warmUps = 3;
const rounds = 15;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const request = await readReservesRequest(process.argv.slice(2));
const source = openSource(request);
const bare = createBareReader(request);
const point = await source.readPoint(request.height);
const ours: number[] = [];
const theirs: number[] = [];
let utxos = 0;
for (let round = 0; round < warmUps + rounds; round++) {
  const bareTime = await time(() => bare.read());
  const ourTime = await time(async () => {
    utxos = countUtxos(await source.readReserves({ point, scripts: request.scripts }));
  });
  if (round < warmUps) continue;
  theirs.push(bareTime);
  ours.push(ourTime);
}
await source.close();
await bare.close();
const result = { oursMs: undisturbed(ours), bareMs: undisturbed(theirs), utxos };
process.stdout.write(JSON.stringify(result));

/** The calls that no reading could do without, their answers read and JSON-parsed, nothing else. */
function createBareReader({ url, scripts, height }: ReservesRequest): {
  read(): Promise<void>;
  close(): Promise<void>;
} {
  const { origin, username, password } = new URL(url.replace(/^core\+/, ''));
  const pool = new Pool(origin);
  const pair = Buffer.from(`${username}:${password}`).toString('base64');
  const headers = { authorization: `Basic ${pair}`, 'content-type': 'application/json' };
  const Scan = z.object({ result: z.object({ bestblock: z.string(), height: z.number() }) });
  const Block = z.object({ result: z.object({ previousblockhash: z.string() }) });
  async function call(method: string, params: readonly unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const response = await pool.request({ path: '/', method: 'POST', headers, body });
    return JSON.parse(await response.body.text());
  }
  return {
    async read() {
      const descriptors = scripts.map(({ script }) => `raw(${script})`);
      const scan = await call('scantxoutset', ['start', descriptors]);
      // Only the few fields that lead to the next call are looked at.
      let { bestblock: hash, height: at } = Scan.parse(scan).result;
      for (; at > height; at--) {
        hash = Block.parse(await call('getblock', [hash, 3])).result.previousblockhash;
      }
    },
    close: () => pool.close(),
  };
}

async function time(work: () => Promise<void>): Promise<number> {
  // Or each would clear away what the other left.
  collectGarbage();
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The lower quartile: what else the machine does only ever adds time. */
function undisturbed(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 4)] ?? Number.NaN;
}
