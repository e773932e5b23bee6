import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deflateSync, inflateSync } from 'node:zlib';
import { z } from 'zod';
import { buildEvidence, writeFileOf } from '../test/support/evidenceSetting.ts';
import type { BenchmarkResult } from './benchmark.ts';
import { worstOf } from './hostile.ts';

const secondsLimit = 1;
const memoryLimitMb = 300;

const Cost = z.object({ code: z.string(), seconds: z.number(), growthMb: z.number() });

/** What it takes to refuse an evidence bundle that is made to be dear: processor time and memory. */
export async function measureHostileBundles(): Promise<readonly BenchmarkResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  const file = join(folder, 'bundle');
  const costs: z.infer<typeof Cost>[] = [];
  try {
    for (const [name, bytes] of await buildBundles()) {
      await writeFile(file, bytes);
      const cost = await readOnce(file);
      costs.push(cost);
      const figures = `${cost.seconds.toFixed(2)} s, +${cost.growthMb.toFixed(0)} MB`;
      process.stderr.write(`  ${figures}  ${name}: ${cost.code}\n`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return [
    worstOf(
      'processor time to refuse any of the bundles',
      's',
      costs.map(({ seconds }) => seconds),
      secondsLimit,
    ),
    worstOf(
      'memory to refuse any of them',
      'MB',
      costs.map(({ growthMb }) => growthMb),
      memoryLimitMb,
    ),
  ];
}

async function buildBundles(): Promise<readonly (readonly [string, Uint8Array])[]> {
  const { file } = await writeFileOf(buildEvidence().records);
  const content = inflateSync(file);
  const manifestEnd = 17 + 5 + content.readUInt32BE(18);
  const manifest = content.subarray(0, manifestEnd);
  const bundleOf = (type: number, payload: Uint8Array) => {
    const body = Buffer.concat([manifest, frame(type, payload)]);
    const hash = createHash('sha256').update(body).digest();
    return deflateSync(Buffer.concat([body, frame(7, hash)]));
  };
  const registry = (text: string) => bundleOf(2, Buffer.from(text));
  const keys = Array.from({ length: 500_000 }, (_, index) => `"k${index}":0`).join();
  const id = '{"id":"dbtc","asset":{},"reserves":';
  const lists = (piece: string, count: number) => Array.from({ length: count }, () => piece).join();
  return [
    ['500,000 keys in a registry record', registry(`{${keys}}`)],
    ['500,000 keys of evidence', registry(`${id}{},"evidence":{${keys}}}`)],
    ['a record nested a million deep', registry(`${id}${'['.repeat(1e6)}${']'.repeat(1e6)}}`)],
    [
      '1.5 million empty objects',
      registry(`${id}{"addresses":[${lists('{}      ', 1_499_900)}]}}`),
    ],
    ['20 million empty objects', registry(`${id}{"addresses":[${lists('{}', 2e7)}]}}`)],
    ['60 MB of one string', registry(`${id}"${'a'.repeat(6e7)}"}`)],
    ['16 MB of brackets as a supply', bundleOf(6, Buffer.alloc(2 ** 24, '['))],
    ['16 MB of outputs of a transaction', bundleOf(5, Buffer.alloc(2 ** 24, 1))],
    [
      '16 MB as a manifest',
      deflateSync(Buffer.concat([content.subarray(0, 17), frame(1, Buffer.alloc(2 ** 24, '['))])),
    ],
    [
      'a bomb of a gigabyte',
      deflateSync(Buffer.concat([manifest, frame(3, Buffer.alloc(2 ** 24)), Buffer.alloc(3e8)])),
    ],
  ];
}

function frame(type: number, payload: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  return Buffer.concat([Buffer.of(type), length, payload]);
}

async function readOnce(file: string): Promise<z.infer<typeof Cost>> {
  const script = fileURLToPath(new URL('./readHostileBundle.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, file]);
  return Cost.parse(JSON.parse(stdout));
}
