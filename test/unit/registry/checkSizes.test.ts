import { describe, expect, it } from 'vitest';
import { TokenId, tokenIdParts } from '../../../src/core/caip.ts';
import { reportLimits } from '../../../src/core/reportLimits.ts';
import type { Asset, Deployment } from '../../../src/registry/asset.ts';
import { checkSizes } from '../../../src/registry/checkSizes.ts';
import { parseContract } from '../../../src/registry/parseContract.ts';
import { registryOf } from '../../support/attestations.ts';
import { auditedAsset } from '../../support/auditedAsset.ts';

function tokens(count: number, kind: Deployment['kind']): Deployment[] {
  return Array.from({ length: count }, (_, index) => {
    const token = TokenId(`newkind:main/coin:${kind}${index}`);
    return { ...tokenIdParts(token), token, kind, decimals: 8, symbol: 'T', provenance: [] };
  });
}

function pooled(id: string, deployments: readonly Deployment[]): Asset {
  return { ...auditedAsset, id, pool: 'both', deployments };
}

describe('checkSizes', () => {
  const half = reportLimits.deployments / 2;

  it('takes as much as one report holds', () => {
    const registry = registryOf(
      pooled('a', tokens(half, 'canonical')),
      pooled('b', tokens(half, 'canonical')),
    );
    expect(checkSizes(registry)).toEqual([]);
  });

  it('refuses a pool that has more, though each of its assets fits', () => {
    const registry = registryOf(
      pooled('a', tokens(half, 'canonical')),
      pooled('b', tokens(half + 1, 'canonical')),
    );
    expect(checkSizes(registry)).toMatchObject([
      {
        code: 'REGISTRY_TOO_LARGE',
        file: 'a/asset.json',
        message: 'the pool both has 1001 canonical deployments; a report holds 1000',
      },
    ]);
  });

  it('refuses more lockboxes than the graph has room for', () => {
    const lockboxes = Array.from({ length: reportLimits.edges + 1 }, (_, index) => ({
      key: `k${index}`,
      contract: parseContract(`newkind:main:${index}`),
      kind: 'other' as const,
      provenance: [],
    }));
    expect(checkSizes(registryOf({ ...auditedAsset, lockboxes }))).toMatchObject([
      { code: 'REGISTRY_TOO_LARGE' },
    ]);
  });
});
