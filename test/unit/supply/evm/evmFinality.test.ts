import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ChainId } from '../../../../src/core/caip.ts';
import { evmFinality, evmFinalityChains } from '../../../../src/supply/evm/evmFinality.ts';

const addresses = new URL('../../../../addresses/', import.meta.url);
const registered = new Set(
  readdirSync(addresses, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'schema')
    .map(({ name }) => readFileSync(new URL(`${name}/asset.json`, addresses), 'utf8'))
    .flatMap((text) => text.match(/eip155:\d+/g) ?? []),
);

describe('evmFinality', () => {
  it('has decided on every EVM chain of the registry, and on no other', () => {
    expect([...evmFinalityChains].sort()).toEqual([...registered].sort());
  });

  it('takes what the nodes of a chain call finalized, unless they have no such word', () => {
    const depths = evmFinalityChains.filter((chain) => evmFinality(ChainId(chain)).kind !== 'tag');
    expect(depths).toEqual([30, 250, 999, 1116, 4689, 200901].map((id) => `eip155:${id}`));
    for (const chain of evmFinalityChains.filter((one) => !depths.includes(one))) {
      expect(evmFinality(ChainId(chain))).toEqual({ kind: 'tag', tag: 'finalized' });
    }
  });

  it.each(
    evmFinalityChains.flatMap((chain) => {
      const rule = evmFinality(ChainId(chain));
      return rule.kind === 'depth' ? [[chain, rule] as const] : [];
    }),
  )('%s: the depth has a reason and a duration', (_, { why, blocks, seconds }) => {
    expect(why).toMatch(/^\p{Lu}.{40,}\.$/u);
    expect(Number.isSafeInteger(blocks) && blocks > 0).toBe(true);
    expect(seconds).toBeGreaterThanOrEqual(blocks / 2);
  });

  it('takes the tag on a chain that it does not know', () => {
    for (const chain of ['eip155:31337', 'eip155:999999', 'eip155:constructor']) {
      expect(evmFinality(ChainId(chain))).toEqual({ kind: 'tag', tag: 'finalized' });
    }
  });
});
