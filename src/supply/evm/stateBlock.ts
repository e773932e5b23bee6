import type { ChainId } from '../../core/caip.ts';

/** A block as EIP-1898 names it in a question about state. */
export interface StateBlock {
  readonly blockHash: string;
  /** Left out where a chain's nodes do not know it; the source looks itself that the block stands. */
  readonly requireCanonical?: true;
}

/** Rootstock's node reads the parameter as text alone, and refuses it with a boolean in it. */
const withoutCanonical: ReadonlySet<string> = new Set(['eip155:30']);

/** The block with this hash, in the form that the nodes of the chain understand. */
export function stateBlock(chain: ChainId, blockHash: string): StateBlock {
  return withoutCanonical.has(chain) ? { blockHash } : { blockHash, requireCanonical: true };
}
