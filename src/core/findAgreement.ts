/** What one source says; `operator` is who runs it. */
export interface Opinion<T> {
  readonly operator: string;
  readonly value: T;
}

export type Agreement<O> =
  | { readonly kind: 'agreed'; readonly members: readonly [O, ...O[]] }
  /** Several values, and not exactly one of them has the quorum. */
  | { readonly kind: 'disagreed'; readonly values: number }
  /** One value, or none, from too few operators. */
  | { readonly kind: 'short'; readonly operators: number };

/**
 * The value that at least `quorum` distinct operators give, if there is exactly one such value. Two URLs
 * of one operator are one opinion, and none where they contradict each other (see
 * `consistentOpinions`); a silent operator is simply not among the opinions.
 */
export function findAgreement<O extends Opinion<unknown>>(
  opinions: readonly O[],
  quorum: number,
  keyOf: (value: O['value']) => string,
): Agreement<O> {
  const groups = new Map<string, [O, ...O[]]>();
  const isSame = (one: O, other: O) => keyOf(one.value) === keyOf(other.value);
  for (const opinion of consistentOpinions(opinions, isSame)) {
    const key = keyOf(opinion.value);
    const group = groups.get(key);
    if (group) group.push(opinion);
    else groups.set(key, [opinion]);
  }
  const sufficient = [...groups.values()].filter((group) => countOperators(group) >= quorum);
  const [members] = sufficient;
  if (members && sufficient.length === 1) return { kind: 'agreed', members };
  const values = new Set(opinions.map(({ value }) => keyOf(value))).size;
  if (values > 1) return { kind: 'disagreed', values };
  return { kind: 'short', operators: countOperators(opinions) };
}

/**
 * The opinions of those operators whose own sources do not contradict each other. Who says two things of
 * one figure has no opinion of it: to count one of them would let him agree with everybody. The one rule
 * for every figure, block and time; `agree` tells whether two opinions can both be true.
 */
export function consistentOpinions<O extends { readonly operator: string }>(
  opinions: readonly O[],
  agree: (one: O, other: O) => boolean,
): readonly O[] {
  const isConsistent = new Map<string, boolean>();
  for (const [operator, own] of Map.groupBy(opinions, (one) => one.operator)) {
    isConsistent.set(
      operator,
      own.every((one) => own.every((other) => agree(one, other))),
    );
  }
  return opinions.filter(({ operator }) => isConsistent.get(operator));
}

/** How many different operators are among the opinions. */
export function countOperators(opinions: readonly { readonly operator: string }[]): number {
  return new Set(opinions.map((opinion) => opinion.operator)).size;
}
