import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Endpoints, openEndpoints } from '../../demo/openEndpoints.ts';
import { writeRegistry } from '../../demo/writeRegistry.ts';
import { Attestation } from '../../src/attest/attestation.ts';
import { holdKey } from '../../src/cli/holdKey.ts';
import { formatAmount } from '../../src/cli/output/formatAmount.ts';
import { runCli } from '../../src/cli/runCli.ts';
import { parseChallenge } from '../../src/control/challenge.ts';
import { createTestTerminal } from '../support/testTerminal.ts';
import { type OpenWorld, openWorld, readClock } from './demo/openWorld.ts';

let folder = '';
let open: OpenWorld;
let endpoints: Endpoints;
let signer = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
  open = await openWorld();
  endpoints = await openEndpoints(open.world);
  await writeRegistry(join(folder, 'addresses'), open.world.assets, readClock());
  await writeFile(join(folder, 'passphrase'), 'for this test\n', { mode: 0o600 });
  const made = await run('keys', 'generate', ...keystore());
  signer = made.out.trim();
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

function keystore(): string[] {
  return ['--keystore', join(folder, 'key.json'), '--passphrase-file', join(folder, 'passphrase')];
}

function sources(): string[] {
  return [
    ...['--registry', join(folder, 'addresses')],
    ...endpoints.bitcoin.flatMap((url) => ['--bitcoin', url]),
    ...endpoints.rpc.flatMap((rpc) => ['--rpc', rpc]),
  ];
}

describe('from a key to a verified attestation', () => {
  const file = () => join(folder, 'dbtc.json');

  it('reconciles, signs and writes', async () => {
    const result = await run(
      ...['reconcile', 'dbtc', ...sources(), '--sign', ...keystore(), '--out', file()],
    );
    expect(result).toMatchObject({ exitCode: 0, error: '' });
    expect(result.out).toContain('BACKED');
    expect(result.out).toContain(signer);
    expect(result.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('signs nothing with a key that another run signs with', async () => {
    const lock = await holdKey(signer, 'key.json');
    const args = ['--sign', ...keystore(), '--out', join(folder, 'unsigned.json')];
    const result = await run('reconcile', 'dbtc', ...sources(), ...args);
    await lock.release();
    expect(result).toMatchObject({ exitCode: 3, out: '' });
    expect(result.error).toContain('FILE_IN_USE');
    expect(result.error).toContain(signer);
    expect(result.error).toMatch(/several\s+assets\s+in\s+one\s+run/);
  });

  it('signs nothing while the clock disagrees with the chains', async () => {
    const unsigned = join(folder, 'unsigned.json');
    for (const seconds of [-86_400, 86_400]) {
      const terminal = createTestTerminal({ now: readClock() + seconds });
      const args = ['--sign', ...keystore(), '--out', unsigned];
      const exitCode = await runCli(['reconcile', 'dbtc', ...sources(), ...args], '0', terminal);
      expect(exitCode).toBe(2);
      expect(terminal.error()).toContain('CLOCK_UNSURE');
      await expect(readFile(unsigned)).rejects.toThrow('ENOENT');
    }
  });

  it('verifies with the signer that is trusted, and with no other', async () => {
    const trusted = await run('verify', file(), '--signer', signer);
    expect(trusted).toMatchObject({ exitCode: 0, error: '' });
    expect(trusted.out).toContain('It verifies.');
    const stranger = await run('verify', file());
    expect(stranger.exitCode).toBe(1);
    expect(stranger.error).toContain('ATTESTATION_SIGNER_UNTRUSTED');
  });

  it('does not verify with one satoshi more', async () => {
    const attestation = Attestation.parse(JSON.parse(await readFile(file(), 'utf8')));
    const sats = String(BigInt(attestation.report.reserves.sats ?? 0) + 1n);
    const changed = { ...attestation, report: { ...attestation.report } };
    changed.report.reserves = { ...changed.report.reserves, sats };
    await writeFile(join(folder, 'changed.json'), JSON.stringify(changed));
    const result = await run('verify', join(folder, 'changed.json'), '--signer', signer);
    expect(result.exitCode).toBe(1);
    expect(result.error).toContain('ATTESTATION_REPORT_MISMATCH');
  });

  it('prints one JSON document for several assets', async () => {
    const result = await run('reconcile', 'dbtc', 'dbtc18', ...sources(), '--json');
    const Documents = z.array(
      z.object({ asset: z.object({ id: z.string() }), verdict: z.string() }),
    );
    expect(Documents.parse(JSON.parse(result.out)).map((one) => one.asset.id)).toEqual([
      'dbtc',
      'dbtc18',
    ]);
    expect(result).toMatchObject({ exitCode: 0, error: '' });
  });

  it('ends with exit code 3 at a height above the tip', async () => {
    const result = await run('reconcile', 'dbtc', ...sources(), '--at-height', '999999');
    expect(result.exitCode).toBe(3);
    expect(result.error).toContain('BITCOIN_HEIGHT_ABOVE_TIP');
  });
});

describe('registry', () => {
  it('challenges the custodians over a recent block', async () => {
    const place = ['--registry', join(folder, 'addresses'), '--bitcoin', ...endpoints.bitcoin];
    const result = await run('registry', 'challenge', 'dbtc', ...place);
    expect(result).toMatchObject({ exitCode: 0, error: '' });
    const challenge = parseChallenge(result.out.trimEnd());
    expect(challenge).toMatchObject({
      assetId: 'dbtc',
      registryDigest: open.registry.assets.get('dbtc')?.digest,
    });
    const block = await open.world.devnet.bitcoind.rpc('getblockhash', [
      challenge?.bitcoinPoint.height,
    ]);
    expect(challenge?.bitcoinPoint.hash).toBe(block);
  });

  it('shows the coins behind an address that a change takes away', async () => {
    const other = join(folder, 'fewer');
    await cp(join(folder, 'addresses'), other, { recursive: true });
    const file = join(other, 'dbtc', 'reserves.json');
    const Reserves = z.looseObject({ addresses: z.array(z.looseObject({ address: z.string() })) });
    const reserves = Reserves.parse(JSON.parse(await readFile(file, 'utf8')));
    const [gone] = reserves.addresses;
    const fewer = { ...reserves, addresses: reserves.addresses.slice(1) };
    await writeFile(file, JSON.stringify(fewer));
    const states = [join(folder, 'addresses'), other];
    const args = ['registry', 'diff', ...states, '--bitcoin', ...endpoints.bitcoin];
    const result = await run(...args);
    expect(result).toMatchObject({ exitCode: 0, error: '' });
    const { height } = await open.world.devnet.readBitcoinTip();
    const held =
      open.world
        .asset('dbtc')
        .book.holdingsAt(height - 5)
        .get(gone?.address ?? '') ?? 0n;
    expect(result.out).toContain(`- ${gone?.address}`);
    expect(result.out).toContain(`${formatAmount(held, 8)} BTC`);
  });
});

describe('serve', () => {
  it('audits, serves what verifies, and ends when it is told to', async () => {
    const config = {
      assets: ['dbtc'],
      registry: 'addresses',
      bitcoin: endpoints.bitcoin,
      rpc: Object.fromEntries(
        endpoints.rpc.map((rpc) => [
          rpc.slice(0, rpc.indexOf('=')),
          [rpc.slice(rpc.indexOf('=') + 1)],
        ]),
      ),
      keystore: 'key.json',
      passphraseFile: 'passphrase',
      listen: { port: 0 },
    };
    const file = join(folder, 'assay.json');
    await writeFile(file, JSON.stringify(config));
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
        if (log.includes('"audited"')) audits();
      },
    };
    const ended = runCli(['serve', '--config', file], '0', terminal);
    const url = await listening;
    await audited;

    const Backing = z.object({ status: z.string(), attestation: z.object({ id: z.string() }) });
    const backing = Backing.parse(await (await fetch(`${url}/v1/assets/dbtc/backing`)).json());
    expect(backing.status).toBe('backed');
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/v1/assets/dbtc18`)).status).toBe(404);
    const place = `${url}/v1/attestations/${backing.attestation.id}`;
    expect(await run('verify', place, '--signer', signer)).toMatchObject({ exitCode: 0 });
    expect(log).not.toContain('for this test');

    abort.abort();
    expect(await ended).toBe(0);
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });
});
