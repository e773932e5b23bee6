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
  supply: ['core', 'http', 'evidence'],
  discovery: ['core', 'http', 'control', 'registry', 'bitcoin', 'supply'],
  reconcile: ['core'],
  attest: ['core', 'reconcile'],
  evidence: ['core', 'control', 'registry', 'reconcile', 'attest'],
  files: ['core'],
  keys: ['core', 'files'],
  store: ['core', 'files', 'attest', 'evidence'],
  audit: ['core', 'registry', 'bitcoin', 'supply', 'reconcile', 'attest', 'evidence', 'store'],
  api: ['core', 'registry', 'reconcile', 'attest', 'store'],
  cli: [
    ...['core', 'control', 'registry', 'discovery', 'bitcoin', 'supply', 'reconcile', 'attest'],
    ...['evidence', 'files', 'http'],
    ...['keys', 'store', 'audit', 'api', 'config.ts'],
  ],
  'config.ts': ['core'],
  'verify.ts': ['core', 'reconcile', 'attest'],
  'verifyEvidence.ts': ['attest', 'evidence'],
  'index.ts': [
    'core',
    'registry',
    'bitcoin',
    'supply',
    'reconcile',
    'attest',
    'audit',
    'store',
    'evidence',
  ],
};

/** Rooms without network, files or clock; they run in a browser. */
const pure = [
  'core',
  'reconcile',
  'attest',
  'control',
  'evidence',
  'verify.ts',
  'verifyEvidence.ts',
];
const pureLibraries = ['viem', 'zod', 'canonicalize'];

/** What a pure room may use besides: libraries without network, files or clock as well. */
const ownLibraries: Readonly<Record<string, readonly string[]>> = {
  control: ['bitcoinjs-lib', '@bitcoinerlab', '@noble'],
  evidence: ['bitcoinjs-lib', '@noble', '@ethereumjs'],
};

/** Modules that reach the world; only cli/ and the package's entry may build them. */
const concrete =
  /\/(coreSource|electrumSource|mempoolSource|evmSource|solanaSource|suiSource|suiGrpcSource|aptosSource|tronSource|cosmosSource|memoryStore|evidenceFolder)\.ts$/;

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
  /** Erased when it runs. */
  readonly isTypeOnly: boolean;
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
    isTypeOnly: /\b(?:import|export) type [^;]*$/.test(text.slice(0, match.index)),
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

it('speaks gRPC in the room of supplies alone', () => {
  const users = outside.filter(({ target }) => /^@(?:connectrpc|bufbuild)\//.test(target));
  expect([...new Set(users.map(({ room }) => room))]).toEqual(['supply']);
});

it('checks evidence bundles in a browser: nothing that is loaded for it reaches for Node.js', () => {
  const loaded = new Set(['evidence/verifyBundle.ts', 'evidence/headerStore.ts']);
  for (const file of loaded) {
    for (const one of inside) {
      if (one.file === file && !one.isTypeOnly) loaded.add(one.target);
    }
  }
  expect(loaded.size).toBeGreaterThan(50);
  const libraries = outside.filter((one) => loaded.has(one.file) && !one.isTypeOnly);
  expect(libraries.filter(({ target }) => target.startsWith('node:')).map(describe)).toEqual([]);
  const users = [...loaded].filter((file) =>
    /\bBuffer\b|\bprocess\./.test(stripComments(readFileSync(join(source, file), 'utf8'))),
  );
  expect(users).toEqual([]);
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

it('loads no two modules side by side', () => {
  const wrong = files.flatMap((file) => {
    const text = stripComments(readFileSync(join(source, file), 'utf8'));
    const loads = [...text.matchAll(/\bimport\s*\(/g)].map(({ index }) => text.slice(0, index));
    return loads.every((before) => /\bloadInTurn\(\s*\(\) =>\s*$/.test(before)) ? [] : [file];
  });
  expect(wrong).toEqual([]);
});

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}

it('reads JSON from outside in one place', () => {
  // Servers' answers, and what assay itself wrote.
  const others =
    /^(?:core|http|bitcoin|supply|discovery)\/|^api\/contract\/finishDocument\.ts$|^cli\/main\.ts$|^registry\/diffRegistries\.ts$/;
  const wrong = files.filter(
    (file) =>
      !others.test(file) &&
      stripComments(readFileSync(join(source, file), 'utf8')).includes('JSON.parse('),
  );
  expect(wrong).toEqual([]);
});
