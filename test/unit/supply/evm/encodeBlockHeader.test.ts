import { readFileSync } from 'node:fs';
import { fromRlp, keccak256 } from 'viem';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { encodeBlockHeader } from '../../../../src/supply/evm/encodeBlockHeader.ts';

const { block } = z
  .object({ block: z.record(z.string(), z.string()) })
  .parse(
    JSON.parse(
      readFileSync(
        new URL('../../../vectors/ethereum/account-proofs.json', import.meta.url),
        'utf8',
      ),
    ),
  );
const hash = block.hash ?? '';

describe('the header of an answer of eth_getBlockByHash', () => {
  it('hashes to the hash of the block', () => {
    const header = encodeBlockHeader(block, hash) ?? '0x';
    expect(keccak256(header)).toBe(hash);
    expect(fromRlp(header)).toHaveLength(17);
  });

  it('leaves out what a later fork would bring', () => {
    const header = encodeBlockHeader(block, hash);
    for (const later of [
      { blobGasUsed: null, excessBlobGas: null, parentBeaconBlockRoot: null },
      { blobGasUsed: '0x0', excessBlobGas: '0x0' },
      { requestsHash: `0x${'00'.repeat(32)}` },
    ]) {
      expect(encodeBlockHeader({ ...block, ...later }, hash)).toBe(header);
    }
  });

  it('is null if any field is wrong, missing or in another form', () => {
    const { mixHash, ...withoutMixHash } = block;
    expect(mixHash).toHaveLength(66);
    for (const other of [
      null,
      'block',
      withoutMixHash,
      { ...block, gasUsed: '0x1' },
      { ...block, gasUsed: 1 },
      { ...block, extraData: '0x1' },
      { ...block, baseFeePerGas: null },
      { ...block, withdrawalsRoot: undefined },
      { ...block, extraData: `0x${'00'.repeat(9000)}` },
    ]) {
      expect(encodeBlockHeader(other, hash)).toBe(null);
    }
    expect(encodeBlockHeader(block, keccak256('0x01'))).toBe(null);
  });
});
