import { describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../src/core/caip.ts';
import { chainKind, isReadable } from '../../../src/supply/chainKind.ts';

describe('chainKind', () => {
  it.each([
    ['eip155:1', 'evm'],
    ['solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp', 'solana'],
    ['sui:mainnet', 'sui'],
    ['aptos:1', 'aptos'],
    ['tron:0x2b6653dc', 'tron'],
    ['cosmos:osmosis-1', 'cosmos'],
  ])('reads %s as %s', (chain, kind) => {
    expect(chainKind(ChainId(chain))).toBe(kind);
  });

  it.each([
    'eip155:0x1',
    'eip155:01',
    'solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z',
    'sui:testnet',
    'aptos:2',
    'tron:0x94a9059e',
    'stacks:1',
    'starknet:SN_MAIN',
    'bip122:000000000019d6689c085ae165831e93',
  ])('knows nothing of %s', (chain) => {
    expect(chainKind(ChainId(chain))).toBeUndefined();
  });
});

describe('isReadable', () => {
  it('asks for the token standard, too', () => {
    const at = (standard: string) =>
      TokenId(
        `eip155:30/${standard}:${standard === 'slip44' ? '137' : '0x52908400098527886E0F7030069857D2E4169EE7'}`,
      );
    expect(isReadable(at('erc20'))).toBe(true);
    expect(isReadable(at('slip44'))).toBe(false);
  });
});
