import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Benchmark } from './benchmark.ts';
import { buildCustodyChain } from './custodyChain.ts';

const size = { addresses: 10_000, utxos: 50_000, blocksAbove: 5 };
const memoryLimitMb = 400;

const Times = z.object({ oursMs: z.number(), bareMs: z.number(), utxos: z.literal(size.utxos) });
const Memory = z.object({ maxRssMb: z.number(), utxos: z.literal(size.utxos) });

/**
 * Reserves of 10,000 addresses through Bitcoin Core: time against the bare calls, and memory. Both
 * are taken in processes of their own, apart from the one that has built the chain.
 */
export const benchmark: Benchmark = {
  name: 'reserves',
  async run() {
    await using chain = await buildCustodyChain(size);
    const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
    try {
      const file = join(folder, 'request.json');
      const { coreSourceUrl } = chain.bitcoind;
      const request = { url: coreSourceUrl, height: chain.height, scripts: chain.scripts };
      await writeFile(file, JSON.stringify(request), { mode: 0o600 });
      const { oursMs, bareMs } = Times.parse(await runProgram('timeReserves.ts', file));
      const { maxRssMb } = Memory.parse(await runProgram('readReservesOnce.ts', file));
      return [
        {
          name: 'reserves of 10,000 addresses with 50,000 UTXOs through Bitcoin Core',
          unit: 'ms',
          measured: oursMs,
          reference: 'bare scantxoutset and getblock, read and JSON-parsed',
          referenceValue: bareMs,
          ratio: oursMs / bareMs,
          bound: 'at most',
          limit: 1.5,
        },
        {
          name: 'peak memory of reading 50,000 UTXOs through Bitcoin Core',
          unit: 'MB',
          measured: maxRssMb,
          reference: 'the limit',
          referenceValue: memoryLimitMb,
          ratio: maxRssMb / memoryLimitMb,
          bound: 'at most',
          limit: 1,
        },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function runProgram(name: string, requestFile: string): Promise<unknown> {
  const program = join(import.meta.dirname, name);
  const { stdout } = await promisify(execFile)(process.execPath, [program, requestFile]);
  return JSON.parse(stdout);
}
