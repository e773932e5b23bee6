import { AssayError } from './assayError.ts';

/**
 * The greatest height that at least `quorum` distinct operators have reached: a server that lags, or
 * that boasts of a higher tip alone, does not decide which block is audited. With fewer operators
 * than the quorum, the lowest height that any of them has.
 *
 * An operator has reached what any of its servers has. Two heights are no contradiction, since one
 * server may be behind another; what they say of one block must be the same, and is compared when that
 * block is read.
 */
export function quorumHeight(
  tips: readonly { readonly operator: string; readonly height: number }[],
  quorum: number,
): number {
  const operators = new Set<string>();
  const descending = [...tips].sort((a, b) => b.height - a.height);
  for (const tip of descending) {
    operators.add(tip.operator);
    if (operators.size >= quorum) return tip.height;
  }
  const lowest = descending.at(-1);
  if (!lowest) throw new AssayError('INTERNAL_ERROR', { message: 'no tips to choose from' });
  return lowest.height;
}
