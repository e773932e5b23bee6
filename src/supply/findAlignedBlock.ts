import { AssayError } from '../core/assayError.ts';
import type { UnixTime } from '../core/unixTime.ts';
import {
  headersPerRound,
  planHeaderRound,
  remainderAfterRound,
  type SearchStretch,
} from './planHeaderRound.ts';

/** What the search needs to know of a block. */
export interface TimedBlock {
  readonly height: number;
  readonly time: UnixTime;
}

/**
 * Reads the blocks at these heights (ascending, at most `headersPerRound`) in one round trip, in their
 * order; null for a block that the server does not have.
 */
export type ReadHeaders<Block extends TimedBlock> = (
  heights: readonly number[],
) => Promise<readonly (Block | null)[]>;

/** Guesses that may miss before the search trusts no guess any more. */
const missesAllowed = 2;

/**
 * The last block whose timestamp is not after `time`, at or below the final block. Of several blocks
 * with one timestamp it is the last. On chains with a steady block time it takes 2 to 4 rounds for the
 * last day; whatever the timestamps are, no more than `maxAlignedRounds`.
 *
 * Timestamps come from a server that may lie: a block that is earlier than one below it ends the
 * search, and every round shortens what is left, so that no answer can keep it going.
 *
 * @throws AssayError SUPPLY_BLOCK_UNAVAILABLE if the chain began after `time`, or the server does not
 * keep blocks that old; SOURCE_RESPONSE_INVALID for blocks that were not asked for, or out of order
 */
export async function findAlignedBlock<Block extends TimedBlock>(
  time: UnixTime,
  final: Block,
  readHeaders: ReadHeaders<Block>,
): Promise<Block> {
  if (final.time <= time) return final;
  let found: Block | undefined;
  let stretch: SearchStretch = {
    below: { height: -1, time: null },
    above: final,
    mayGuess: true,
  };
  let misses = 0;
  while (spanOf(stretch) > 1) {
    const heights = planHeaderRound(stretch, time);
    const blocks = await readHeaders(heights);
    checkBlocks(heights, blocks, stretch);
    const next = narrow(stretch, heights, blocks, time);
    found = next.found ?? found;
    const guessed = stretch.mayGuess && stretch.below.time !== null;
    const missed = guessed && spanOf(next) > remainderAfterRound(spanOf(stretch));
    if (missed) misses += 1;
    // After a miss one even round, so that no two guesses in a row can be led astray.
    stretch = { ...next, mayGuess: !missed && misses < missesAllowed };
  }
  if (found) return found;
  const oldest = stretch.above.height;
  throw new AssayError('SUPPLY_BLOCK_UNAVAILABLE', {
    message:
      oldest === 0
        ? 'the chain began after the moment to be read'
        : `block ${oldest} is after the moment to be read, and the server has no older one`,
    facts: { time, oldestHeight: oldest },
  });
}

/** The most rounds that any monotone timestamps can cost on a chain of this height. */
export function maxAlignedRounds(height: number): number {
  // The first round, the guesses that missed, even rounds until the rest fits, and the rest.
  let rounds = 1 + missesAllowed + 1;
  for (let span = height + 1; span - 1 > headersPerRound; span = remainderAfterRound(span)) {
    rounds += 1;
  }
  return rounds;
}

function spanOf({ below, above }: Pick<SearchStretch, 'below' | 'above'>): number {
  return above.height - below.height;
}

/** The stretch between the last block not after `time` and the first one after it. */
function narrow<Block extends TimedBlock>(
  stretch: SearchStretch,
  heights: readonly number[],
  blocks: readonly (Block | null)[],
  time: UnixTime,
): Pick<SearchStretch, 'below' | 'above'> & { readonly found: Block | undefined } {
  let { below, above } = stretch;
  let found: Block | undefined;
  for (const [index, height] of heights.entries()) {
    const block = blocks[index];
    if (!block) {
      below = { height, time: null };
    } else if (block.time <= time) {
      below = block;
      found = block;
    } else {
      above = block;
      break;
    }
  }
  return { below, above, found };
}

function checkBlocks(
  heights: readonly number[],
  blocks: readonly (TimedBlock | null)[],
  { below, above }: SearchStretch,
): void {
  let last = below;
  for (const [index, height] of heights.entries()) {
    const block = blocks[index];
    if (!block) {
      // Old blocks may be gone, but not from between two that are there.
      if (last.time !== null) {
        throw new AssayError('SUPPLY_BLOCK_UNAVAILABLE', {
          message: `the server gives no block ${height}, but blocks below and above it`,
          facts: { height },
        });
      }
      continue;
    }
    if (block.height !== height) {
      throw invalid(`block ${block.height} came for block ${height}`);
    }
    if (last.time !== null && block.time < last.time) {
      throw invalid(`block ${height} is earlier than block ${last.height}`);
    }
    if (block.time > above.time) {
      throw invalid(`block ${height} is later than block ${above.height}`);
    }
    last = block;
  }
  if (blocks.length !== heights.length) {
    throw invalid(`${blocks.length} blocks came for ${heights.length}`);
  }
}

function invalid(what: string): AssayError {
  return new AssayError('SOURCE_RESPONSE_INVALID', { message: `the server's blocks: ${what}` });
}
