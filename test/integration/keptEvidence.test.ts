import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type Endpoints, openEndpoints } from '../../demo/openEndpoints.ts';
import { writeRegistry } from '../../demo/writeRegistry.ts';
import { runCli } from '../../src/cli/runCli.ts';
import { createTestTerminal } from '../support/testTerminal.ts';
import { type OpenWorld, openWorld, readClock } from './demo/openWorld.ts';

const Backing = z.object({
  attestation: z.object({
    url: z.string(),
    evidence: z.object({ digest: z.string(), url: z.string() }),
  }),
});

let folder = '';
let open: OpenWorld;
let endpoints: Endpoints;
let signer = '';

const at = (name: string) => join(folder, name);
const keystore = () => ['--keystore', at('key.json'), '--passphrase-file', at('passphrase')];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-kept-'));
  open = await openWorld();
  endpoints = await openEndpoints(open.world);
  await writeRegistry(at('addresses'), open.world.assets, readClock());
  await writeFile(at('passphrase'), 'for this test\n', { mode: 0o600 });
  signer = (await run('keys', 'generate', ...keystore())).out.trim();
});

afterAll(async () => {
  await endpoints.close();
  await open.close();
  await rm(folder, { recursive: true });
});

async function run(...args: string[]) {
  const terminal = createTestTerminal({ now: readClock() });
  const exitCode = await runCli(args, '0', terminal);
  return { exitCode, out: terminal.out(), error: terminal.error() };
}

/** Serves until both assets were audited once and `visit` is done; answers the log. */
async function serve(evidence: object, visit: (url: string) => Promise<void>): Promise<string> {
  const config = {
    registry: 'addresses',
    bitcoin: endpoints.bitcoin,
    rpc: Object.fromEntries(
      endpoints.rpc.map((rpc) => [
        rpc.slice(0, rpc.indexOf('=')),
        [rpc.slice(rpc.indexOf('=') + 1)],
      ]),
    ),
    ...{ evidence, keystore: 'key.json', passphraseFile: 'passphrase', listen: { port: 0 } },
  };
  await writeFile(at('assay.json'), JSON.stringify(config));
  const abort = new AbortController();
  const { promise: listening, resolve: listens } = Promise.withResolvers<string>();
  const { promise: audited, resolve: audits } = Promise.withResolvers<void>();
  let log = '';
  const terminal = {
    ...createTestTerminal({ now: readClock() }),
    signal: abort.signal,
    writeOut: (text: string) => listens(text.trim()),
    writeError: (text: string) => {
      log += text;
      if (log.split('"audited"').length > open.world.assets.length) audits();
    },
  };
  const ended = runCli(['serve', '--config', at('assay.json')], '0', terminal);
  const url = await listening;
  await audited;
  try {
    await visit(url);
  } finally {
    abort.abort();
    expect(await ended).toBe(0);
  }
  return log;
}

/** Fetches what an asset's latest answer rests on, and verifies it as a stranger would. */
async function verifyLatest(url: string, asset: string, ...more: string[]) {
  const answer: unknown = await (await fetch(`${url}/v1/assets/${asset}/backing`)).json();
  const { attestation } = Backing.parse(answer);
  const response = await fetch(`${url}${attestation.evidence.url}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('etag')).toBe(`"${attestation.evidence.digest}"`);
  const file = at(`${asset}.evidence`);
  await writeFile(file, new Uint8Array(await response.arrayBuffer()));
  const place = `${url}${attestation.url}`;
  return run('verify', place, '--signer', signer, '--evidence', file, ...more);
}

it('keeps the evidence of its audits, with which their attestations verify', async () => {
  const log = await serve({ directory: 'evidence' }, async (url) => {
    for (const asset of ['dbtc', 'dbtc18']) {
      const result = await verifyLatest(url, asset);
      expect(result).toMatchObject({ exitCode: 0, error: '' });
      expect(result.out).toContain('The evidence verifies.');
    }
  });
  expect(log).not.toContain('"level":50');
  const names = await readdir(at('evidence'));
  expect(names).toHaveLength(2);
  for (const name of names) expect(name).toMatch(/^0x[0-9a-f]{64}\.evidence$/);
});

it('leans on a header store where it is told to, and keeps only as much as it is told', async () => {
  const store = ['--headers', at('headers.dat')];
  const place = ['--network', 'regtest', ...endpoints.bitcoin.flatMap((url) => ['--bitcoin', url])];
  const evidence = { directory: 'evidence', keep: 1, headers: 'headers.dat' };
  expect((await run('headers', 'sync', ...store, ...place)).exitCode).toBe(0);
  await serve(evidence, async (url) => {
    expect(await verifyLatest(url, 'dbtc18', ...store)).toMatchObject({ exitCode: 0, error: '' });
    const older = await fetch(`${url}/v1/assets/dbtc/backing`);
    const { attestation } = Backing.parse(await older.json());
    const gone = await fetch(`${url}${attestation.evidence.url}`);
    expect(await gone.json()).toMatchObject({ status: 404, code: 'EVIDENCE_NOT_KEPT' });
  });
  expect(await readdir(at('evidence'))).toHaveLength(1);
});

it('does not start without the header store that it is told of', async () => {
  await writeFile(
    at('assay.json'),
    JSON.stringify({
      ...{ registry: 'addresses', keystore: 'key.json', passphraseFile: 'passphrase' },
      evidence: { directory: 'evidence', headers: 'nowhere.dat' },
    }),
  );
  const { exitCode, error } = await run('serve', '--config', at('assay.json'));
  expect(exitCode).toBe(3);
  expect(error).toContain('FILE_UNREADABLE');
  expect(error).toContain('headers sync');
});
