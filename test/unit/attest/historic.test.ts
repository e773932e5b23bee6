import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import type { Attestation } from '../../../src/attest/attestation.ts';
import { buildStatement } from '../../../src/attest/buildStatement.ts';
import type { Report } from '../../../src/attest/report.ts';
import { signReport } from '../../../src/attest/signReport.ts';
import { toTypedData } from '../../../src/attest/toTypedData.ts';
import { verifyAsOf } from '../../../src/attest/verifyAsOf.ts';
import { verifyAttestation } from '../../../src/attest/verifyAttestation.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';
import { sampleReport } from '../../support/sampleReport.ts';

const account = privateKeyToAccount(`0x${'42'.repeat(32)}`);
const signers = [account.address];
const current = sampleReport();
const historic = sampleReport({ maxAgeSeconds: null });
const now = UnixTime(historic.observedAt);
const first = { sequence: 1n, previous: `0x${'01'.repeat(32)}` } as const;

/** Signs whatever it is given, as a signer without checks would. */
async function signAnything(lie: Report, link?: typeof first): Promise<Attestation> {
  const statement = buildStatement(lie, link);
  const signature = (await account.signTypedData(toTypedData(statement.message))).toLowerCase();
  return {
    schema: 'assay.attestation/1',
    statement,
    signature,
    signer: account.address,
    report: lie,
  };
}

describe('a historic attestation', () => {
  it('is never verified as what is now, not even in its own second', async () => {
    const attestation = await signReport(historic, account);
    expect(historic).toMatchObject({ verdict: 'backed', validUntil: historic.observedAt });
    const error = await rejection(() => verifyAttestation(attestation, { signers, now }));
    expect(error.code).toBe('ATTESTATION_HISTORIC');
    expect(error.message).toContain('was backed as of block 895000, 2025-11-22T08:26:40Z');
  });

  it('verifies for ever as what held as of its block', async () => {
    const attestation = await signReport(historic, account);
    const verified = await verifyAsOf(JSON.stringify(attestation), {
      signers,
      now: UnixTime(now + 1_000_000_000),
    });
    expect(verified).toMatchObject({
      signer: account.address,
      asOf: historic.reserves.point,
      verdictThen: 'backed',
      observedAt: historic.observedAt,
    });
    expect(verified).not.toHaveProperty('verdict');
  });

  it.each([
    ['claims a validity of six hours', { ...historic, validUntil: now + 21_600 }],
    ['claims the validity of its policy', { ...historic, validUntil: now + 86_400 }],
    [
      'is one of now whose greatest age was taken out',
      { ...current, policy: { ...current.policy, maxAgeSeconds: null } },
    ],
  ])('is neither signed nor verified where it %s', async (_, lie) => {
    const attestation = await signAnything(lie);
    for (const work of [
      () => signReport(lie, account),
      () => verifyAttestation(attestation, { signers, now }),
      () => verifyAsOf(attestation, { signers, now }),
    ]) {
      const error = await rejection(work);
      expect(error.code).toBe('ATTESTATION_STATEMENT_MISMATCH');
      expect(error.facts.field).toBe('validUntil');
    }
  });

  it('has no place in a sequence', async () => {
    const attestation = await signAnything(historic, first);
    for (const work of [
      () => signReport(historic, account, first),
      () => verifyAsOf(attestation, { signers, now }),
    ]) {
      expect((await rejection(work)).facts.field).toBe('sequence');
    }
  });

  it('is not taken from a key that is not trusted, nor from the future', async () => {
    const attestation = await signReport(historic, account);
    expect(await rejectionCode(() => verifyAsOf(attestation, { signers: [], now }))).toBe(
      'ATTESTATION_SIGNER_UNTRUSTED',
    );
    const before = UnixTime(now - 121);
    expect(await rejectionCode(() => verifyAsOf(attestation, { signers, now: before }))).toBe(
      'ATTESTATION_FROM_FUTURE',
    );
  });
});

describe('an attestation of now', () => {
  it('verifies as of its block once it has expired, and no longer as what is now', async () => {
    const attestation = await signReport(current, account);
    const late = { signers, now: UnixTime(current.validUntil + 1) };
    expect(await rejectionCode(() => verifyAttestation(attestation, late))).toBe(
      'ATTESTATION_EXPIRED',
    );
    expect((await verifyAsOf(attestation, late)).verdictThen).toBe('backed');
  });

  it('stands for a week at most, on a block that is a week old at most', async () => {
    const week = 604_800;
    const lasting = (validForSeconds: number): Report => ({
      ...current,
      policy: { ...current.policy, validForSeconds },
      validUntil: current.observedAt + validForSeconds,
    });
    const { verdict } = await verifyAttestation(await signReport(lasting(week), account), {
      signers,
      now: UnixTime(current.observedAt + week),
    });
    expect(verdict).toBe('backed');
    for (const [field, lie] of [
      ['validForSeconds', lasting(week + 1)],
      ['maxAgeSeconds', sampleReport({ maxAgeSeconds: week + 1 })],
    ] as const) {
      for (const work of [
        () => signReport(lie, account),
        async () => verifyAttestation(await signAnything(lie), { signers, now }),
      ]) {
        const error = await rejection(work);
        expect(error.code).toBe('ATTESTATION_STATEMENT_MISMATCH');
        expect(error.facts.field).toBe(`policy.${field}`);
      }
    }
  });
});
