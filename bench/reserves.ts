import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Pool } from 'undici';
import { z } from 'zod';
import { createCoreSource } from '../src/bitcoin/coreSource.ts';
import { parseBitcoinSourceUrl } from '../src/bitcoin/parseBitcoinSourceUrl.ts';
import { bitcoinNetworks } from '../src/core/bitcoinNetwork.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { buildCustodyChain, type CustodyChain } from './custodyChain.ts';

const warmUps = 3;
const rounds = 15;
const size = { addresses: 10_000, utxos: 50_000, blocksAbove: 5 };
const memoryLimitMb = 400;

/** Reserves of 10,000 addresses through Bitcoin Core: time against the bare calls, and memory. */
export const benchmark: Benchmark = {
  name: 'reserves',
  async run() {
    await using chain = await buildCustodyChain(size);
    return [await compareTimes(chain), await measureMemory(chain)];
  },
};

/** Both in turn, the first rounds unmeasured, and the undisturbed rounds of each compared. */
async function compareTimes(chain: CustodyChain): Promise<BenchmarkResult> {
  const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
  if (!network) throw new Error('regtest is not a network');
  const url = parseBitcoinSourceUrl(chain.bitcoind.coreSourceUrl);
  const source = createCoreSource({ url, network });
  const bare = createBareReader(chain);
  const collect = findCollector();
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    const point = await source.readPoint(chain.height);
    for (let round = 0; round < warmUps + rounds; round++) {
      const theirTime = await time(() => bare.read(), collect);
      const ourTime = await time(async () => {
        const observation = await source.readReserves({ point, scripts: chain.scripts });
        const count = observation.scripts.reduce((sum, one) => sum + (one.utxos?.length ?? 0), 0);
        if (count !== size.utxos) throw new Error(`${count} UTXOs were read, not ${size.utxos}`);
      }, collect);
      if (round < warmUps) continue;
      theirs.push(theirTime);
      ours.push(ourTime);
    }
  } finally {
    await source.close();
    await bare.close();
  }
  const measured = undisturbed(ours);
  const referenceValue = undisturbed(theirs);
  return {
    name: 'reserves of 10,000 addresses with 50,000 UTXOs through Bitcoin Core',
    unit: 'ms',
    measured,
    reference: 'bare scantxoutset and getblock, read and JSON-parsed',
    referenceValue,
    ratio: measured / referenceValue,
    bound: 'at most',
    limit: 1.5,
  };
}

/** The peak of a process that does nothing but the reading. */
async function measureMemory(chain: CustodyChain): Promise<BenchmarkResult> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  try {
    const file = join(folder, 'request.json');
    const { coreSourceUrl } = chain.bitcoind;
    const request = { url: coreSourceUrl, height: chain.height, scripts: chain.scripts };
    await writeFile(file, JSON.stringify(request));
    const program = join(import.meta.dirname, 'readReservesOnce.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [program, file]);
    const { maxRssMb, utxos } = z
      .object({ maxRssMb: z.number(), utxos: z.literal(size.utxos) })
      .parse(JSON.parse(stdout));
    return {
      name: `peak memory of reading ${utxos.toLocaleString('en')} UTXOs through Bitcoin Core`,
      unit: 'MB',
      measured: maxRssMb,
      reference: 'the limit',
      referenceValue: memoryLimitMb,
      ratio: maxRssMb / memoryLimitMb,
      bound: 'at most',
      limit: 1,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const Scan = z.object({ result: z.object({ bestblock: z.string(), height: z.number() }) });
const Block = z.object({ result: z.object({ previousblockhash: z.string() }) });

/** The calls that no reading could do without, and nothing else. */
function createBareReader({ bitcoind, scripts, height }: CustodyChain): {
  read(): Promise<void>;
  close(): Promise<void>;
} {
  const pool = new Pool(`http://127.0.0.1:${bitcoind.port}`);
  const pair = Buffer.from(`${bitcoind.user}:${bitcoind.password}`).toString('base64');
  const headers = { authorization: `Basic ${pair}`, 'content-type': 'application/json' };
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

function findCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

async function time(work: () => Promise<void>, collect: () => void): Promise<number> {
  // Or each would clear away what the other left.
  collect();
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The lower quartile: what else the machine does only ever adds time. */
function undisturbed(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 4)] ?? Number.NaN;
}
