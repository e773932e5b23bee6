import { describe, expect, it } from 'vitest';
import { choosePoints, disagreeingPoints } from '../../../src/audit/choosePoints.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { ChainId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { Pairing, SupplySource } from '../../../src/supply/supplySource.ts';
import { pointAt, scriptSupply } from '../../support/scriptedSources.ts';

const chain = ChainId('eip155:1');
const aligned: Pairing = { kind: 'aligned', time: UnixTime(120) };
const finalized: Pairing = { kind: 'finalized' };

/** A source of the same chain as the others, that names a block of this height; `late` changes its times. */
function naming(
  operator: string,
  height: number,
  { late = 0, fails = false }: { readonly late?: number; readonly fails?: boolean } = {},
): SupplySource & { readonly read: readonly number[] } {
  const read: number[] = [];
  const at = (one: number) => pointAt(chain, one, one * 12 + late);
  return {
    ...scriptSupply(chain, { operator, amount: () => 0n }),
    read,
    findPoint: async () => at(height),
    readPoint: async (one) => {
      read.push(one);
      if (fails) throw new AssayError('SOURCE_UNREACHABLE');
      return at(one);
    },
  };
}

/** The height that each source ends at, or the code of its error. */
async function settle(sources: readonly SupplySource[], pairing: Pairing, quorum = 2) {
  const points = await choosePoints(sources, pairing, quorum, {}, undefined);
  expect(points.map(({ source }) => source)).toEqual(sources.map(({ source }) => source));
  return points.map((one) => ('value' in one ? one.value.height : one.error.code));
}

const names = ['a', 'b', 'c'] as const;
const at = (heights: readonly number[]) =>
  heights.map((height, index) => naming(names[index] ?? 'd', height));

describe('the blocks of one moment in the past', () => {
  it.each([
    { heights: [10, 10, 9], settled: [10, 10, 'SUPPLY_BLOCK_UNAVAILABLE'] },
    { heights: [9, 10, 10], settled: ['SUPPLY_BLOCK_UNAVAILABLE', 10, 10] },
    { heights: [10, 9, 9], settled: [10, 9, 9] },
    { heights: [10, 9], settled: [10, 9] },
    { heights: [10, 9, 8], settled: [10, 9, 'SUPPLY_BLOCK_UNAVAILABLE'] },
  ])('are what the sources say: $heights', async ({ heights, settled }) => {
    const sources = at(heights);
    expect(await settle(sources, aligned)).toEqual(settled);
    expect(sources.flatMap(({ read }) => read)).toEqual([]);
  });

  it('say of who is below the quorum what the others have', async () => {
    const [, , behind] = await choosePoints(at([10, 10, 9]), aligned, 2, {}, undefined);
    expect(behind).toMatchObject({
      error: {
        message: 'its block for that moment is 9, below block 10, which enough others have',
        facts: { height: 10 },
      },
    });
  });

  it('are errors alone where no source answers', async () => {
    const silent = at([10, 9]).map((one) => ({
      ...one,
      findPoint: async () => {
        throw new AssayError('SOURCE_TIMEOUT');
      },
    }));
    expect(await settle(silent, aligned)).toEqual(['SOURCE_TIMEOUT', 'SOURCE_TIMEOUT']);
  });
});

/** Names one block after the other, and stays with the last; an error in place of a block is thrown. */
function changing(
  operator: string,
  ...answers: readonly (number | AssayError)[]
): SupplySource & { readonly asked: () => number } {
  let asked = 0;
  return {
    ...naming(operator, 0),
    asked: () => asked,
    findPoint: async () => {
      const answer = answers[Math.min(asked++, answers.length - 1)] ?? 0;
      if (answer instanceof AssayError) throw answer;
      return pointAt(chain, answer, answer * 12);
    },
  };
}

describe('sources that are asked before and after a block was replaced', () => {
  it('are asked again, three times in all', async () => {
    const late = changing('b', 9, 10);
    expect(await settle([naming('a', 10), late], aligned)).toEqual([10, 10]);
    expect(late.asked()).toBe(2);
    const never = changing('b', 9);
    expect(await settle([naming('a', 10), never], aligned)).toEqual([10, 9]);
    expect(never.asked()).toBe(3);
  });

  it('disagree still where one of them is silent the second time', async () => {
    const silent = changing('b', 9, new AssayError('SOURCE_TIMEOUT'));
    expect(await settle([naming('a', 10), silent], aligned)).toEqual([10, 9]);
  });

  it('say so where one of them tells that its chain moved', async () => {
    const moved = changing('b', 9, new AssayError('SOURCE_TIP_WENT_BACK'));
    expect(await settle([naming('a', 10), moved], aligned)).toEqual([10, 'SOURCE_TIP_WENT_BACK']);
  });
});

describe('the last final blocks', () => {
  it.each([
    { heights: [10, 9], settled: [9, 9], read: [[9], []] },
    { heights: [12, 9, 10], settled: [10, 'SUPPLY_BLOCK_UNAVAILABLE', 10], read: [[10], [], []] },
    { heights: [99, 9, 9], settled: [9, 9, 9], read: [[9], [], []] },
  ])('are brought to the highest that enough have: $heights', async (one) => {
    const sources = at(one.heights);
    expect(await settle(sources, finalized)).toEqual(one.settled);
    expect(sources.map(({ read }) => read)).toEqual(one.read);
  });

  it('are not known of a source that cannot name the lower one', async () => {
    const sources = [naming('a', 10, { fails: true }), naming('b', 9), naming('c', 9)];
    expect(await settle(sources, finalized)).toEqual(['SOURCE_UNREACHABLE', 9, 9]);
  });

  it('keep the time that each source gives them', async () => {
    const sources = [naming('a', 10), naming('x', 9, { late: 3 }), naming('c', 9)];
    const points = await choosePoints(sources, finalized, 2, {}, undefined);
    expect(points.map((one) => 'value' in one && one.value.time)).toEqual([108, 111, 108]);
  });
});

describe('a disagreement about the block', () => {
  it('names the heights where they differ', async () => {
    const told = async (sources: readonly SupplySource[]) =>
      disagreeingPoints(chain, await choosePoints(sources, aligned, 2, {}, undefined));
    expect(await told(at([10, 9]))).toMatchObject({
      code: 'SUPPLY_SOURCES_DISAGREE',
      message: 'the sources of eip155:1 name different blocks (9, 10) for one moment',
    });
    expect((await told([naming('a', 10), naming('x', 10, { late: 3 })])).message).toBe(
      'the sources of eip155:1 name different blocks for one moment',
    );
  });
});
