import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Address, Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { getAddress, hashTypedData } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { Attestation } from '../../../src/attest/attestation.ts';
import { buildStatement } from '../../../src/attest/buildStatement.ts';
import type { Report } from '../../../src/attest/report.ts';
import { signReport } from '../../../src/attest/signReport.ts';
import { toTypedData } from '../../../src/attest/toTypedData.ts';
import { verifyAttestation } from '../../../src/attest/verifyAttestation.ts';
import { canonicalJson } from '../../../src/core/canonicalJson.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';
import { sampleReport } from '../../support/sampleReport.ts';

const account = privateKeyToAccount(`0x${'42'.repeat(32)}`);
const stranger = privateKeyToAccount(`0x${'43'.repeat(32)}`);
const report = sampleReport();
const attestation = await signReport(report, account);
const now = UnixTime(report.observedAt + 60);
const trusting = { signers: [account.address], now };

/** Signs whatever it is given, as a signer without checks would. */
async function signAnything(lie: Report, change: object = {}): Promise<Attestation> {
  const built = buildStatement(lie);
  const statement = { ...built, message: { ...built.message, ...change } };
  const signature = await account.signTypedData(toTypedData(statement.message));
  return { ...attestation, statement, signature, report: lie };
}

describe('verifyAttestation', () => {
  it('gives the id, the signer and what was attested', async () => {
    const verified = await verifyAttestation(attestation, trusting);
    expect(verified).toEqual({
      id: hashTypedData(toTypedData(attestation.statement.message)),
      signer: account.address,
      verdict: 'backed',
      statement: attestation.statement,
      report,
      attestation,
    });
  });

  it('takes the text as well as the value', async () => {
    const verified = await verifyAttestation(JSON.stringify(attestation), trusting);
    expect(verified.attestation).toEqual(attestation);
  });

  it('verifies a shortfall and an indeterminate answer, which are answers too', async () => {
    for (const [verdict, other] of [
      ['under-backed', sampleReport({ addresses: [1n] })],
      ['indeterminate', sampleReport({ addresses: [null] })],
    ] as const) {
      const signed = await signReport(other, account);
      expect((await verifyAttestation(signed, trusting)).verdict).toBe(verdict);
    }
  });

  it('takes a trusted address in any case', async () => {
    const lower: Address = `0x${account.address.slice(2).toLowerCase()}`;
    const { signer } = await verifyAttestation(attestation, { signers: [lower], now });
    expect(signer).toBe(account.address);
  });

  it('accepts no signer where none is trusted, and names the one that signed', async () => {
    for (const signers of [[], [stranger.address]]) {
      const error = await rejection(() => verifyAttestation(attestation, { signers, now }));
      expect(error.code).toBe('ATTESTATION_SIGNER_UNTRUSTED');
      expect(error.facts.signer).toBe(account.address);
    }
  });

  it('refuses an unknown key that claims to be a trusted one', async () => {
    const foreign = await signReport(report, stranger);
    expect(await rejectionCode(() => verifyAttestation(foreign, trusting))).toBe(
      'ATTESTATION_SIGNER_UNTRUSTED',
    );
    const posing = { ...foreign, signer: account.address };
    expect(await rejectionCode(() => verifyAttestation(posing, trusting))).toBe(
      'ATTESTATION_SIGNATURE_INVALID',
    );
  });

  it('takes the signer in its checksum form only', async () => {
    const { signer } = attestation;
    for (const other of [signer.toLowerCase(), `0x${signer.slice(2).toUpperCase()}`]) {
      expect(
        await rejectionCode(() => verifyAttestation({ ...attestation, signer: other }, trusting)),
      ).toBe('ATTESTATION_SIGNATURE_INVALID');
    }
    expect(getAddress(signer)).toBe(signer);
  });

  it('stands until its last second, and is expired after it', async () => {
    const last = { ...trusting, now: UnixTime(report.validUntil) };
    expect((await verifyAttestation(attestation, last)).verdict).toBe('backed');
    const late = { ...trusting, now: UnixTime(report.validUntil + 1) };
    const error = await rejection(() => verifyAttestation(attestation, late));
    expect(error.code).toBe('ATTESTATION_EXPIRED');
    expect(error.facts).toMatchObject({ verdict: 'backed', signer: account.address });
  });

  it('allows for a clock that is two minutes behind, and no more', async () => {
    const behind = (seconds: number) => ({
      ...trusting,
      now: UnixTime(report.observedAt - seconds),
    });
    expect((await verifyAttestation(attestation, behind(120))).verdict).toBe('backed');
    expect(await rejectionCode(() => verifyAttestation(attestation, behind(121)))).toBe(
      'ATTESTATION_FROM_FUTURE',
    );
    const strict = { ...behind(1), maxClockSkewSeconds: 0 };
    expect(await rejectionCode(() => verifyAttestation(attestation, strict))).toBe(
      'ATTESTATION_FROM_FUTURE',
    );
  });

  it('refuses a report that was swapped for another honest one', async () => {
    const other = await signReport(sampleReport({ addresses: [1n] }), account);
    const mixed = { ...attestation, report: other.report };
    expect(await rejectionCode(() => verifyAttestation(mixed, trusting))).toBe(
      'ATTESTATION_REPORT_MISMATCH',
    );
  });

  it.each([
    ['assetId', `0x${'00'.repeat(32)}`],
    ['verdict', '2'],
    ['verdict', '7'],
    ['reserves', '40000000000000000001'],
    ['supply', '1'],
    ['bitcoinHeight', '895001'],
    ['bitcoinHash', `0x${'00'.repeat(32)}`],
    ['supplyPointsHash', `0x${'00'.repeat(32)}`],
    ['registryDigest', `0x${'00'.repeat(32)}`],
    ['observedAt', '1763803601'],
    ['validUntil', '1863890000'],
  ])('refuses a statement whose %s is not that of the signed report', async (field, value) => {
    const lie = await signAnything(report, { [field]: value });
    const error = await rejection(() => verifyAttestation(lie, trusting));
    expect(error.code).toBe('ATTESTATION_STATEMENT_MISMATCH');
    expect(error.facts.field).toBe(field);
  });

  it('refuses a report that contradicts itself, though statement and digest fit it', async () => {
    const lie = await signAnything({ ...report, verdict: 'under-backed' });
    const error = await rejection(() => verifyAttestation(lie, trusting));
    expect(error.code).toBe('ATTESTATION_STATEMENT_MISMATCH');
    expect(error.facts.field).toBe('verdict');
  });

  it('refuses a first statement that follows another', async () => {
    const lie = await signAnything(report, { previous: `0x${'01'.repeat(32)}` });
    expect((await rejection(() => verifyAttestation(lie, trusting))).facts.field).toBe('previous');
  });

  it('refuses a report with text that has no UTF-8 form', async () => {
    const lone = { ...attestation, report: { ...report, notProven: ['\ud800'] } };
    expect(await rejectionCode(() => verifyAttestation(lone, trusting))).toBe(
      'ATTESTATION_MALFORMED',
    );
  });

  it('does not take what only looks like an attestation', async () => {
    for (const value of [undefined, null, 1, [], {}]) {
      expect(await rejectionCode(() => verifyAttestation(value, trusting))).toBe(
        'ATTESTATION_MALFORMED',
      );
    }
  });
});

describe('the first attestation ever made', async () => {
  const path = new URL('../../vectors/attestation/attestation-1.json', import.meta.url);
  const vector: { id: string; reportDigest: string; privateKey: Hex; attestation: unknown } =
    JSON.parse(await readFile(path, 'utf8'));
  const golden = Attestation.parse(vector.attestation);
  const signer = privateKeyToAccount(vector.privateKey);
  const then = UnixTime(golden.report.observedAt);

  it('verifies for ever', async () => {
    const policy = { signers: [signer.address], now: then };
    const verified = await verifyAttestation(vector.attestation, policy);
    expect(verified.id).toBe(vector.id);
    expect(verified.id).toBe('0xb7f1a29a3c59cb31712c174b864d01020ab8c67ef01eeb7ec49404bcf440d8d7');
    expect(verified.verdict).toBe('backed');
  });

  it('is signed again to the same bytes', async () => {
    expect(await signReport(golden.report, signer)).toEqual(golden);
  });

  it('has the SHA-256 of its canonical report as its digest', () => {
    const digest = createHash('sha256').update(canonicalJson(golden.report)).digest('hex');
    expect(`0x${digest}`).toBe(vector.reportDigest);
    expect(golden.statement.message.reportDigest).toBe(vector.reportDigest);
  });
});
