import { AssayError } from '../core/assayError.ts';
import type { ChainId, TokenId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import { UnixTime } from '../core/unixTime.ts';
import { type BackingGraph, buildBackingGraph } from '../reconcile/backingGraph.ts';
import type { GraphDeployment, GraphLockbox } from '../reconcile/graphInput.ts';
import type { Asset, Lockbox } from '../registry/asset.ts';
import { contractIdParts } from '../registry/parseContract.ts';
import type { AnySupplySource } from '../supply/latestSupplySource.ts';
import type { Patience } from './askSources.ts';
import { type DeploymentReading, observeTokens } from './observeDeployments.ts';
import { observeHoldings } from './observeHoldings.ts';

/** The backing graph with the blocks at which it was read. */
export interface GraphReading {
  readonly graph: BackingGraph;
  readonly deployments: readonly GraphDeployment[];
  readonly readings: readonly DeploymentReading[];
}

interface Moment {
  readonly readings: readonly DeploymentReading[];
  /** By the key of the lockbox; null where it is not known. */
  readonly locked: ReadonlyMap<string, bigint | null>;
}

/** What was there earlier, each by the duration of the policy that asks for it. */
interface Before {
  readonly amounts: Map<TokenId, bigint | null>;
  readonly locked: Map<string, bigint | null>;
}

type Policy = { readonly quorum: number; readonly pairing: 'aligned' | 'finalized' };

/**
 * Reads what backs the copies of an asset: the supplies of its bridged deployments, and what lies in
 * its lockboxes, at the moment of the audit. Where less lies in a lockbox than is minted, and its policy
 * allows for messages under way, both are read once more at the earlier moment that the policy names.
 *
 * @param canonical as they were read for the audit
 * @throws AssayError what `findMove` gives, if a chain moved under too many sources for a quorum
 */
export async function observeGraph(
  asset: Asset,
  canonical: readonly DeploymentReading[],
  bitcoin: ChainPoint | null,
  policy: Policy,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience?: Patience,
): Promise<GraphReading> {
  const bridged = asset.deployments.filter(({ kind }) => kind === 'bridged');
  const copies = await observeTokens(bridged, bitcoin, policy, sources, context, patience);
  const readings = [...canonical, ...copies];
  const readLocked = (boxes: readonly Lockbox[], at: readonly DeploymentReading[]) =>
    readLockboxes(boxes, at, policy.quorum, sources, context, patience);
  const now: Moment = { readings, locked: await readLocked(asset.lockboxes ?? [], readings) };
  const first = assemble(asset, now, null);
  if (bitcoin === null || policy.pairing !== 'aligned') return first;

  const short = new Set(
    first.graph.edges.flatMap((edge) => (edge.verdict === 'under-backed' ? [edge.lockbox] : [])),
  );
  const doubtful = (asset.lockboxes ?? []).filter(
    (lockbox) => lockbox.policy !== undefined && short.has(lockbox.key),
  );
  const earlier: Before = { amounts: new Map(), locked: new Map() };
  for (const duration of new Set(doubtful.map((one) => one.policy?.durationSeconds ?? 0))) {
    const boxes = doubtful.filter((one) => one.policy?.durationSeconds === duration);
    const keys = new Set(boxes.map(({ key }) => key));
    const locks = new Set(boxes.flatMap((one) => one.locks ?? []));
    const needed = asset.deployments.filter(
      ({ token, lockbox }) =>
        locks.has(token) || (typeof lockbox === 'object' && keys.has(lockbox.key)),
    );
    const moment = { time: UnixTime(bitcoin.time - duration) };
    const readings = await observeTokens(needed, moment, policy, sources, context, patience);
    for (const one of readings) {
      const { lockbox } = one.deployment;
      if (typeof lockbox === 'object') earlier.amounts.set(one.deployment.token, amountOf(one));
    }
    for (const [key, amount] of await readLocked(boxes, readings)) earlier.locked.set(key, amount);
  }
  return earlier.locked.size === 0 ? first : assemble(asset, now, earlier);
}

function assemble(asset: Asset, now: Moment, before: Before | null): GraphReading {
  const decimals = new Map(asset.deployments.map((one) => [one.token, one.decimals]));
  const deployments = now.readings.map((one): GraphDeployment => {
    const { token, kind, lockbox, decimals } = one.deployment;
    return {
      token,
      kind,
      lockbox: lockbox === undefined || lockbox === 'unknown' ? (lockbox ?? null) : lockbox.key,
      decimals,
      amount: amountOf(one),
      amountBefore: before?.amounts.get(token) ?? null,
    };
  });
  const lockboxes = (asset.lockboxes ?? []).map(
    ({ key, contract, locks, policy }): GraphLockbox => ({
      key,
      contract,
      locks: locks ?? null,
      decimals: (locks && decimals.get(locks)) ?? 0,
      locked: now.locked.get(key) ?? null,
      lockedBefore: before?.locked.get(key) ?? null,
      ...(policy && {
        policy: {
          toleranceUnits: BigInt(policy.toleranceUnits),
          durationSeconds: policy.durationSeconds,
        },
      }),
    }),
  );
  return { graph: buildBackingGraph(deployments, lockboxes), deployments, readings: now.readings };
}

function amountOf({ reading: { amount } }: DeploymentReading): bigint | null {
  return amount instanceof AssayError ? null : amount;
}

/** What lies in each lockbox, at the block at which the supply of its token was read. */
async function readLockboxes(
  lockboxes: readonly Lockbox[],
  readings: readonly DeploymentReading[],
  quorum: number,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience: Patience | undefined,
): Promise<ReadonlyMap<string, bigint | null>> {
  const points = new Map<ChainId, ChainPoint>();
  for (const { deployment, reading } of readings) {
    if (reading.point) points.set(deployment.chain, reading.point);
  }
  const known = lockboxes.flatMap(({ key, contract, locks }) =>
    locks === undefined ? [] : [{ key, token: locks, holder: contractIdParts(contract).address }],
  );
  const amounts = await observeHoldings(known, points, quorum, sources, context, patience);
  return new Map(
    known.map(({ key }, index) => {
      const amount = amounts[index]?.amount;
      return [key, amount === undefined || amount instanceof AssayError ? null : amount];
    }),
  );
}
