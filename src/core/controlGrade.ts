/**
 * How well it is shown that an address is the custodian's: `proven` (a signature over our challenge
 * verifies), `derived` (from a published key or descriptor, recomputed here), `published` (by the
 * issuer), `claimed` (by a third party).
 */
export type ControlGrade = 'proven' | 'derived' | 'published' | 'claimed';

/** The grades, the strongest first. */
export const controlGrades: readonly ControlGrade[] = ['proven', 'derived', 'published', 'claimed'];

/** The strongest of several grades; `claimed` if there is none. */
export function strongestGrade(grades: Iterable<ControlGrade>): ControlGrade {
  const given = new Set(grades);
  return controlGrades.find((grade) => given.has(grade)) ?? 'claimed';
}
