import { hashTypedData } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { buildStatement } from '../../../src/attest/buildStatement.ts';
import { hashStatement } from '../../../src/attest/hashStatement.ts';
import { toTypedData } from '../../../src/attest/toTypedData.ts';
import { rejectionCode } from '../../support/rejection.ts';
import { sampleReport } from '../../support/sampleReport.ts';

const statement = buildStatement(sampleReport());
const withMessage = (change: object) => ({ message: { ...statement.message, ...change } });

describe('hashStatement', () => {
  it('is the EIP-712 digest that viem computes', () => {
    expect(hashStatement(statement)).toBe(hashTypedData(toTypedData(statement.message)));
  });

  it.each([
    ['verdict', (2n ** 8n).toString()],
    ['bitcoinHeight', (2n ** 64n).toString()],
    ['reserves', (2n ** 256n).toString()],
    ['supply', '-1'],
    ['sequence', 'one'],
    ['previous', '0x00'],
    ['bitcoinHash', `0x${'AB'.repeat(32)}`],
  ])('refuses a %s that does not fit its type', async (name, value) => {
    const code = await rejectionCode(() => hashStatement(withMessage({ [name]: value })));
    expect(code).toBe('ATTESTATION_MALFORMED');
  });

  it('takes the largest number of each type', () => {
    const largest = withMessage({
      verdict: '255',
      supply: (2n ** 256n - 1n).toString(),
      sequence: (2n ** 64n - 1n).toString(),
    });
    expect(hashStatement(largest)).toBe(hashTypedData(toTypedData(largest.message)));
  });
});
