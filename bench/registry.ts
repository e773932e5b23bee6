import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { address } from 'bitcoinjs-lib';
import { z } from 'zod';
import { buildRegistry, makeAssetFile, makeReservesFile } from '../test/support/registryBuilder.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';

const addresses = 100_000;
const assets = 50;
const rounds = 3;
const run = promisify(execFile);
const shipped = fileURLToPath(new URL('../addresses', import.meta.url));

/**
 * Checking the shipped registry, and a made-up one of 100,000 custody addresses of four script types,
 * each as a process of its own from its start. The references are the bounds that were set, since no
 * other program does the same.
 */
export const benchmark: Benchmark = {
  name: 'registry',
  async run(): Promise<readonly BenchmarkResult[]> {
    await using madeUp = await buildRegistry(makeFolders());
    const small = await measure(shipped);
    const large = await measure(madeUp.directory);
    if (large.addresses !== addresses) throw new Error(`${large.addresses} addresses were checked`);
    return [
      atMost('check the shipped registry', 'ms', small.milliseconds, 1_000),
      atMost(`check a registry of ${addresses} addresses`, 'ms', large.milliseconds, 10_000),
      atMost('its peak memory', 'MB', large.maxRssMb, 500),
    ];
  },
};

function atMost(name: string, unit: string, measured: number, limit: number): BenchmarkResult {
  const reference = { reference: 'the bound', referenceValue: limit };
  return {
    name,
    unit,
    measured,
    ...reference,
    ratio: measured / limit,
    bound: 'at most',
    limit: 1,
  };
}

const Measured = z.object({
  milliseconds: z.number(),
  maxRssMb: z.number(),
  addresses: z.number(),
  findings: z.literal(0),
});

/** The median of a few runs, by time. */
async function measure(directory: string): Promise<z.infer<typeof Measured>> {
  const script = fileURLToPath(new URL('checkRegistryOnce.ts', import.meta.url));
  const results: z.infer<typeof Measured>[] = [];
  for (let round = 0; round < rounds; round++) {
    const { stdout } = await run(process.execPath, [script, directory]);
    results.push(Measured.parse(JSON.parse(stdout)));
  }
  results.sort((a, b) => a.milliseconds - b.milliseconds);
  const [median] = results.slice(Math.floor(rounds / 2));
  if (!median) throw new Error('nothing was measured');
  return median;
}

function makeFolders(): Parameters<typeof buildRegistry>[0] {
  const perAsset = addresses / assets;
  return Object.fromEntries(
    Array.from({ length: assets }, (_, index) => {
      const id = `made-up-${index}`;
      const token = `eip155:${index + 1}/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599`;
      const deployments = [{ token, kind: 'canonical', decimals: 8, provenance: ['issuer'] }];
      const list = Array.from({ length: perAsset }, (_, at) => makeAddress(index * perAsset + at));
      return [
        id,
        {
          'asset.json': makeAssetFile(id, { deployments }),
          'reserves.json': makeReservesFile(list.sort()),
        },
      ];
    }),
  );
}

/** A valid address of any script type but Taproot, whose keys must be points of the curve. */
function makeAddress(index: number): string {
  const hash = createHash('sha256').update(`custody ${index}`).digest();
  switch (index % 4) {
    case 0:
      return address.toBase58Check(hash.subarray(0, 20), 0x00);
    case 1:
      return address.toBase58Check(hash.subarray(0, 20), 0x05);
    case 2:
      return address.toBech32(hash.subarray(0, 20), 0, 'bc');
    default:
      return address.toBech32(hash, 0, 'bc');
  }
}
