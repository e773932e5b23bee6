import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksum } from '@bitcoinerlab/descriptors';
import { address as codec, networks } from 'bitcoinjs-lib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/runCli.ts';
import { type Challenge, parseChallenge } from '../../../src/control/challenge.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { gradeCustody } from '../../../src/registry/gradeCustody.ts';
import { loadRegistry } from '../../../src/registry/loadRegistry.ts';
import { type EsploraServer, startEsploraServer } from '../../support/esploraServer.ts';
import { createSigner, type MessageSigner, type SignerKind } from '../../support/messageSigner.ts';
import { mainnet, regtest } from '../../support/networks.ts';
import {
  challengeText,
  makeProofFile,
  multisigProof,
  singleProof,
} from '../../support/proofFiles.ts';
import {
  type BuiltRegistry,
  buildRegistry,
  makeAssetFile,
  makeReservesFile,
} from '../../support/registryBuilder.ts';
import { createSyntheticChain } from '../../support/syntheticChain.ts';
import { createTestTerminal } from '../../support/testTerminal.ts';

const day = 86_400;
const chain = createSyntheticChain();
chain.mine(200);
const block = chain.point(195);
const date = UnixTime(block.time + 3600);
const now = date + day;
const single = onRegtest('p2wpkh', 'one');
const shared = onRegtest('p2wsh', 'two');
const tpub =
  'tpubDC8msFGeGuwnKG9Upg7DM2b4DaRqg3CUZa5g8v2SRQ6K4NSkxUgd7HsL2XVWbVm39yBA4LAxysQAm397zwQSQoQgewGiYZqrA9DsP4zbQ1M';
const derivedAddress = 'bcrt1q6rz28mcfaxtmd6v789l9rrlrusdprr9pz3cppk';

let server: EsploraServer;
beforeAll(async () => {
  server = await startEsploraServer({ readView: chain.readView });
});
afterAll(() => server.stop());

let built: BuiltRegistry;
let challenge = '';
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-proofs-'));
  built = await buildRegistry({
    one: {
      'asset.json': makeAssetFile('one', { reserveChain: regtest.chain }),
      'reserves.json': makeReservesFile([single.address, shared.address, derivedAddress].sort()),
    },
  });
  challenge = await challengeOf({});
});
afterEach(async () => {
  await built.remove();
  await rm(folder, { recursive: true });
});

/** The scripts are the same on every network, and so are the signatures. */
function onRegtest(kind: SignerKind, seed: string): MessageSigner {
  const signer = createSigner(kind, seed);
  return { ...signer, address: codec.fromOutputScript(signer.output, networks.regtest) };
}

async function challengeOf(changes: Partial<Challenge>): Promise<string> {
  const registry = await loadRegistry(built.directory);
  const registryDigest = registry.assets.get('one')?.listsDigest ?? '0x';
  return challengeText({ assetId: 'one', registryDigest, bitcoinPoint: block, date, ...changes });
}

async function run(content: unknown, ...options: string[]) {
  const file = join(folder, 'proofs.json');
  await writeFile(file, JSON.stringify(content));
  const terminal = createTestTerminal({ now });
  const args = ['registry', 'prove', 'one', file, '--registry', built.directory, ...options];
  const exitCode = await runCli(args, '0', terminal);
  return { exitCode, out: terminal.out(), error: terminal.error() };
}

function prove(proofs: readonly unknown[], message = challenge, ...options: string[]) {
  return run(makeProofFile(message, proofs), ...options);
}

const checked = () => ['--bitcoin', server.sourceUrl] as const;
const recorded = () => [...checked(), '--record'] as const;

async function evidence(): Promise<string[]> {
  return readdir(join(built.directory, 'one', 'evidence')).catch(() => []);
}

describe('registry prove', () => {
  it('takes a signature over our challenge, and m keys of n, for proof of control', async () => {
    const proofs = [singleProof(single, challenge), multisigProof(shared, challenge)];
    const { exitCode, out } = await prove(proofs);
    expect(out).toContain('2 of 2 proven. Nothing was recorded.');
    expect(out).toContain('The block of the challenge was not checked: give --bitcoin.');
    expect(exitCode).toBe(0);
    expect(await evidence()).toEqual([]);
  });

  it('records what is proven, as it was sent, and the registry grades the address by it', async () => {
    const before = await loadRegistry(built.directory);
    const { exitCode, out } = await prove(
      [singleProof(single, challenge)],
      challenge,
      ...recorded(),
    );
    expect(exitCode).toBe(0);
    const [name = ''] = await evidence();
    expect(name).toBe(`2026-01-02-${parseChallenge(challenge)?.nonce}.json`);
    const text = await readFile(join(built.directory, 'one', 'evidence', name), 'utf8');
    expect(JSON.parse(text)).toEqual({
      $schema: '../../schema/evidence.schema.json',
      schema: 'assay.proofs/1',
      message: challenge,
      proofs: [singleProof(single, challenge)],
    });
    const after = await loadRegistry(built.directory);
    expect(after.digest).not.toBe(before.digest);
    expect(out).toContain(`The digest of the registry changed; it is now ${after.digest}`);
    expect(out).toContain('CHANGELOG.md needs an entry');
    const terminal = createTestTerminal({ now });
    const args = ['registry', 'list', '--registry', built.directory, '--json'];
    expect(await runCli(args, '0', terminal)).toBe(0);
    expect(JSON.parse(terminal.out()).assets[0].custody).toContainEqual(
      expect.objectContaining({
        address: single.address,
        evidence: [expect.objectContaining({ grade: 'proven', date })],
      }),
    );
    const asset = after.assets.get('one');
    const grades = asset?.custody.map((one) => [
      one.address,
      gradeCustody(one, chain.point(200), asset.policy),
    ]);
    expect(Object.fromEntries(grades ?? [])).toEqual({
      [single.address]: 'proven',
      [shared.address]: 'published',
      [derivedAddress]: 'published',
    });
  });

  it('takes another answer to the same challenge after one was recorded, but not the same', async () => {
    const other = await challengeOf({ nonce: '11'.repeat(16) });
    await prove([singleProof(single, challenge)], challenge, ...recorded());
    const second = await prove([multisigProof(shared, other)], other, ...recorded());
    expect(second.exitCode).toBe(0);
    expect(await evidence()).toHaveLength(2);
    const again = await prove([singleProof(single, challenge)], challenge, ...recorded());
    expect(again.error).toContain('FILE_EXISTS');
    expect(await evidence()).toHaveLength(2);
  });

  it.each([
    ['one signer twice', () => multisigProof(shared, challenge, [1, 1]), 'CONTROL_SIGNER_REPEATED'],
    [
      'a signature for another address',
      () => ({ ...singleProof(single, challenge), address: shared.address }),
      'CONTROL_',
    ],
    [
      'an address of another network',
      () => singleProof(createSigner('p2wpkh', 'one'), challenge),
      'not listed',
    ],
    [
      'a signature over another message',
      () => singleProof(single, 'something else'),
      'CONTROL_SIGNATURE_INVALID',
    ],
    [
      'an address that is not in the registry',
      () => singleProof(onRegtest('p2tr', 'stranger'), challenge),
      'not listed',
    ],
  ])('proves nothing by %s, and leaves the registry untouched', async (_, proof, said) => {
    const { exitCode, out } = await prove([proof()], challenge, ...recorded());
    expect(exitCode).toBe(1);
    expect(out).toContain(said);
    expect(out).toContain('0 of 1 proven');
    const mixed = [singleProof(onRegtest('p2wpkh', 'one'), challenge), proof()];
    await prove(mixed, challenge, ...recorded());
    expect(await evidence()).toEqual([]);
  });

  it('proves nothing by an old challenge, or one for another asset, digest or chain', async () => {
    const old = await challengeOf({ date: UnixTime(now - 31 * day) });
    expect((await prove([singleProof(single, old)], old)).out).toContain('CONTROL_CHALLENGE_OLD');
    for (const changes of [
      { assetId: 'other' },
      { registryDigest: `0x${'99'.repeat(32)}` as const },
      { bitcoinPoint: { ...block, chain: mainnet.chain } },
    ]) {
      const foreign = await challengeOf(changes);
      const { exitCode, out } = await prove([singleProof(single, foreign)], foreign);
      expect(exitCode).toBe(1);
      expect(out).toContain('CONTROL_CHALLENGE_FOREIGN');
    }
  });

  it('takes no other challenge than the one that was issued', async () => {
    const issued = join(folder, 'issued.txt');
    await writeFile(issued, `${challenge}\n`);
    const proofs = [singleProof(single, challenge)];
    expect((await prove(proofs, challenge, '--challenge', issued)).exitCode).toBe(0);
    const other = await challengeOf({ nonce: '99'.repeat(16) });
    const wrong = await prove([singleProof(single, other)], other, '--challenge', issued);
    expect(wrong.exitCode).toBe(1);
    expect(wrong.error).toContain('CONTROL_CHALLENGE_FOREIGN');
  });

  it.each([
    ['of another form', () => [{ address: single.address }]],
    ['with one address twice', () => Array(2).fill(singleProof(single, challenge))],
  ])('refuses a file %s', async (_what, proofs) => {
    const { exitCode, error } = await prove(proofs());
    expect(exitCode).toBe(3);
    expect(error).toContain('CONTROL_PROOFS_MALFORMED');
  });
});

describe('the block of a challenge', () => {
  it('is held to the chain where a source is given', async () => {
    const result = await prove([singleProof(single, challenge)], challenge, ...checked(), '--json');
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(result.out)).toMatchObject({
      proven: true,
      blockChecked: true,
      recorded: null,
    });
  });

  it.each([
    [
      'has another block at its height',
      { ...block, hash: 'ab'.repeat(32) },
      'CONTROL_CHALLENGE_BLOCK_UNKNOWN: the chain has another block at height 195',
    ],
    [
      'is not that high',
      { ...block, height: 201 },
      'CONTROL_CHALLENGE_BLOCK_UNKNOWN: the chain has no block at height 201',
    ],
    ['had it long before the challenge', chain.point(10), 'CONTROL_CHALLENGE_OLD: the block of'],
  ])('makes nothing proven where the chain %s', async (_what, bitcoinPoint, said) => {
    const text = await challengeOf({ bitcoinPoint });
    const { exitCode, out } = await prove([singleProof(single, text)], text, ...recorded());
    expect(exitCode).toBe(1);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(said);
    expect(out).toContain('published (bip322-simple)');
    expect(out).toContain('0 of 1 proven. Nothing was recorded.');
    expect(await evidence()).toEqual([]);
  });

  it('ends with the error of the source where it cannot be asked, and records nothing', async () => {
    const file = join(built.directory, 'one', 'asset.json');
    const asset = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...asset, policy: { quorum: 2 } }));
    const text = await challengeOf({});
    const { exitCode, error } = await prove([singleProof(single, text)], text, ...recorded());
    expect(exitCode).toBe(2);
    expect(error).toContain('BITCOIN_QUORUM_NOT_MET');
    expect(await evidence()).toEqual([]);
  });

  it('is not asked for where nothing would be proven by it', async () => {
    const asked = server.requests.length;
    const { out } = await prove([singleProof(single, 'else')], challenge, ...recorded());
    expect(out).toContain('The block of the challenge was not checked');
    expect(server.requests.length).toBe(asked);
  });
});

describe('published descriptors', () => {
  function descriptors(body: string, sum = checksum(body), range = { from: 0, to: 4 }) {
    return {
      schema: 'assay.descriptors/1',
      by: 'Custodian',
      source: 'https://custodian.example/descriptors',
      date: '2026-01-01',
      descriptors: [{ descriptor: `${body}#${sum}`, ...range }],
    };
  }

  it('show which custody addresses they give', async () => {
    const { exitCode, out } = await run(descriptors(`wpkh(${tpub}/0/*)`));
    expect(out).toBe(
      `descriptor 1: derived (custody addresses: 1, scripts not listed: 4)\n  ${derivedAddress}\n\n1 custody addresses derived. Nothing was recorded.\n`,
    );
    expect(exitCode).toBe(0);
    expect(await evidence()).toEqual([]);
  });

  it('become evidence, once, and the registry grades the address by them', async () => {
    const { exitCode, out } = await run(descriptors(`wpkh(${tpub}/0/*)`), '--record', '--json');
    expect(exitCode).toBe(0);
    const registry = await loadRegistry(built.directory);
    expect(JSON.parse(out)).toMatchObject({
      derived: true,
      recorded: { registryDigest: registry.digest },
      descriptors: [{ result: 'derived', listed: [derivedAddress], unlisted: 4 }],
    });
    const [name = '', ...more] = await evidence();
    expect(name).toMatch(/^2026-01-01-[0-9a-f]{32}\.json$/);
    expect(more).toEqual([]);
    const custody = registry.assets.get('one')?.custody ?? [];
    expect(custody.filter((one) => one.evidence).map((one) => [one.address, one.evidence])).toEqual(
      [
        [
          derivedAddress,
          [
            {
              grade: 'derived',
              file: `one/evidence/${name}`,
              source: 'https://custodian.example/descriptors',
            },
          ],
        ],
      ],
    );
    const again = await run(descriptors(`wpkh(${tpub}/0/*)`), '--record');
    expect(again.error).toContain('FILE_EXISTS');
  });

  it.each([
    ['a wrong checksum', () => descriptors(`wpkh(${tpub}/0/*)`, 'qqqqqqqq'), 'CONTROL_DESCRIPTOR_'],
    ['no listed address', () => descriptors(`wpkh(${tpub}/1/*)`), 'not listed (custody addresses'],
    [
      'a range without end',
      () => descriptors(`wpkh(${tpub}/0/*)`, undefined, { from: 0, to: 10_000 }),
      'CONTROL_DESCRIPTOR_RANGE_INVALID',
    ],
  ])('derive nothing with %s, and are not recorded', async (_what, content, said) => {
    const { exitCode, out } = await run(content(), '--record');
    expect(exitCode).toBe(1);
    expect(out).toContain(said);
    expect(out).toContain('0 custody addresses derived. Nothing was recorded.');
    expect(await evidence()).toEqual([]);
  });

  it('are refused where there are more of them than are read', async () => {
    const one = descriptors(`wpkh(${tpub}/0/*)`);
    const many = { ...one, descriptors: Array(1001).fill(one.descriptors[0]) };
    const { exitCode, error } = await run(many, '--record');
    expect(exitCode).toBe(3);
    expect(error).toContain('CONTROL_PROOFS_MALFORMED');
    expect(await evidence()).toEqual([]);
  });
});
