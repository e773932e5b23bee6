import fc from 'fast-check';
import { privateKeyToAccount } from 'viem/accounts';
import { hashTypedData } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { hashStatement } from '../../src/attest/hashStatement.ts';
import { isHistoric } from '../../src/attest/isHistoric.ts';
import { parseAttestation } from '../../src/attest/parseAttestation.ts';
import { Report } from '../../src/attest/report.ts';
import { signReport } from '../../src/attest/signReport.ts';
import { toTypedData } from '../../src/attest/toTypedData.ts';
import { verifyAsOf } from '../../src/attest/verifyAsOf.ts';
import { verifyAttestation } from '../../src/attest/verifyAttestation.ts';
import { AssayError } from '../../src/core/assayError.ts';
import type { Digest } from '../../src/core/canonicalJson.ts';
import { canonicalJson } from '../../src/core/canonicalJson.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import { type SampleFigures, sampleReport } from '../support/sampleReport.ts';

const account = privateKeyToAccount(`0x${'42'.repeat(32)}`);
const trusting = (report: Report) => ({
  signers: [account.address],
  now: UnixTime(report.observedAt),
});

const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 12 });

const deployment = fc.integer({ min: 0, max: 18 }).chain((decimals) =>
  fc.record({
    decimals: fc.constant(decimals),
    amount: rarely(fc.bigInt({ min: 0n, max: 10n ** BigInt(decimals) * 2000n })),
    skewSeconds: fc.integer({ min: -60, max: 4000 }),
  }),
);

/** Figures of every kind: backed, short, partial, faulty, skewed. Reports follow from them. */
const plain: fc.Arbitrary<SampleFigures> = fc.record({
  addresses: fc.array(rarely(fc.bigInt({ min: 0n, max: 10n ** 11n })), { maxLength: 12 }),
  deployments: fc
    .array(deployment, { maxLength: 5 })
    .map((all) => all.map((one, index) => ({ ...one, token: `eip155:${index + 1}/erc20:t` }))),
  liability: fc.constant(null),
  gaps: fc.subarray(['reserves', 'supply'] as const, { maxLength: 1 }),
  faults: fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .map((message) => [{ code: 'SOURCE_TIMEOUT' as const, message }]),
  ),
  maxSkewSeconds: fc.constant(3600),
  maxAgeSeconds: fc.constantFrom(null, 21_600),
  observedAt: fc.integer({ min: 1_763_800_000, max: 4_000_000_000 }),
  withWindow: fc.boolean(),
  moment: fc.option(
    fc.record({ aheadSeconds: fc.integer({ min: -7200, max: 7200 }), above: fc.nat(5) }),
    { nil: null },
  ),
});

/** The same by a formula: a holding of each deployment, and one rate for all, each perhaps unknown. */
const byFormula = fc
  .tuple(
    plain,
    fc.array(rarely(fc.bigInt({ min: 0n, max: 10n ** 8n })), { minLength: 5, maxLength: 5 }),
    rarely(fc.bigInt({ min: 0n, max: 2n * 10n ** 8n })),
  )
  .map(([figures, held, rate]): SampleFigures => {
    const tokens = figures.deployments.map(({ token }) => token);
    if (tokens.length === 0) return figures;
    const excluded = tokens.map((token, at) => ({
      token,
      holder: `0x${'0b'.repeat(20)}`,
      amount: held[at] ?? null,
    }));
    const rates = [{ tokens, feed: 'eip155:99:f', rate, decimals: 8 }];
    return { ...figures, liability: { excluded, rates } };
  });

const figures = fc.oneof(plain, byFormula);
const reports = figures.map(sampleReport);

describe('attestations, for all reports', () => {
  it('verify after they were signed and sent as text', async () => {
    await fc.assert(
      fc.asyncProperty(reports, async (report) => {
        expect(Report.parse(report)).toEqual(report);
        const attestation = await signReport(report, account);
        const text = JSON.stringify(attestation, null, 1);
        const verified = isHistoric(report)
          ? await verifyAsOf(text, trusting(report))
          : await verifyAttestation(text, trusting(report));
        expect('asOf' in verified ? verified.verdictThen : verified.verdict).toBe(report.verdict);
        expect(verified.report).toEqual(report);
        expect(parseAttestation(text)).toEqual(attestation);
      }),
      { numRuns: 60 },
    );
  });

  it('do not verify with any byte of their text changed', async () => {
    const attestation = await signReport(sampleReport(), account);
    const text = JSON.stringify(attestation);
    const change = fc.record({
      index: fc.nat(text.length - 1),
      byte: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ index, byte }) => {
        fc.pre(text[index] !== byte);
        const changed = text.slice(0, index) + byte + text.slice(index + 1);
        const outcome = await verifyAttestation(changed, trusting(attestation.report)).catch(
          (thrown: unknown) => thrown,
        );
        expect(outcome).toBeInstanceOf(AssayError);
        expect(outcome).toHaveProperty('code', expect.stringMatching(/^ATTESTATION_/));
      }),
      { numRuns: 400 },
    );
  });

  it('verify with their keys in any order, which is the same canonical document', async () => {
    const attestation = await signReport(sampleReport(), account);
    const text = canonicalJson(attestation);
    expect(text).not.toBe(JSON.stringify(attestation));
    const verified = await verifyAttestation(text, trusting(attestation.report));
    expect(verified.attestation).toEqual(attestation);
  });
});

describe('hashStatement, for all messages', () => {
  const bytes32 = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes): Digest => `0x${Buffer.from(bytes).toString('hex')}`);
  const unsigned = (bits: bigint) =>
    fc.bigInt({ min: 0n, max: 2n ** bits - 1n }).map((value) => value.toString());
  const message = fc.record({
    assetId: bytes32,
    verdict: unsigned(8n),
    reserves: unsigned(256n),
    supply: unsigned(256n),
    bitcoinHeight: unsigned(64n),
    bitcoinHash: bytes32,
    supplyPointsHash: bytes32,
    registryDigest: bytes32,
    reportDigest: bytes32,
    observedAt: unsigned(64n),
    validUntil: unsigned(64n),
    sequence: unsigned(64n),
    previous: bytes32,
  });

  it("agrees with viem's general encoder", () => {
    fc.assert(
      fc.property(message, (one) => {
        expect(hashStatement({ message: one })).toBe(hashTypedData(toTypedData(one)));
      }),
    );
  });
});
