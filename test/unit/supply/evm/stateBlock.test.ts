import { expect, it } from 'vitest';
import { ChainId } from '../../../../src/core/caip.ts';
import { stateBlock } from '../../../../src/supply/evm/stateBlock.ts';

const blockHash = `0x${'ab'.repeat(32)}`;

it('names a block by its hash, and that it must be in the best chain', () => {
  expect(stateBlock(ChainId('eip155:1'), blockHash)).toEqual({ blockHash, requireCanonical: true });
});

it('names it by its hash alone on Rootstock, whose node refuses a boolean there', () => {
  expect(stateBlock(ChainId('eip155:30'), blockHash)).toEqual({ blockHash });
});
