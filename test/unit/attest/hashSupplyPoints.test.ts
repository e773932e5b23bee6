import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashSupplyPoints } from '../../../src/attest/hashSupplyPoints.ts';
import { rejectionCode } from '../../support/rejection.ts';

const one = { chain: 'eip155:1', height: 21_000_000, hash: `0x${'a1'.repeat(32)}`, time: 1000 };
const ten = { chain: 'eip155:10', height: 7, hash: `0x${'b2'.repeat(32)}`, time: 990 };
const sha256 = (text: string) => `0x${createHash('sha256').update(text).digest('hex')}`;

describe('hashSupplyPoints', () => {
  it('is SHA-256 of the canonical JSON of the points, sorted by chain', () => {
    const text =
      `[{"chain":"eip155:1","hash":"${one.hash}","height":21000000,"time":1000},` +
      `{"chain":"eip155:10","hash":"${ten.hash}","height":7,"time":990}]`;
    expect(hashSupplyPoints([ten, one])).toBe(sha256(text));
  });

  it('counts a chain once, and leaves out what is not known', () => {
    expect(hashSupplyPoints([one, null, ten, { ...one }])).toBe(hashSupplyPoints([one, ten]));
    expect(hashSupplyPoints([null])).toBe(sha256('[]'));
  });

  it('refuses one chain in two writings', async () => {
    const other = { ...one, chain: 'eip155:01' };
    expect(await rejectionCode(() => hashSupplyPoints([one, other]))).toBe(
      'ATTESTATION_STATEMENT_MISMATCH',
    );
  });

  it('refuses two blocks of one chain', async () => {
    const other = { ...one, hash: `0x${'a2'.repeat(32)}` };
    expect(await rejectionCode(() => hashSupplyPoints([one, other]))).toBe(
      'ATTESTATION_STATEMENT_MISMATCH',
    );
  });
});
