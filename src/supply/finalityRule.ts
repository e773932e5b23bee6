/**
 * How the last block of an EVM chain that cannot be reorganised any more is found: its nodes name it
 * themselves by a block tag (execution-apis: `finalized` and `safe`), or it is so many blocks below the
 * newest one. There is no rule that takes the newest block itself.
 */
export type FinalityRule =
  | { readonly kind: 'tag'; readonly tag: 'finalized' | 'safe' }
  | { readonly kind: 'depth'; readonly blocks: number };

/** The rule in words, as reports show it: `finalized`, `safe`, `64 blocks deep`. */
export function describeFinality(rule: FinalityRule): string {
  if (rule.kind === 'tag') return rule.tag;
  return rule.blocks === 1 ? '1 block deep' : `${rule.blocks} blocks deep`;
}
