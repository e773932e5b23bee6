import { describe, expect, it } from 'vitest';
import { ChainId } from '../../../src/core/caip.ts';
import { evmFinalityChains } from '../../../src/supply/evm/evmFinality.ts';
import { publicRpcChains, publicRpcs } from '../../../src/supply/publicRpcs.ts';

/** Where no public server is known that answers as it should. */
const without = [
  // The chain's own server knows the newest state only, and is said to answer with it at any block.
  'eip155:999',
];

describe('publicRpcs', () => {
  it('knows every EVM chain of the registry but those that are named here', () => {
    const missing = evmFinalityChains.filter((chain) => !publicRpcChains.includes(chain));
    expect(missing).toEqual(without);
  });

  it('knows the chains that wrapped bitcoin lives on most', () => {
    expect(publicRpcChains).toEqual(
      expect.arrayContaining(
        [1, 10, 56, 137, 196, 2222, 8453, 42161, 43114].map((id) => `eip155:${id}`),
      ),
    );
  });

  it.each(publicRpcChains)('%s: every server is https and has an operator of its own', (chain) => {
    const options = publicRpcs(ChainId(chain));
    expect(options.map((option) => option.chain)).toEqual(options.map(() => chain));
    for (const { url } of options) expect(url).toMatch(/^https:\/\//);
    const operators = options.map(({ source }) => source.operator);
    expect(new Set(operators).size).toBe(operators.length);
    for (const { source, url } of options) expect(source.operator).not.toBe(new URL(url).hostname);
  });

  it('has none for a chain that it does not know', () => {
    expect(publicRpcs(ChainId('eip155:31337'))).toEqual([]);
  });
});
