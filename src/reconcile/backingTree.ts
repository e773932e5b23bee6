import type { TokenId } from '../core/caip.ts';
import type { Fixed18 } from '../core/fixed18.ts';
import type { BackingEdge } from './backingGraph.ts';
import type { GraphDeployment } from './graphInput.ts';
import { scaleAmount } from './scaleAmount.ts';

/** A deployment with the lockboxes that keep tokens of it. */
export interface TokenNode {
  readonly token: TokenId;
  readonly kind: 'canonical' | 'bridged';
  /** 18 decimals; null where not known. */
  readonly amount: Fixed18 | null;
  readonly lockboxes: readonly EdgeNode[];
}

/** A lockbox with what is minted against it. */
export interface EdgeNode {
  readonly edge: BackingEdge;
  /** A canonical deployment that is a copy in part stands here without its own lockboxes. */
  readonly copies: readonly TokenNode[];
}

/** The graph from the reserves downwards, each edge once. */
export interface BackingTree {
  /** What the reserves back. */
  readonly canonical: readonly TokenNode[];
  /** Edges of which nobody knows what is locked, or that lead to no canonical deployment. */
  readonly detached: readonly EdgeNode[];
}

/** Arranges edges under the tokens that they lock. Ends also where they lead in a circle. */
export function buildBackingTree(
  deployments: readonly GraphDeployment[],
  edges: readonly BackingEdge[],
): BackingTree {
  const placed = new Set<BackingEdge>();
  const toNode = (
    { token, kind, amount, decimals }: GraphDeployment,
    isPart: boolean,
  ): TokenNode => {
    const locking = isPart ? [] : edges.filter(({ locks }) => locks === token);
    const lockboxes = locking.flatMap((edge) => placeEdge(edge) ?? []);
    return { token, kind, amount: scaleAmount(amount, decimals), lockboxes };
  };
  const placeEdge = (edge: BackingEdge): EdgeNode | null => {
    if (placed.has(edge)) return null;
    placed.add(edge);
    const copies = deployments.filter(({ token }) => edge.copies.includes(token));
    return { edge, copies: copies.map((copy) => toNode(copy, copy.kind === 'canonical')) };
  };
  const roots = deployments.filter(({ kind }) => kind === 'canonical');
  const canonical = roots.map((root) => toNode(root, false));
  /** A lockbox that is locked under a detached copy stands below that copy. */
  const known = new Set(deployments.map(({ token }) => token));
  const isTop = ({ locks }: BackingEdge) => locks === null || !known.has(locks);
  const rest = [...edges.filter(isTop), ...edges.filter((edge) => !isTop(edge))];
  return { canonical, detached: rest.flatMap((edge) => placeEdge(edge) ?? []) };
}
