import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Endpoints, openEndpoints } from '../../demo/openEndpoints.ts';
import { writeRegistry } from '../../demo/writeRegistry.ts';
import { Attestation } from '../../src/attest/attestation.ts';
import { runCli } from '../../src/cli/runCli.ts';
import { createTestTerminal } from '../support/testTerminal.ts';
import { type OpenWorld, openWorld, readClock } from './demo/openWorld.ts';

let folder = '';
let open: OpenWorld;
let endpoints: Endpoints;
let signer = '';

const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-evidence-'));
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

function keystore(): string[] {
  return ['--keystore', at('key.json'), '--passphrase-file', at('passphrase')];
}

function bitcoin(): string[] {
  return endpoints.bitcoin.flatMap((url) => ['--bitcoin', url]);
}

function reconcile(id: string, ...more: string[]) {
  return run(
    ...['reconcile', id, '--registry', at('addresses'), ...bitcoin()],
    ...endpoints.rpc.flatMap((rpc) => ['--rpc', rpc]),
    ...['--sign', ...keystore(), '--out', at(`${id}.json`), '--force', ...more],
  );
}

function verify(id: string, evidence: string, ...more: string[]) {
  return run('verify', at(`${id}.json`), '--signer', signer, '--evidence', evidence, ...more);
}

describe('the evidence of an audit', () => {
  it.each(['dbtc', 'dbtc18'])('lets a stranger derive every figure of %s again', async (id) => {
    const audited = await reconcile(id, '--evidence', at(`${id}.evidence`));
    expect(audited).toMatchObject({ exitCode: 0, error: '' });
    const { report } = Attestation.parse(JSON.parse(await readFile(at(`${id}.json`), 'utf8')));
    const verified = await verify(id, at(`${id}.evidence`));
    expect(verified).toMatchObject({ exitCode: 0, error: '' });
    expect(verified.out).toContain(report.evidence?.digest);
    expect(verified.out).toContain('The evidence verifies.');
    expect(verified.out).toContain('unspent');
    expect(verified.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const json = JSON.parse((await verify(id, at(`${id}.evidence`), '--json')).out);
    expect(json.evidence).toMatchObject({
      sats: report.reserves.sats,
      outputs: report.reserves.utxos,
      supply: report.supply.deployments.map(({ token }) => ({ token, by: 'storage' })),
    });
  });

  it('is the same to the byte when it is collected again, whatever the compression', async () => {
    await reconcile('dbtc', '--evidence', at('again.evidence'));
    const [one, other] = await Promise.all([
      readFile(at('dbtc.evidence')),
      readFile(at('again.evidence')),
    ]);
    // Blocks came in between, or not: the same block has the same evidence.
    const point = (bytes: Buffer) => inflateSync(bytes).toString('latin1').slice(0, 600);
    if (point(one) === point(other)) expect(inflateSync(one)).toEqual(inflateSync(other));
    expect(inflateSync(other).length).toBeGreaterThan(1000);
  });

  it('fails after any change, and for another attestation', async () => {
    await reconcile('dbtc', '--evidence', at('dbtc.evidence'));
    const plain = inflateSync(await readFile(at('dbtc.evidence')));
    for (let index = 0; index < plain.length; index += Math.floor(plain.length / 37)) {
      const changed = Buffer.from(plain);
      changed.writeUInt8((changed.readUInt8(index) + 1) % 256, index);
      await writeFile(at('changed.evidence'), deflateSync(changed));
      const { exitCode, error } = await verify('dbtc', at('changed.evidence'));
      expect({ index, exitCode }).toEqual({ index, exitCode: 1 });
      expect(error).toMatch(/EVIDENCE_|HEADERS_/);
    }
    await writeFile(at('cut.evidence'), deflateSync(plain.subarray(0, plain.length - 1)));
    expect((await verify('dbtc', at('cut.evidence'))).error).toContain('EVIDENCE_MALFORMED');
    await reconcile('dbtc18', '--evidence', at('dbtc18.evidence'));
    expect((await verify('dbtc', at('dbtc18.evidence'))).exitCode).toBe(1);
  });

  it('may lean on a header store, which is fetched and checked from genesis on', async () => {
    const store = ['--headers', at('headers.dat')];
    const sync = () => run('headers', 'sync', ...store, ...bitcoin(), '--network', 'regtest');
    const first = await sync();
    expect(first).toMatchObject({ exitCode: 0, error: '' });
    expect(first.out).toMatch(/^\d+ headers up to block \d+/);
    const { size } = await stat(at('headers.dat'));
    expect(size % 80).toBe(0);
    expect((await sync()).exitCode).toBe(0);
    expect((await stat(at('headers.dat'))).size).toBe(size);

    const audited = await reconcile('dbtc', '--evidence', at('leaning.evidence'), ...store);
    expect(audited).toMatchObject({ exitCode: 0, error: '' });
    expect(await verify('dbtc', at('leaning.evidence'), ...store)).toMatchObject({ exitCode: 0 });
    const without = await verify('dbtc', at('leaning.evidence'));
    expect(without.exitCode).not.toBe(0);
    expect(without.error).toContain('HEADERS_MISSING');

    const headers = await readFile(at('headers.dat'));
    headers.writeUInt8((headers.readUInt8(80 * 120 + 40) + 1) % 256, 80 * 120 + 40);
    await writeFile(at('broken.dat'), headers);
    const broken = ['--headers', at('broken.dat')];
    expect((await verify('dbtc', at('leaning.evidence'), ...broken)).exitCode).toBe(1);
    const resync = await run('headers', 'sync', ...broken, ...bitcoin(), '--network', 'regtest');
    expect(resync.error).toContain('HEADERS_INVALID');
  });

  it('is not given where the reserves are not known, and the report says so', async () => {
    const result = await run(
      ...['reconcile', 'dbtc', '--registry', at('addresses'), ...bitcoin()],
      ...endpoints.rpc.flatMap((rpc) => ['--rpc', rpc]),
      ...['--quorum', '2', '--evidence', at('none.evidence')],
    );
    expect(result.exitCode).toBe(2);
    expect(result.error).toContain('EVIDENCE_UNAVAILABLE');
    await expect(stat(at('none.evidence'))).rejects.toThrow('ENOENT');
  });
});
