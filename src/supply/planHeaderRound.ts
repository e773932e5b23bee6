/** One end of the stretch in which the block lies: its time is null where only its height is known. */
export interface SearchEnd {
  readonly height: number;
  readonly time: number | null;
}

/** The stretch that is left, both ends excluded, and how it came to be. */
export interface SearchStretch {
  /** −1 with a null time before anything is known of the chain's beginning. */
  readonly below: SearchEnd;
  readonly above: { readonly height: number; readonly time: number };
  /** Whether the time's place may be guessed from the times of both ends. */
  readonly mayGuess: boolean;
}

/** Blocks asked for in one round: what public servers take in one batch. */
export const headersPerRound = 10;

/** A uniform round leaves at most this share of the stretch, rounded up. */
export function remainderAfterRound(span: number): number {
  return Math.ceil(span / (headersPerRound + 1));
}

/**
 * The heights to ask for next when looking for the last block at or before `time`, ascending, at most
 * `headersPerRound`, all strictly between the ends, at least one while there is a block between them.
 *
 * - a stretch that fits is asked for whole
 * - nothing known below: steps down from the end that grow eightfold, since most searches end near it
 * - a guess allowed: around the height at which a constant block time puts `time`, the distances
 *   growing with a power of the stretch
 * - else evenly spread
 */
export function planHeaderRound(stretch: SearchStretch, time: number): number[] {
  const { below, above, mayGuess } = stretch;
  const [lowest, highest, span] = [below.height + 1, above.height - 1, above.height - below.height];
  if (span - 1 <= headersPerRound) {
    return Array.from({ length: span - 1 }, (_, index) => lowest + index);
  }
  const heights = new Set<number>();
  if (below.height === -1 && below.time === null) {
    heights.add(lowest);
    for (let step = 8; heights.size < headersPerRound && step < span - 1; step *= 8) {
      heights.add(above.height - step);
    }
  } else if (mayGuess && below.time !== null) {
    const share = (time - below.time) / (above.time - below.time);
    const guess = clamp(below.height + Math.floor(share * span), lowest, highest);
    heights.add(guess).add(Math.min(guess + 1, highest));
    for (let pair = 1; pair < headersPerRound / 2; pair++) {
      const distance = Math.max(pair + 1, Math.round(span ** (pair / (headersPerRound / 2))));
      heights.add(clamp(guess - distance, lowest, highest));
      heights.add(clamp(guess + 1 + distance, lowest, highest));
    }
  } else {
    for (let part = 1; part <= headersPerRound; part++) {
      heights.add(below.height + Math.floor((span * part) / (headersPerRound + 1)));
    }
  }
  return [...heights].sort((a, b) => a - b);
}

function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(value, lowest), highest);
}
