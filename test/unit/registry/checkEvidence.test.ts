import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { checksum } from '@bitcoinerlab/descriptors';
import { describe, expect, it } from 'vitest';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { checkRegistry } from '../../../src/registry/checkRegistry.ts';
import { holdStrictly } from '../../../src/registry/finding.ts';
import { gradeCustody } from '../../../src/registry/gradeCustody.ts';
import { loadRegistry } from '../../../src/registry/loadRegistry.ts';
import { createSigner, encodeFull, signCompact } from '../../support/messageSigner.ts';
import { regtest } from '../../support/networks.ts';
import {
  challengeText,
  highProof,
  makeProofFile,
  multisigProof,
  singleProof,
} from '../../support/proofFiles.ts';
import {
  buildRegistry,
  makeAssetFile,
  makeCustody,
  makeReservesFile,
} from '../../support/registryBuilder.ts';
import { findingsIn, placesIn } from '../../support/registryFindings.ts';
import { rejectionCode } from '../../support/rejection.ts';
import { sampleChallenge } from '../../support/sampleChallenge.ts';

// The account key m/84'/0'/0' of BIP-84's test vector, and its first three addresses.
const xpub =
  'xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V';
const derivedAddresses = [
  'bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu',
  'bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g',
];
const single = createSigner('p2wpkh', 'one');
const taproot = createSigner('p2tr', 'three');
const shared = createSigner('p2wsh', 'two');
const stranger = createSigner('p2wpkh', 'stranger');
const message = challengeText({ assetId: 'abtc' });
const listed = [single.address, taproot.address, shared.address, ...derivedAddresses];

const day = 86_400;
const point = { ...sampleChallenge.bitcoinPoint, time: sampleChallenge.date };

function folders(
  evidence: Readonly<Record<string, unknown>>,
  asset: Readonly<Record<string, unknown>> = {},
  custody: Readonly<Record<string, unknown>> = {},
) {
  const files = Object.entries(evidence).map(([name, content]) => [`evidence/${name}`, content]);
  const addresses = listed.toSorted().map((address) => makeCustody(address, custody));
  return {
    abtc: {
      'asset.json': makeAssetFile('abtc', asset),
      'reserves.json': makeReservesFile(addresses),
      ...Object.fromEntries(files),
    },
  };
}

function withSum(body: string): string {
  return `${body}#${checksum(body)}`;
}

function makeDescriptors(
  descriptor: string = withSum(`wpkh(${xpub}/0/*)`),
  { from = 0, to = 2, ...changes }: Readonly<Record<string, unknown>> = {},
) {
  return {
    schema: 'assay.descriptors/1',
    by: 'Custodian',
    source: 'https://custodian.example/descriptors',
    date: '2026-11-01',
    descriptors: [{ descriptor, from, to }],
    ...changes,
  };
}

/** `CODE file#pointer message` of what is found in one file of evidence. */
async function faultsOf(content: unknown): Promise<string[]> {
  const findings = await findingsIn(folders({ 'a.json': content }));
  return findings.map(({ code, file, pointer, message: text }) => {
    expect(file).toBe('abtc/evidence/a.json');
    return `${code} ${pointer} ${text}`;
  });
}

async function gradesOf(evidence: Readonly<Record<string, unknown>>) {
  await using built = await buildRegistry(folders(evidence));
  const asset = (await loadRegistry(built.directory)).assets.get('abtc');
  return new Map(
    asset?.custody.map((one) => [one.address, gradeCustody(one, point, asset.policy)]),
  );
}

describe('recorded evidence', () => {
  it('makes an address proven by a signature over our challenge, or those of m of n keys', async () => {
    const proofs = [
      singleProof(single, message),
      singleProof(taproot, message),
      multisigProof(shared, message),
    ];
    const grades = await gradesOf({ 'a.json': makeProofFile(message, proofs) });
    const proven = [single, taproot, shared].map(({ address }) => address);
    expect([...grades].filter(([, grade]) => grade === 'proven').map(([one]) => one)).toEqual(
      proven.toSorted(),
    );
    for (const address of derivedAddresses) expect(grades.get(address)).toBe('published');
  });

  it('makes an address derived by a published descriptor', async () => {
    const grades = await gradesOf({ 'd.json': makeDescriptors() });
    expect([...grades].filter(([, grade]) => grade === 'derived').map(([one]) => one)).toEqual(
      derivedAddresses,
    );
    expect(grades.get(single.address)).toBe('published');
  });

  it('stands at each address, the newest first', async () => {
    const older = challengeText({
      assetId: 'abtc',
      date: UnixTime(sampleChallenge.date - 40 * day),
    });
    await using built = await buildRegistry(
      folders({
        'a.json': makeProofFile(older, [singleProof(single, older)]),
        'b.json': makeProofFile(message, [singleProof(single, message)]),
        'c.json': makeDescriptors(),
      }),
    );
    const asset = (await loadRegistry(built.directory)).assets.get('abtc');
    const evidenceOf = (address: string) =>
      asset?.custody.find((one) => one.address === address)?.evidence;
    expect(evidenceOf(single.address)).toEqual([
      {
        grade: 'proven',
        file: 'abtc/evidence/b.json',
        date: sampleChallenge.date,
        bitcoinPoint: sampleChallenge.bitcoinPoint,
      },
      {
        grade: 'proven',
        file: 'abtc/evidence/a.json',
        date: sampleChallenge.date - 40 * day,
        bitcoinPoint: sampleChallenge.bitcoinPoint,
      },
    ]);
    expect(evidenceOf(derivedAddresses[0] ?? '')).toEqual([
      {
        grade: 'derived',
        file: 'abtc/evidence/c.json',
        source: 'https://custodian.example/descriptors',
      },
    ]);
    expect(asset?.custody.find(({ address }) => address === shared.address)).not.toHaveProperty(
      'evidence',
    );
  });

  it('may name older lists, and be of any age: what loads today loads for ever', async () => {
    const old = challengeText({
      assetId: 'abtc',
      registryDigest: `0x${'99'.repeat(32)}`,
      date: UnixTime(1_000_000_000),
    });
    const evidence = { 'a.json': makeProofFile(old, [singleProof(single, old)]) };
    expect(await placesIn(folders(evidence))).toEqual([]);
  });

  it('is part of the digest of the asset, but not of that of its lists', async () => {
    const digests = async (evidence: Readonly<Record<string, unknown>>) => {
      await using built = await buildRegistry(folders(evidence));
      const registry = await loadRegistry(built.directory);
      const asset = registry.assets.get('abtc');
      return { registry: registry.digest, asset: asset?.digest, lists: asset?.listsDigest };
    };
    const file = makeProofFile(message, [singleProof(single, message)]);
    const bare = await digests({});
    const one = await digests({ 'a.json': file });
    const renamed = await digests({ 'b.json': file });
    const annotated = await digests({ 'a.json': { $schema: '../x.json', ...file } });
    expect(bare.asset).toBe(bare.lists);
    expect(one.lists).toBe(bare.lists);
    expect(new Set([bare.asset, one.asset, renamed.asset]).size).toBe(3);
    expect(one.registry).not.toBe(bare.registry);
    expect(annotated).toEqual(one);
  });
});

describe('a file of proofs', () => {
  const over = (text: string) => makeProofFile(text, [singleProof(single, text)]);
  const of = (...proofs: readonly unknown[]) => makeProofFile(message, proofs);
  const late = { time: 0, age: 144, version: 2 };

  it.each<[string, () => unknown, string, string]>([
    [
      'over a text that is no challenge',
      () => over('We hold these coins.'),
      '/message',
      'CONTROL_CHALLENGE_FOREIGN: the signed message is not a challenge of assay',
    ],
    [
      'over a challenge for another asset',
      () => over(challengeText({ assetId: 'bbtc' })),
      '/message',
      'CONTROL_CHALLENGE_FOREIGN: the signed message is a challenge for another asset',
    ],
    [
      'over a challenge with a block of another chain',
      () =>
        over(
          challengeText({
            assetId: 'abtc',
            bitcoinPoint: { ...sampleChallenge.bitcoinPoint, chain: regtest.chain },
          }),
        ),
      '/message',
      'CONTROL_CHALLENGE_FOREIGN: the signed message is a challenge with a block of another chain',
    ],
    [
      'with a signature over another message',
      () => of(singleProof(single, `${message} `)),
      '/proofs/0',
      'CONTROL_SIGNATURE_INVALID',
    ],
    [
      'with a signature for another address',
      () => of({ ...singleProof(single, message), address: derivedAddresses[0] }),
      '/proofs/0',
      'CONTROL_SIGNATURE_INVALID: the signature is by another key than the address has',
    ],
    ['with a high s', () => of(highProof(single, message)), '/proofs/0', 'CONTROL_SIGNATURE_NOT_'],
    [
      'with one signer twice for 2 of 3',
      () => of(multisigProof(shared, message, [1, 1])),
      '/proofs/0',
      'CONTROL_SIGNER_REPEATED',
    ],
    [
      'with one signer for 2 of 3',
      () => of(multisigProof(shared, message, [1])),
      '/proofs/0',
      'CONTROL_THRESHOLD_NOT_MET',
    ],
    [
      'that holds only after a time lock',
      () => of({ address: single.address, signature: encodeFull(single.sign(message, late)) }),
      '/proofs/0',
      'CONTROL_PROOF_TIME_LOCKED',
    ],
    [
      'in a form that is not understood',
      () =>
        of({
          address: shared.address,
          signature: signCompact(shared.keys[0] ?? new Uint8Array(), message),
        }),
      '/proofs/0',
      'CONTROL_NOT_UNDERSTOOD',
    ],
    [
      'with an address that is not listed',
      () => of(singleProof(stranger, message)),
      '/proofs/0/address',
      `"${stranger.address}" is not a custody address of the asset`,
    ],
    [
      'with one address twice',
      () => of(singleProof(single, message), singleProof(single, message)),
      '/proofs/1/address',
      `the file has the address "${single.address}" twice`,
    ],
    ['without a proof', () => of(), '/proofs', '"proofs"'],
    [
      'with more proofs than are read',
      () => of(...Array.from({ length: 100_001 }, () => 0)),
      '/proofs',
      'there are 100001 proofs; at most 100000 are read',
    ],
    ['with an unknown key', () => ({ ...over(message), prooofs: [] }), '/prooofs', 'the key'],
    [
      'of an unknown schema',
      () => ({ ...over(message), schema: 'assay.proofs/2' }),
      '/schema',
      'the schema is none that evidence has',
    ],
  ])('is refused %s', async (_what, make, pointer, said) => {
    const [fault = '', ...more] = await faultsOf(make());
    expect(fault).toContain(`REGISTRY_EVIDENCE_INVALID ${pointer} ${said}`);
    expect(more).toEqual([]);
  });

  it('tells everything that is wrong at once', async () => {
    const proofs = [
      singleProof(single, message),
      singleProof(stranger, 'something else'),
      highProof(single, message),
    ];
    const evidence = {
      'a.json': makeProofFile(message, proofs),
      'b.json': '{"schema": ',
      'c.json': makeProofFile('x', []),
      'd.json': makeDescriptors(`wpkh(${xpub}/0/*)`),
    };
    expect(await placesIn(folders(evidence))).toEqual([
      'REGISTRY_JSON_INVALID abtc/evidence/b.json#/schema',
      'REGISTRY_EVIDENCE_INVALID abtc/evidence/c.json#/proofs',
      'REGISTRY_EVIDENCE_INVALID abtc/evidence/a.json#/proofs/1/address',
      'REGISTRY_EVIDENCE_INVALID abtc/evidence/a.json#/proofs/1',
      'REGISTRY_EVIDENCE_INVALID abtc/evidence/a.json#/proofs/2/address',
      'REGISTRY_EVIDENCE_INVALID abtc/evidence/a.json#/proofs/2',
      'REGISTRY_EVIDENCE_INVALID abtc/evidence/d.json#/descriptors/0',
    ]);
  });

  it('is held to its form where the files of the asset are broken', async () => {
    const { abtc } = folders({ 'a.json': makeProofFile('x', []) });
    expect(await placesIn({ abtc: { ...abtc, 'reserves.json': '[' } })).toContain(
      'REGISTRY_EVIDENCE_INVALID abtc/evidence/a.json#/proofs',
    );
  });
});

describe('a file of descriptors', () => {
  const good = withSum(`wpkh(${xpub}/0/*)`);
  const xprv =
    'xprvA1RpRA33e1JQ7ifknakTFpgNXPmW2YvmhqLQYMmrj4xJXXWYpDPS3xz7iAxn8L39njGVyuoseXzU6rcxFLJ8HFsTjSyQbLYnMpCqE2VbFWc';
  const tpub =
    'tpubDC8msFGeGuwnKG9Upg7DM2b4DaRqg3CUZa5g8v2SRQ6K4NSkxUgd7HsL2XVWbVm39yBA4LAxysQAm397zwQSQoQgewGiYZqrA9DsP4zbQ1M';

  it.each<[string, unknown, string]>([
    ['without a checksum', makeDescriptors(`wpkh(${xpub}/0/*)`), 'CONTROL_DESCRIPTOR_CHECKSUM'],
    [
      'with a wrong checksum',
      makeDescriptors(good.replace('/0/*', '/1/*')),
      'CONTROL_DESCRIPTOR_CHECKSUM',
    ],
    [
      'with a private key',
      makeDescriptors(withSum(`wpkh(${xprv}/0/*)`)),
      'CONTROL_DESCRIPTOR_INVALID',
    ],
    [
      'with a key of another network',
      makeDescriptors(withSum(`wpkh(${tpub}/0/*)`)),
      'CONTROL_DESCRIPTOR_WRONG_NETWORK',
    ],
    [
      'with a range whose ends are exchanged',
      makeDescriptors(good, { from: 2, to: 1 }),
      'CONTROL_DESCRIPTOR_RANGE_INVALID',
    ],
    [
      'with a range that is too long',
      makeDescriptors(good, { to: 10_000 }),
      'CONTROL_DESCRIPTOR_RANGE_INVALID',
    ],
    [
      'that gives no custody address of the asset',
      makeDescriptors(withSum(`wpkh(${xpub}/1/*)`)),
      'the descriptor gives no custody address of the asset',
    ],
  ])('is refused %s, which is not quoted', async (_what, content, said) => {
    const [fault = '', ...more] = await faultsOf(content);
    expect(fault).toContain(`REGISTRY_EVIDENCE_INVALID /descriptors/0 ${said}`);
    expect(fault).not.toMatch(/[xt]p(?:ub|rv)/);
    expect(more).toEqual([]);
  });

  it('is refused without source or with a fraction in its range', async () => {
    const { source: _, ...content } = makeDescriptors(good, { to: 0.5 });
    const places = await placesIn(folders({ 'a.json': content }));
    expect(places.toSorted()).toEqual([
      'REGISTRY_EVIDENCE_INVALID abtc/evidence/a.json#/descriptors/0/to',
      'REGISTRY_EVIDENCE_INVALID abtc/evidence/a.json#/source',
    ]);
  });

  it('is refused where the descriptors of the asset have too many scripts together', async () => {
    const evidence = {
      'a.json': makeDescriptors(),
      'b.json': makeDescriptors(good, { from: 0, to: 9_999 }),
    };
    expect(await placesIn(folders(evidence))).toEqual([
      'REGISTRY_EVIDENCE_INVALID abtc/evidence/b.json#/descriptors/0',
    ]);
  });
});

describe('the folder of evidence', () => {
  it('holds JSON files and nothing else', async () => {
    const evidence = {
      'proof.txt': 'proof',
      'äther.json': '{}',
      'more/a.json': '{}',
      '.hidden': 'x',
    };
    await using built = await buildRegistry(folders(evidence));
    await symlink('/etc/hostname', join(built.directory, 'abtc/evidence/z.json'));
    const { registry, findings } = await checkRegistry(built.directory);
    expect(registry).toBeNull();
    expect(findings.map(({ code, file }) => `${code} ${file}`)).toEqual([
      'REGISTRY_SCHEMA_INVALID abtc/evidence/more',
      'REGISTRY_SCHEMA_INVALID abtc/evidence/proof.txt',
      'REGISTRY_SCHEMA_INVALID abtc/evidence/z.json',
      'REGISTRY_SCHEMA_INVALID abtc/evidence/äther.json',
    ]);
  });

  it('holds no more files than are read', async () => {
    const names = Array.from({ length: 1001 }, (_, index) => [`${index}.json`, '{}']);
    expect(await placesIn(folders(Object.fromEntries(names)))).toEqual([
      'REGISTRY_SCHEMA_INVALID abtc/evidence#',
    ]);
  });

  it('may be empty, and is no file', async () => {
    expect(await placesIn(folders({ '.keep': '' }))).toEqual([]);
    const { abtc } = folders({});
    expect(await placesIn({ abtc: { ...abtc, evidence: 'x' } })).toEqual([
      'REGISTRY_SCHEMA_INVALID abtc/evidence#',
    ]);
  });

  it('refuses the whole registry where one signature is wrong', async () => {
    const wrong = makeProofFile(message, [highProof(single, message)]);
    await using built = await buildRegistry(folders({ 'a.json': wrong }));
    expect(await rejectionCode(() => loadRegistry(built.directory))).toBe('REGISTRY_INVALID');
  });
});

describe('the day of evidence', () => {
  const older = challengeText({ assetId: 'abtc', date: UnixTime(sampleChallenge.date - 40 * day) });
  const proofs = {
    'a.json': makeProofFile(older, [singleProof(single, older), multisigProof(shared, older)]),
    'b.json': makeProofFile(message, [singleProof(single, message)]),
  };

  async function checkAsOf(asOf: string, content: ReturnType<typeof folders>) {
    await using built = await buildRegistry(content);
    const { registry, findings } = await checkRegistry(built.directory, asOf);
    return { registry, findings, said: findings.map((one) => `${one.severity} ${one.code}`) };
  }

  it('may not lie after that of the check', async () => {
    const evidence = { ...proofs, 'd.json': makeDescriptors(undefined, { date: '2026-11-20' }) };
    expect((await checkAsOf('2026-11-20', folders(evidence))).said).toEqual([]);
    const { registry, findings } = await checkAsOf('2026-11-19', folders(evidence));
    expect(registry).toBeNull();
    expect(findings.map(({ code, file, pointer }) => `${code} ${file}#${pointer}`)).toEqual([
      'REGISTRY_DATE_FUTURE abtc/evidence/b.json#/message',
      'REGISTRY_DATE_FUTURE abtc/evidence/d.json#/date',
    ]);
  });

  it('is a warning once the newest proof of an address is too old, which strictly is an error', async () => {
    // Challenged on 2026-10-11 and 2026-11-20, at noon.
    expect((await checkAsOf('2027-01-09', folders(proofs))).said).toEqual([]);
    const { registry, findings } = await checkAsOf('2027-01-10', folders(proofs));
    expect(registry?.assets.size).toBe(1);
    expect(findings).toMatchObject([
      {
        code: 'REGISTRY_PROOF_EXPIRED',
        severity: 'warning',
        file: 'abtc/evidence/a.json',
        pointer: '/message',
        message: `the newest proof of ${shared.address} is of 2026-10-11, more than 90 days before 2027-01-10`,
      },
    ]);
    expect(holdStrictly(findings).map(({ severity }) => severity)).toEqual(['error']);
    expect((await checkAsOf('2027-03-01', folders(proofs))).said).toEqual([
      'warning REGISTRY_PROOF_EXPIRED',
      'warning REGISTRY_PROOF_EXPIRED',
    ]);
  });

  it('is held to the policy of the asset', async () => {
    const strict = folders(proofs, { policy: { maxProofAgeDays: 7 } });
    expect((await checkAsOf('2026-11-27', strict)).findings.map(({ file }) => file)).toEqual([
      'abtc/evidence/a.json',
    ]);
    expect((await checkAsOf('2026-11-28', strict)).findings).toHaveLength(2);
  });

  it('is not asked of a retired asset, nor of an address that is no longer used', async () => {
    const retired = folders(proofs, { coverage: { status: 'retired' } });
    expect((await checkAsOf('2030-01-01', retired)).said).toEqual([]);
    const unused = folders(proofs, {}, { until: '2026-12-31' });
    expect((await checkAsOf('2030-01-01', unused)).said).toEqual([]);
  });
});
