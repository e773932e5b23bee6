import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));

/** Which rooms each room may import from, besides itself: docs/architecture.md, as a table. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  http: ['core'],
  control: ['core'],
  registry: ['core', 'control'],
  bitcoin: ['core', 'http'],
  supply: ['core', 'http'],
  discovery: ['core', 'http', 'control', 'registry', 'bitcoin', 'supply'],
  reconcile: ['core'],
  attest: ['core', 'reconcile'],
  keys: ['core'],
  store: ['core', 'attest'],
  audit: ['core', 'registry', 'bitcoin', 'supply', 'reconcile', 'attest', 'store'],
  api: ['core', 'registry', 'reconcile', 'attest', 'store'],
  cli: [
    ...['core', 'control', 'registry', 'discovery', 'bitcoin', 'supply', 'reconcile', 'attest'],
    ...['keys', 'store', 'audit', 'api', 'config.ts'],
  ],
  'config.ts': ['core'],
  'verify.ts': ['core', 'reconcile', 'attest'],
  'index.ts': ['core', 'registry', 'bitcoin', 'supply', 'reconcile', 'attest', 'audit', 'store'],
};

/** Rooms without network, files or clock; they run in a browser. */
const pure = ['core', 'reconcile', 'attest', 'control', 'verify.ts'];
const pureLibraries = ['viem', 'zod', 'canonicalize'];

/** What a pure room may use besides: libraries without network, files or clock as well. */
const ownLibraries: Readonly<Record<string, readonly string[]>> = {
  control: ['bitcoinjs-lib', '@bitcoinerlab', '@noble'],
};

/** Modules that reach the world; only cli/ and the package's entry may build them. */
const concrete = /\/(coreSource|mempoolSource|evmSource|memoryStore)\.ts$/;

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

const files = (await Array.fromAsync(glob('**/*.ts', { cwd: source }))).sort();
const imports = files.flatMap((file): Import[] => {
  const text = readFileSync(join(source, file), 'utf8');
  const statements = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g);
  return [...statements].map((match) => ({
    file,
    room: roomOf(file),
    target: match[1]?.startsWith('.')
      ? relative(source, join(source, dirname(file), match[1]))
      : (match[1] ?? ''),
  }));
});

function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function describe({ file, target }: Import): string {
  return `${file} imports ${target}`;
}

const inside = imports.filter((one) => files.includes(one.target));
const outside = imports.filter((one) => !files.includes(one.target));

it('finds the files and imports that it is to judge', () => {
  expect(files.length).toBeGreaterThan(60);
  expect(inside.length).toBeGreaterThan(200);
  expect(outside.map((one) => one.target)).toContain('viem');
});

it('has a row for every room', () => {
  expect([...new Set(files.map(roomOf))].filter((room) => !(room in allowed))).toEqual([]);
});

it('lets dependencies point one way', () => {
  const wrong = inside.filter(
    ({ room, target }) => roomOf(target) !== room && !allowed[room]?.includes(roomOf(target)),
  );
  expect(wrong.map(describe)).toEqual([]);
});

it('keeps network, files and clock out of the pure rooms', () => {
  const wrong = outside.filter(
    ({ room, target }) =>
      pure.includes(room) &&
      ![...pureLibraries, ...(ownLibraries[room] ?? [])].some(
        (one) => target === one || target.startsWith(`${one}/`),
      ),
  );
  expect(wrong.map(describe)).toEqual([]);
  const clocks = files.filter(
    (file) =>
      pure.includes(roomOf(file)) &&
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\.|\bfetch\(|\bprocess\./.test(
        stripComments(readFileSync(join(source, file), 'utf8')),
      ),
  );
  expect(clocks).toEqual([]);
});

it('builds concrete sources and stores only at the entries', () => {
  const wrong = inside.filter(
    ({ room, target }) =>
      concrete.test(target) && !['cli', 'index.ts'].includes(room) && roomOf(target) !== room,
  );
  expect(wrong.map(describe)).toEqual([]);
});

it('reads the environment only in config.ts and the command line entry', () => {
  const readers = files.filter((file) =>
    /\bprocess\.env\b/.test(readFileSync(join(source, file), 'utf8')),
  );
  expect(readers).toEqual(['cli/main.ts']);
});

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}
