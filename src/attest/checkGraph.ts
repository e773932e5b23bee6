import { contractKey, tokenKey } from '../core/accountKey.ts';
import { formatRatio } from '../core/formatRatio.ts';
import { scaleAmount } from '../reconcile/scaleAmount.ts';
import { checkAround } from './checkSupply.ts';
import { contradiction } from './errors.ts';
import { refuseTwice } from './refuseTwice.ts';
import type { Report } from './report.ts';

type Graph = NonNullable<Report['graph']>;
type Edge = Graph['edges'][number];

/**
 * Whether the backing graph of a report agrees with itself and with the supply: what is minted is the
 * sum of the copies, and difference, ratio and verdict of each edge follow from what is locked and minted.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH
 */
export function checkGraph({ graph, supply }: Report): void {
  if (graph === null) return;
  refuseTwice(
    'graph.deployments',
    graph.deployments.map(({ token }) => tokenKey(token)),
  );
  refuseTwice(
    'graph.edges',
    graph.edges.flatMap(({ contract, locks }) =>
      contract === null || locks === null ? [] : [`${contractKey(contract)} ${tokenKey(locks)}`],
    ),
  );
  refuseTwice(
    'graph.edges',
    graph.edges.flatMap(({ copies }) => copies.map(tokenKey)),
  );
  const named = new Map(graph.deployments.map((one) => [tokenKey(one.token), one]));
  const counted = new Map(supply.deployments.map((one) => [tokenKey(one.token), one]));
  for (const [
    index,
    { token, kind, amount, point, around, fault },
  ] of graph.deployments.entries()) {
    const field = `graph.deployments[${index}]`;
    refuseFault(`${field}.fault`, fault, amount);
    checkAround(field, point, around);
    const own = counted.get(tokenKey(token));
    if ((kind === 'canonical') !== (own !== undefined)) {
      throw contradiction(field, 'is counted where it is a copy, or the other way round');
    }
    if (own && own.amount !== amount)
      throw contradiction(field, 'has another supply than is counted');
  }
  for (const [index, edge] of graph.edges.entries()) {
    const field = `graph.edges[${index}]`;
    refuseFault(`${field}.lockedFault`, edge.lockedFault, edge.locked);
    checkAround(field, edge.lockedPoint, edge.lockedAround);
    checkEdge(field, edge, named);
  }
}

/** A report may leave out why a figure is not known; it says so of none that is. */
function refuseFault(field: string, fault: Edge['lockedFault'], figure: string | null): void {
  if (fault && figure !== null) throw contradiction(field, 'stands beside a figure that is known');
}

function checkEdge(
  field: string,
  edge: Edge,
  deployments: ReadonlyMap<string, Graph['deployments'][number]>,
): void {
  const copies = edge.copies.map((copy) => {
    const found = deployments.get(tokenKey(copy));
    if (!found) throw contradiction(field, 'names a copy that is no deployment of the graph');
    return found;
  });
  const most = sumOf(copies);
  const isPartly = copies.some(({ kind }) => kind === 'canonical');
  if (edge.minted !== (isPartly ? null : (most?.toString() ?? null))) {
    throw contradiction(field, 'mints what is not the sum of its copies');
  }
  if (edge.verdict === 'unknown') {
    if (edge.surplus === null && edge.ratio === null) return;
    throw contradiction(field, 'compares the unknown');
  }
  if (edge.locked === null) throw contradiction(field, 'judges what is not known');
  const locked = BigInt(edge.locked);
  const source = edge.locks === null ? undefined : deployments.get(tokenKey(edge.locks));
  const lockable = source ? sumOf([source]) : null;
  if (lockable !== null && locked > lockable)
    throw contradiction(field, 'locks more than there is');
  if (edge.surplus !== null && edge.minted !== null) {
    checkJudgement(field, edge, locked);
    return;
  }
  // Not all of it need be a copy: then it must be covered whole.
  const isCovered = most !== null && locked >= most && edge.verdict === 'backed';
  if (edge.surplus === null && edge.ratio === null && edge.minted === null && isCovered) return;
  throw contradiction(field, 'judges what is not known');
}

function checkJudgement(field: string, { minted, surplus, ratio, verdict }: Edge, locked: bigint) {
  const difference = locked - BigInt(minted ?? 0);
  if (surplus !== difference.toString()) throw contradiction(field, 'is not locked minus minted');
  if (ratio !== formatRatio(locked, BigInt(minted ?? 0))) {
    throw contradiction(field, 'has a ratio that does not follow');
  }
  if ((verdict === 'backed') !== difference >= 0n) {
    throw contradiction(field, `says ${verdict} where the figures do not`);
  }
}

/** With 18 decimals; null where one is not known, or there is none. */
function sumOf(deployments: readonly Graph['deployments'][number][]): bigint | null {
  let sum: bigint | null = deployments.length === 0 ? null : 0n;
  for (const { amount, decimals } of deployments) {
    const scaled = scaleAmount(amount === null ? null : BigInt(amount), decimals);
    sum = sum === null || scaled === null ? null : sum + scaled;
  }
  return sum === null ? null : scaleAmount(sum, 18);
}
