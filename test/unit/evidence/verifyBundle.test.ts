import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Report } from '../../../src/attest/report.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import type { BundleRecord, RegistryRecord } from '../../../src/evidence/bundleRecord.ts';
import { verifyBundle } from '../../../src/evidence/verifyBundle.ts';
import { digestAsset } from '../../../src/registry/digestAsset.ts';
import {
  change,
  isOf,
  linked,
  stored,
  verify,
  withAddress,
  withManifest,
} from '../../support/evidenceChanges.ts';
import { custody, inPieces, writeFileOf } from '../../support/evidenceSetting.ts';
import { expectCode } from '../../support/expectCode.ts';

describe('an evidence bundle that fits its report', () => {
  it('verifies, and tells what it proves', async () => {
    const result = await verify(linked.records);
    expect(result).toMatchObject({
      point: linked.report.reserves.point,
      outputs: 5,
      transactions: 4,
      blocks: 3,
      sats: 4_000_000_000n,
      headers: { from: 101, work: 16n },
    });
    expect(result.proved[1]).toBe(
      `5 outputs worth 40.00000000 BTC, all to these custody addresses, exist in 3 blocks that block 108 (${result.point.hash}) is or builds on.`,
    );
    expect(result.proved[2]).toContain('Every header from height 101 to 108');
    expect(result.proved.at(-1)).toContain('the verdict backed');
  });

  it('tells what it cannot prove, and on whom that rests', async () => {
    const { notProven } = await verify(linked.records);
    expect(notProven[0]).toBe(
      'That the outputs are unspent as of block 108, and that there are no others: this rests on the word of 1 operator named in the report (127.0.0.1:18443).',
    );
    expect(notProven).toContainEqual(
      expect.stringContaining(
        'That block 108 is final: this rests on the work in the headers checked',
      ),
    );
    expect(notProven).toContainEqual(
      expect.stringMatching(
        /^That the supply of eip155:31337.* as stated: .*\(127\.0\.0\.1:8545\)/,
      ),
    );
    expect(notProven.at(-1)).toContain('That 2 addresses are controlled by the custodian');
  });

  it('verifies with the headers in a store, and says which rest on it', async () => {
    const { headerAt } = stored;
    const { headers } = await verify(stored.records, stored.report, { headerAt });
    expect(headers).toEqual({ from: 0, work: 218n });
  });

  it('says so where the report names no bundle, and holds it to the name that it gives', async () => {
    const { file, digest } = await writeFileOf(linked.records);
    const unnamed = await verifyBundle(inPieces(file), linked.report);
    expect(unnamed.notProven[0]).toContain('the report names no bundle');

    const evidence = { schema: 'assay.evidence/1' as const, digest };
    const named = await verifyBundle(inPieces(file), { ...linked.report, evidence });
    expect(named.digest).toBe(digest);
    expect(named.notProven[0]).not.toContain('names no bundle');
    await expectCode(
      () => verify(linked.records, linked.report, { digest: `0x${'00'.repeat(32)}` }),
      'EVIDENCE_DIGEST_MISMATCH',
    );
  });

  it('takes sums without outputs as not proven, and names the addresses', async () => {
    // Without the last block and its one transaction.
    const last = linked.records.findLastIndex(({ type }) => type === 'block');
    const records = linked.records.toSpliced(last, 2);
    const { notProven, outputs } = await verify(
      withManifest({ blocks: 2, transactions: 3, outputs: 4 }, records),
      withAddress(3, { utxos: null }),
    );
    expect(outputs).toBe(4);
    expect(notProven).toContain(
      `What the outputs are at addresses of which only a sum is known: ${custody[3]?.address}.`,
    );
  });

  it('verifies without any output where only sums are known', async () => {
    const only = (type: BundleRecord['type']) => linked.records.filter((one) => one.type === type);
    const { reserves } = linked.report;
    const addresses = reserves.addresses.map((one) => ({ ...one, utxos: null }));
    const report = { ...linked.report, reserves: { ...reserves, addresses, utxos: null } };
    const headers = {
      type: 'headers' as const,
      start: 108,
      headers: linked.headers[108] ?? new Uint8Array(),
    };
    const none = { blocks: 0, transactions: 0, outputs: 0 };
    const records = [...only('manifest'), ...only('registry'), headers, ...only('supply')];
    const result = await verify(withManifest(none, records), report);
    expect(result).toMatchObject({ outputs: 0, sats: 0n, headers: { from: 108, work: 2n } });
  });

  it('passes on what goes wrong in reading its file', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(0x78);
      throw new AssayError('FILE_UNREADABLE', { message: 'the file is gone' });
    }
    await expectCode(() => verifyBundle(broken(), linked.report), 'FILE_UNREADABLE');
  });
});

describe('the figures of the report', () => {
  it.each([
    ['an output more', { utxos: 2 }],
    ['an output less', { utxos: 0 }],
    ['only a sum, where the evidence has outputs', { utxos: null }],
  ])('do not fit: %s', async (_, figures) => {
    await expectCode(
      () => verify(linked.records, withAddress(0, figures)),
      'EVIDENCE_FIGURES_MISMATCH',
    );
  });

  it('do not fit by a satoshi', async () => {
    const { reserves } = linked.report;
    // From one address to another, so that the report agrees with itself.
    const addresses = reserves.addresses.map((one, index) => ({
      ...one,
      sats: ['1000000001', '999999999'][index] ?? one.sats,
    }));
    const { proven, derived } = reserves.grades;
    const grades = {
      ...reserves.grades,
      proven: { ...proven, sats: '1000000001' },
      derived: { ...derived, sats: '999999999' },
    };
    const thrown = await expectCode(
      () =>
        verify(linked.records, { ...linked.report, reserves: { ...reserves, addresses, grades } }),
      'EVIDENCE_FIGURES_MISMATCH',
    );
    expect(thrown.message).toContain(
      '1 outputs worth 1000000001 satoshis; the evidence has 1 worth 1000000000',
    );
  });

  it('must agree with each other', async () => {
    await expectCode(
      () => verify(linked.records, { ...linked.report, verdict: 'under-backed' }),
      'ATTESTATION_STATEMENT_MISMATCH',
    );
  });

  it('must be of the audited block', async () => {
    const point = linked.report.reserves.point;
    if (!point) throw new Error('no point');
    await expectCode(
      () => verify(withManifest({ bitcoinPoint: { ...point, hash: '00'.repeat(32) } })),
      'EVIDENCE_FIGURES_MISMATCH',
    );
  });

  it.each([
    ['another amount', { amount: '1950000001' }, 'EVIDENCE_FIGURES_MISMATCH'],
    ['other decimals', { decimals: 7 }, 'EVIDENCE_FIGURES_MISMATCH'],
    [
      'an unknown token',
      { token: `eip155:31337/erc20:0x${'11'.repeat(20)}` },
      'EVIDENCE_FIGURES_MISMATCH',
    ],
  ] as const)('do not fit a proof of supply of %s', async (_, changes, code) => {
    await expectCode(
      () => verify(change('supply', ({ proof }) => ({ proof: { ...proof, ...changes } }))),
      code,
    );
  });

  it('do not fit a proof of supply at another block, nor two for one token', async () => {
    await expectCode(
      () =>
        verify(
          change('supply', ({ proof }) => ({
            proof: { ...proof, point: { ...proof.point, height: 1 } },
          })),
        ),
      'EVIDENCE_FIGURES_MISMATCH',
    );
    const first = linked.records.find((record) => isOf(record, 'supply'));
    if (!first) throw new Error('no proof');
    await expectCode(
      () => verify(change('supply', () => first, { nth: 1 })),
      'EVIDENCE_FIGURES_MISMATCH',
    );
  });
});

describe('the registry of a bundle', () => {
  const record = linked.records.find((one) => isOf(one, 'registry'))?.registry;
  if (!record) throw new Error('no registry');
  const asset = z.looseObject({}).parse(record.asset);
  const reserves = z
    .looseObject({ addresses: z.array(z.looseObject({ address: z.string() })) })
    .parse(record.reserves);

  function withRegistry(changes: Partial<RegistryRecord>): BundleRecord[] {
    return change('registry', ({ registry }) => ({ registry: { ...registry, ...changes } }));
  }

  /** The report as if it had been made with the changed registry. */
  function reportWith(changes: Partial<RegistryRecord>): Report {
    const { asset, reserves } = { ...record, ...changes };
    return { ...linked.report, registryDigest: digestAsset(asset, reserves) };
  }

  it('must be the one with which the report was made', async () => {
    await expectCode(
      () => verify(withRegistry({ asset: { ...asset, name: 'Other' } })),
      'EVIDENCE_REGISTRY_MISMATCH',
    );
    await expectCode(
      () => verify(withRegistry({ evidence: { 'more.json': {} } })),
      'EVIDENCE_REGISTRY_MISMATCH',
    );
  });

  it('must be readable', async () => {
    for (const changes of [
      { asset: {} },
      { reserves: null },
      { asset: { ...asset, id: 'other' } },
    ]) {
      await expectCode(
        () => verify(withRegistry(changes), reportWith(changes)),
        'EVIDENCE_REGISTRY_MISMATCH',
      );
    }
  });

  it('must have the custody addresses of the report, those in force and no others', async () => {
    const [first, ...others] = reserves.addresses;
    for (const changes of [
      { reserves: { ...reserves, addresses: others } },
      { reserves: { ...reserves, addresses: [{ ...first, until: '2024-01-01' }, ...others] } },
      { reserves: { ...reserves, addresses: [{ ...first, since: '2040-01-01' }, ...others] } },
    ]) {
      await expectCode(
        () => verify(withRegistry(changes), reportWith(changes)),
        'EVIDENCE_FIGURES_MISMATCH',
      );
    }
    const changes = {
      reserves: { ...reserves, addresses: [{ ...first, since: '2020-01-01' }, ...others] },
    };
    expect((await verify(withRegistry(changes), reportWith(changes))).outputs).toBe(5);
  });

  it('must have the deployments of the report, and say of no side that it is not complete', async () => {
    for (const changes of [
      { asset: { ...asset, deployments: [] } },
      {
        asset: {
          ...asset,
          coverage: {
            status: 'partial',
            missing: [{ side: 'supply', what: 'Some.', why: 'Unknown.' }],
          },
        },
      },
    ]) {
      await expectCode(
        () => verify(withRegistry(changes), reportWith(changes)),
        'EVIDENCE_FIGURES_MISMATCH',
      );
    }
  });
});
