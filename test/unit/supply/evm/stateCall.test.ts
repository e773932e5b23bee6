import { expect, it } from 'vitest';
import { ChainId } from '../../../../src/core/caip.ts';
import { UnixTime } from '../../../../src/core/unixTime.ts';
import { encodeStateCall } from '../../../../src/supply/evm/stateCall.ts';

const address = '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
const point = {
  chain: ChainId('eip155:1'),
  height: 100,
  hash: `0x${'ab'.repeat(32)}`,
  time: UnixTime(1_000),
};

it('asks at the hash of the block, which must be in the best chain', () => {
  const block = { blockHash: point.hash, requireCanonical: true };
  expect(encodeStateCall({ method: 'eth_getCode', address }, point)).toEqual({
    method: 'eth_getCode',
    params: [address, block],
  });
  expect(encodeStateCall({ method: 'eth_getBalance', address }, point)).toEqual({
    method: 'eth_getBalance',
    params: [address, block],
  });
  const call = { method: 'eth_call', to: address, data: '0x18160ddd' } as const;
  expect(encodeStateCall(call, point)).toEqual({
    method: 'eth_call',
    params: [{ to: address, data: '0x18160ddd' }, block],
  });
});
