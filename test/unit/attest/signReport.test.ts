import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { Attestation } from '../../../src/attest/attestation.ts';
import { hashStatement } from '../../../src/attest/hashStatement.ts';
import { signReport } from '../../../src/attest/signReport.ts';
import { verifyAttestation } from '../../../src/attest/verifyAttestation.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';
import { sampleReport } from '../../support/sampleReport.ts';

const account = privateKeyToAccount(`0x${'42'.repeat(32)}`);
const report = sampleReport();

describe('signReport', () => {
  it('makes an attestation that survives JSON unchanged', async () => {
    const attestation = await signReport(report, account);
    expect(Attestation.parse(JSON.parse(JSON.stringify(attestation)))).toEqual(attestation);
    expect(attestation.signer).toBe(account.address);
  });

  it('links an attestation to the one before', async () => {
    const first = await signReport(report, account);
    const previous = hashStatement(first.statement);
    const second = await signReport(report, account, { sequence: 1n, previous });
    expect(second.statement.message).toMatchObject({ sequence: '1', previous });
    const policy = { signers: [account.address], now: UnixTime(report.observedAt) };
    expect((await verifyAttestation(second, policy)).verdict).toBe('backed');
  });

  it('signs no report that contradicts itself', async () => {
    const lie = { ...report, verdict: 'under-backed' as const };
    expect(await rejectionCode(() => signReport(lie, account))).toBe(
      'ATTESTATION_STATEMENT_MISMATCH',
    );
  });

  it('signs no report that could not be read again', async () => {
    const long = { ...report, notProven: ['x'.repeat(2001)] };
    const error = await rejection(() => signReport(long, account));
    expect(error.code).toBe('ATTESTATION_MALFORMED');
    expect(error.facts.pointer).toBe('/notProven/0');
  });

  it("passes on no signature of another key than the account's", async () => {
    const other = privateKeyToAccount(`0x${'43'.repeat(32)}`);
    const confused = { address: account.address, signTypedData: other.signTypedData };
    expect(await rejectionCode(() => signReport(report, confused))).toBe(
      'ATTESTATION_SIGNATURE_INVALID',
    );
  });
});
