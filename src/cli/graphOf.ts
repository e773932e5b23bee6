import type { Report } from '../attest/report.ts';
import { TokenId } from '../core/caip.ts';
import { toFixed18 } from '../core/fixed18.ts';
import type { BackingEdge, BackingGraph } from '../reconcile/backingGraph.ts';
import { buildBackingTree } from '../reconcile/backingTree.ts';

/** The backing graph of a report with its tree, or null where the report has none. */
export function graphOf({ graph }: Report): BackingGraph | null {
  if (graph === null) return null;
  const deployments = graph.deployments.map(({ amount, token, ...rest }) => ({
    ...rest,
    token: TokenId(token),
    amount: amount === null ? null : BigInt(amount),
  }));
  const edges = graph.edges.map(
    ({ locks, copies, locked, minted, surplus, ...rest }): BackingEdge => ({
      ...rest,
      locks: locks === null ? null : TokenId(locks),
      copies: copies.map(TokenId),
      locked: locked === null ? null : toFixed18(BigInt(locked), 18),
      minted: minted === null ? null : toFixed18(BigInt(minted), 18),
      surplus: surplus === null ? null : BigInt(surplus),
    }),
  );
  return { edges, tree: buildBackingTree(deployments, edges) };
}
