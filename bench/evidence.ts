import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';
import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';
import { verifyBundle } from '../src/evidence/verifyBundle.ts';
import { writeBundle } from '../src/evidence/writeBundle.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { buildEvidenceBundle, type EvidenceBundle } from './evidenceBundle.ts';

const rounds = 4;
const fileLimitMb = 60;
const memoryLimitMb = 300;

const Memory = z.object({ maxRssMb: z.number(), utxos: z.int() });

/**
 * Verifying an evidence bundle of 50,000 UTXOs from its file, against the hashing that no verifier
 * could do without, by the same library: its content, and twice over each header, transaction and node.
 * Both take turns; the undisturbed round of each is compared. Memory is taken in a process of its own.
 */
export const benchmark: Benchmark = {
  name: 'evidence',
  async run(): Promise<readonly BenchmarkResult[]> {
    const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
    try {
      const bundle = buildEvidenceBundle();
      const { report, utxos } = bundle;
      const file = join(folder, 'bundle');
      await pipeline(Readable.from(writeBundle(bundle.records).file), createWriteStream(file));
      await writeFile(join(folder, 'report.json'), JSON.stringify(report));
      const content = Uint8Array.from(inflateSync(await readFile(file)));

      const verified: number[] = [];
      const bare: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        bare.push(await time(async () => hashBare(bundle, content)));
        verified.push(
          await time(async () => {
            const { outputs } = await verifyBundle(createReadStream(file), report);
            if (outputs !== utxos) throw new Error('the bundle is not whole');
          }),
        );
      }
      const measured = utxos / Math.min(...verified);
      const referenceValue = utxos / Math.min(...bare);
      const fileMb = (await stat(file)).size / 1_000_000;
      const { maxRssMb } = Memory.parse(await runOnce(file, join(folder, 'report.json')));
      return [
        {
          name: `verify an evidence bundle of ${utxos} UTXOs`,
          unit: 'UTXOs/s',
          measured,
          reference: 'the bare hashing (SHA-256 of @noble/hashes)',
          referenceValue,
          ratio: measured / referenceValue,
          bound: 'at least',
          limit: 0.6,
        },
        limited(`file of an evidence bundle of ${utxos} UTXOs`, fileMb, fileLimitMb),
        limited(`peak memory of verifying ${utxos} UTXOs`, maxRssMb, memoryLimitMb),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function limited(name: string, measured: number, limit: number): BenchmarkResult {
  return {
    name,
    unit: 'MB',
    measured,
    reference: 'the limit',
    referenceValue: limit,
    ratio: measured / limit,
    bound: 'at most',
    limit: 1,
  };
}

/** Every hash that the verification needs, over ready bytes, and nothing else. */
function hashBare({ records }: EvidenceBundle, content: Uint8Array): void {
  sha256(content);
  const pair = new Uint8Array(64);
  for (const record of records) {
    if (record.type === 'headers') {
      for (let at = 0; at < record.headers.length; at += 80) {
        sha256(sha256(record.headers.subarray(at, at + 80)));
      }
    }
    if (record.type !== 'transaction') continue;
    pair.set(sha256(sha256(record.transaction)));
    for (let at = 0; at < record.branch.length; at += 32) pair.set(sha256(sha256(pair)));
  }
}

/** Seconds. */
async function time(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function runOnce(...files: readonly string[]): Promise<unknown> {
  const program = join(import.meta.dirname, 'verifyEvidenceOnce.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...files]);
  return JSON.parse(stdout);
}
