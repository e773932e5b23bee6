import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/runCli.ts';
import { writeChallenge } from '../../../src/control/challenge.ts';
import { ChainId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { loadRegistry } from '../../../src/registry/loadRegistry.ts';
import { createSigner, encodeSimple, signCompact } from '../../support/messageSigner.ts';
import {
  type BuiltRegistry,
  buildRegistry,
  mainnet,
  makeAssetFile,
  makeReservesFile,
} from '../../support/registryBuilder.ts';
import { createTestTerminal } from '../../support/testTerminal.ts';

const now = 1_800_000_000;
const single = createSigner('p2wpkh', 'one');
const shared = createSigner('p2wsh', 'two');

let built: BuiltRegistry;
let challenge = '';
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-proofs-'));
  built = await buildRegistry({
    one: {
      'asset.json': makeAssetFile('one'),
      'reserves.json': makeReservesFile([single.address, shared.address].sort()),
    },
  });
  challenge = await challengeOf({});
});
afterEach(async () => {
  await built.remove();
  await rm(folder, { recursive: true });
});

async function challengeOf(changes: { readonly date?: number; readonly assetId?: string }) {
  const registry = await loadRegistry(built.directory);
  return writeChallenge({
    assetId: changes.assetId ?? 'one',
    registryDigest: registry.assets.get('one')?.digest ?? '0x',
    bitcoinPoint: { chain: ChainId(mainnet), height: 900_000, hash: 'ab'.repeat(32) },
    nonce: '00112233445566778899aabbccddeeff',
    date: UnixTime(changes.date ?? now - 86_400),
  });
}

const bySingle = (message: string) => ({
  address: single.address,
  signature: encodeSimple(single.sign(message)),
});

const byShared = (message: string, keys: readonly number[] = [0, 2]) => ({
  address: shared.address,
  signatures: keys.map((key) => signCompact(shared.keys[key] ?? new Uint8Array(), message)),
  script: shared.script,
});

async function prove(proofs: readonly unknown[], message = challenge, ...options: string[]) {
  const file = join(folder, 'proofs.json');
  await writeFile(file, JSON.stringify({ schema: 'assay.proofs/1', message, proofs }));
  const terminal = createTestTerminal({ now });
  const args = ['registry', 'prove', 'one', file, '--registry', built.directory, ...options];
  const exitCode = await runCli(args, '0', terminal);
  return { exitCode, out: terminal.out(), error: terminal.error() };
}

async function evidence(): Promise<string[]> {
  return readdir(join(built.directory, 'one', 'evidence')).catch(() => []);
}

describe('registry prove', () => {
  it('takes a signature over our challenge, and m keys of n, for proof of control', async () => {
    const { exitCode, out } = await prove([bySingle(challenge), byShared(challenge)]);
    expect(out).toContain('2 of 2 proven. Nothing was recorded.');
    expect(exitCode).toBe(0);
    expect(await evidence()).toEqual([]);
  });

  it('records what is proven, as it was sent, and the registry still checks', async () => {
    const { exitCode } = await prove([bySingle(challenge)], challenge, '--record');
    expect(exitCode).toBe(0);
    const [name = ''] = await evidence();
    expect(name).toBe('2027-01-14-00112233445566778899aabbccddeeff.json');
    const text = await readFile(join(built.directory, 'one', 'evidence', name), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ message: challenge, proofs: [bySingle(challenge)] });
    expect((await loadRegistry(built.directory)).assets.size).toBe(1);
    const again = await prove([bySingle(challenge)], challenge, '--record');
    expect(again.error).toContain('FILE_UNREADABLE');
  });

  it.each([
    ['one signer twice', () => [byShared(challenge, [1, 1])], 'CONTROL_'],
    [
      'a signature for another address',
      () => [{ ...bySingle(challenge), address: shared.address }],
      'CONTROL_',
    ],
    [
      'a signature over another message',
      () => [bySingle('something else')],
      'CONTROL_SIGNATURE_INVALID',
    ],
    [
      'an address that is not in the registry',
      () => {
        const stranger = createSigner('p2tr', 'stranger');
        return [{ address: stranger.address, signature: encodeSimple(stranger.sign(challenge)) }];
      },
      'not listed',
    ],
  ])('proves nothing by %s, and leaves the registry untouched', async (_, proofs, said) => {
    const { exitCode, out } = await prove(
      [bySingle(challenge), ...proofs()].slice(-1),
      challenge,
      '--record',
    );
    expect(exitCode).toBe(1);
    expect(out).toContain(said);
    expect(out).toContain('0 of 1 proven');
    expect(await evidence()).toEqual([]);
  });

  it('proves nothing by an old challenge, or one for another asset', async () => {
    const old = await challengeOf({ date: now - 31 * 86_400 });
    expect((await prove([bySingle(old)], old)).out).toContain('CONTROL_CHALLENGE_OLD');
    const foreign = await challengeOf({ assetId: 'other' });
    expect((await prove([bySingle(foreign)], foreign)).out).toContain('CONTROL_CHALLENGE_FOREIGN');
  });

  it('takes no other challenge than the one that was issued', async () => {
    const issued = join(folder, 'issued.txt');
    await writeFile(issued, `${challenge}\n`);
    const right = await prove([bySingle(challenge)], challenge, '--challenge', issued);
    expect(right.exitCode).toBe(0);
    const other = challenge.replace('00112233', '99112233');
    const wrong = await prove([bySingle(other)], other, '--challenge', issued);
    expect(wrong.exitCode).toBe(1);
    expect(wrong.error).toContain('CONTROL_CHALLENGE_FOREIGN');
  });

  it('refuses a file of another form', async () => {
    const { exitCode, error } = await prove([{ address: single.address }]);
    expect(exitCode).toBe(3);
    expect(error).toContain('CONTROL_PROOFS_MALFORMED');
  });
});
