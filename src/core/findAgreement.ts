/** What one operator says. */
export interface Opinion<T> {
  readonly operator: string;
  readonly value: T;
}

export type Agreement<T> =
  | { readonly kind: 'agreed'; readonly members: readonly [Opinion<T>, ...Opinion<T>[]] }
  /** Several values, and not exactly one of them has the quorum. */
  | { readonly kind: 'disagreed'; readonly values: number }
  /** One value, or none, from too few operators. */
  | { readonly kind: 'short'; readonly operators: number };

/**
 * The value that at least `quorum` distinct operators give, if there is exactly one such value.
 * Two URLs of one operator are one opinion; a silent operator is simply not among the opinions.
 */
export function findAgreement<T>(
  opinions: readonly Opinion<T>[],
  quorum: number,
  keyOf: (value: T) => string,
): Agreement<T> {
  const groups = new Map<string, [Opinion<T>, ...Opinion<T>[]]>();
  for (const opinion of opinions) {
    const key = keyOf(opinion.value);
    const group = groups.get(key);
    if (group) group.push(opinion);
    else groups.set(key, [opinion]);
  }
  const sufficient = [...groups.values()].filter((group) => countOperators(group) >= quorum);
  const [members] = sufficient;
  if (members && sufficient.length === 1) return { kind: 'agreed', members };
  if (groups.size > 1) return { kind: 'disagreed', values: groups.size };
  return { kind: 'short', operators: countOperators(opinions) };
}

/** How many different operators are among the opinions. */
export function countOperators(opinions: readonly { readonly operator: string }[]): number {
  return new Set(opinions.map((opinion) => opinion.operator)).size;
}
