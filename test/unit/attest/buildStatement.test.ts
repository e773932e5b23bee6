import { keccak256, stringToBytes } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { assetIdHash } from '../../../src/attest/assetIdHash.ts';
import { Statement } from '../../../src/attest/attestation.ts';
import { buildStatement } from '../../../src/attest/buildStatement.ts';
import { unknownAmount } from '../../../src/core/fixed18.ts';
import { sampleReport } from '../../support/sampleReport.ts';

const zero = `0x${'0'.repeat(64)}`;

describe('buildStatement', () => {
  it('states a backed report with 18 decimals, its block and its validity', () => {
    const report = sampleReport();
    const { message } = buildStatement(report);
    expect(message).toMatchObject({
      assetId: keccak256(stringToBytes('assay:asset:dbtc')),
      verdict: '1',
      reserves: '40000000000000000000',
      supply: '39500000000000000000',
      bitcoinHeight: '895000',
      bitcoinHash: `0x${report.reserves.point?.hash}`,
      registryDigest: report.registryDigest,
      observedAt: '1763803600',
      validUntil: '1763890000',
      sequence: '0',
      previous: zero,
    });
  });

  it('states a shortfall as 2', () => {
    const { message } = buildStatement(sampleReport({ addresses: [1n] }));
    expect(message.verdict).toBe('2');
    expect(message.reserves).toBe('10000000000');
  });

  it('states no amounts, also known ones, where nothing was determined', () => {
    const { message } = buildStatement(sampleReport({ gaps: ['supply'] }));
    expect(message.verdict).toBe('0');
    expect(message.reserves).toBe(unknownAmount.toString());
    expect(message.supply).toBe(unknownAmount.toString());
  });

  it('has height 0 and a zero hash without a Bitcoin block', () => {
    const report = sampleReport({ addresses: [null] });
    const { message } = buildStatement({
      ...report,
      reserves: { ...report.reserves, point: null },
    });
    expect(message.bitcoinHeight).toBe('0');
    expect(message.bitcoinHash).toBe(zero);
  });

  it('carries its place among the statements of the asset', () => {
    const previous = `0x${'cd'.repeat(32)}` as const;
    const { message } = buildStatement(sampleReport(), { sequence: 7n, previous });
    expect(message).toMatchObject({ sequence: '7', previous });
  });

  it('is complete typed data, domain type included', () => {
    const statement = buildStatement(sampleReport());
    expect(Statement.parse(statement)).toEqual(statement);
    expect(statement.types.EIP712Domain?.map(({ name }) => name)).toEqual(['name', 'version']);
  });

  it('gives assets different ids', () => {
    expect(assetIdHash('dbtc')).not.toBe(assetIdHash('dbtc18'));
  });
});
