import { describe, expect, it } from 'vitest';
import { observePoint } from '../../../src/audit/observePoint.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { ChainId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { rejectionCode } from '../../support/rejection.ts';
import { type SupplyScript, scriptSupply } from '../../support/scriptedSources.ts';

const chain = ChainId('eip155:1');
const aligned = { kind: 'aligned', time: UnixTime(60_000) } as const;

function source(operator: string, changes: Partial<SupplyScript> = {}) {
  return scriptSupply(chain, { operator, amount: () => 0n, ...changes });
}

function observe(scripts: readonly ReturnType<typeof source>[], quorum = 2) {
  return observePoint(chain, scripts, aligned, quorum, {});
}

function codeOf(point: unknown): unknown {
  return point instanceof AssayError ? point.code : point;
}

describe('observePoint', () => {
  it('gives the block of the moment that enough operators agree on', async () => {
    expect(await observe([source('a'), source('b')])).toMatchObject({ chain, height: 5000 });
  });

  it('takes no earlier block of one of two for the same moment', async () => {
    const behind = source('b', { finalizedHeight: 4000 });
    expect(codeOf(await observe([source('a'), behind]))).toBe('SUPPLY_SOURCES_DISAGREE');
    expect(await observe([source('a'), behind, source('c')])).toMatchObject({ height: 5000 });
  });

  it('gives the last final block that so many have, whoever is behind or alone ahead', async () => {
    const last = (heights: readonly number[]) => {
      const sources = heights.map((finalizedHeight, index) =>
        source(`operator ${index}`, { finalizedHeight }),
      );
      return observePoint(chain, sources, { kind: 'finalized' }, 2, {});
    };
    expect(await last([5000, 4000])).toMatchObject({ height: 4000 });
    expect(await last([5000, 4000, 5000])).toMatchObject({ height: 5000 });
    expect(await last([4000, 9000, 4000])).toMatchObject({ height: 4000 });
  });

  it('takes no side, and no block of too few', async () => {
    const forked = source('b', { fork: 1 });
    expect(codeOf(await observe([source('a'), forked]))).toBe('SUPPLY_SOURCES_DISAGREE');
    expect(codeOf(await observe([source('a'), forked], 1))).toBe('SUPPLY_SOURCES_DISAGREE');
    const silent = source('b', { error: new AssayError('SOURCE_TIMEOUT') });
    expect(codeOf(await observe([source('a'), silent]))).toBe('SUPPLY_QUORUM_NOT_MET');
    expect(codeOf(await observe([]))).toBe('SOURCE_MISSING');
  });

  it('starts again where the chain moved', async () => {
    const moved = source('b', { error: new AssayError('SUPPLY_REORGANISED') });
    expect(await rejectionCode(() => observe([source('a'), moved]))).toBe('SUPPLY_REORGANISED');
  });
});
