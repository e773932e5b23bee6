/** Numbers that follow from a seed. */
export interface Random {
  /** A whole number from 0, below the limit. */
  below(limit: number): number;
  /** A whole number, both ends included. */
  between(lowest: number, highest: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Numbers of their own: what is drawn from one branch changes nothing in another. */
  fork(name: string | number): Random;
}

/**
 * SplitMix with 32 bits: equal seeds give equal numbers on every machine and for ever, which no
 * library promises across its versions. A seed that was noted in a test must stay what it is.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x9e37_79b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  }

  const random: Random = {
    below: (limit) => Math.floor(next() * limit),
    between: (lowest, highest) => lowest + random.below(highest - lowest + 1),
    chance: (probability) => next() < probability,
    pick(list) {
      const one = list[random.below(list.length)];
      if (one === undefined) throw new Error('there is nothing to pick from');
      return one;
    },
    fork: (name) => createRandom(hashText(`${seed}/${name}`)),
  };
  return random;
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (const sign of text) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x0100_0193);
  return hash >>> 0;
}
