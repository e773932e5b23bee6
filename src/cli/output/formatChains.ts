import { type ChainId, chainNamespace, chainReference } from '../../core/caip.ts';
import { wrapText } from './wrapText.ts';

/** Chains in lines of at most `width`, each namespace once: `eip155:1 10 8453, sui:mainnet`. */
export function formatChains(chains: Iterable<ChainId>, width: number): string[] {
  const groups = new Map<string, string[]>();
  for (const chain of new Set(chains)) {
    const namespace = chainNamespace(chain);
    groups.set(namespace, [...(groups.get(namespace) ?? []), chainReference(chain)]);
  }
  const texts = [...groups].map(
    ([namespace, references]) => `${namespace}:${references.sort(compareReferences).join(' ')}`,
  );
  return wrapText(texts.join(', '), width);
}

/** Numbers by their value. */
function compareReferences(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}
