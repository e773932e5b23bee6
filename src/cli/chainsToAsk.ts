import type { ChainId } from '../core/caip.ts';
import type { Asset } from '../registry/asset.ts';
import { contractIdParts } from '../registry/parseContract.ts';

/**
 * The chains that an audit reads: those of the canonical deployments, with the graph those of the
 * copies, too, and where the rates are that the liability follows.
 */
export function chainsToAsk(
  { deployments, liability }: Pick<Asset, 'deployments' | 'liability'>,
  graph: boolean,
): readonly ChainId[] {
  return [
    ...deployments.filter(({ kind }) => graph || kind === 'canonical').map(({ chain }) => chain),
    ...(liability?.rates ?? []).map(({ feed }) => contractIdParts(feed).chain),
  ];
}
