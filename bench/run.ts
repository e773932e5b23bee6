import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { benchmark as agreement } from './agreement.ts';
import { benchmark as api } from './api.ts';
import { type Benchmark, type BenchmarkResult, meetsLimit } from './benchmark.ts';
import { benchmark as chains } from './chains.ts';
import { benchmark as control } from './control.ts';
import { benchmark as electrum } from './electrum.ts';
import { benchmark as evidence } from './evidence.ts';
import { benchmark as hostile } from './hostile.ts';
import { benchmark as hostileSources } from './hostileSources.ts';
import { benchmark as mempool } from './mempool.ts';
import { benchmark as registry } from './registry.ts';
import { benchmark as reserves } from './reserves.ts';
import { benchmark as verify } from './verify.ts';

// `npm run bench [-- name…] [--json FILE]`: a table on standard output, JSON to a file if asked for.
const benchmarks: readonly Benchmark[] = [
  reserves,
  mempool,
  electrum,
  chains,
  agreement,
  api,
  verify,
  registry,
  control,
  evidence,
  hostile,
  hostileSources,
];

const args = process.argv.slice(2);
const at = args.indexOf('--json');
const jsonFile = at < 0 ? undefined : args[at + 1];
const names = at < 0 ? args : args.toSpliced(at, 2);
const chosen = benchmarks.filter((one) => names.length === 0 || names.includes(one.name));

const results: BenchmarkResult[] = [];
for (const one of chosen) {
  process.stderr.write(`${one.name} …\n`);
  results.push(...(await one.run()));
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Node.js ${process.versions.node}`;
process.stdout.write(`${machine}\n\n`);
for (const result of results) {
  const figure = (value: number) => value.toFixed(value < 100 ? 2 : 0);
  process.stdout.write(
    `${meetsLimit(result) ? 'met   ' : 'MISSED'} ${result.ratio.toFixed(3)} (${result.bound} ${result.limit})  ${result.name}\n` +
      `       ${figure(result.measured)} ${result.unit}, ${result.reference}: ${figure(result.referenceValue)} ${result.unit}\n`,
  );
}
if (jsonFile !== undefined) {
  await writeFile(jsonFile, `${JSON.stringify({ machine, results }, null, 2)}\n`);
}
process.exitCode = results.length > 0 && results.every(meetsLimit) ? 0 : 1;
