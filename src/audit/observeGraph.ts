import { AssayError } from '../core/assayError.ts';
import type { BitcoinMoment } from '../core/bitcoinMoment.ts';
import { type ChainId, type TokenId, tokenIdParts } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import { UnixTime } from '../core/unixTime.ts';
import {
  type BackingEdge,
  type BackingGraph,
  buildBackingGraph,
} from '../reconcile/backingGraph.ts';
import type { GraphDeployment, GraphLockbox, ReadTimes } from '../reconcile/graphInput.ts';
import type { Asset, Deployment, Lockbox } from '../registry/asset.ts';
import { contractIdParts } from '../registry/parseContract.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';
import type { Patience } from './askSources.ts';
import { observeAside } from './observeAside.ts';
import { canonicalOf, chainsOf, type DeploymentReading } from './observeDeployments.ts';
import { type LockedReading, readLockboxes } from './readLockboxes.ts';
import type { Pause } from './retryMoved.ts';

/** The backing graph with the blocks at which it was read. */
export interface GraphReading {
  readonly graph: BackingGraph;
  readonly deployments: readonly GraphDeployment[];
  readonly readings: readonly DeploymentReading[];
  /** What was read of each lockbox, by its key. */
  readonly locked: ReadonlyMap<string, LockedReading>;
}

interface Moment {
  readonly readings: readonly DeploymentReading[];
  /** By the key of the lockbox. */
  readonly locked: ReadonlyMap<string, LockedReading>;
}

/** What was there at another moment, such as earlier by the duration of the policy that asks for it. */
interface Besides {
  readonly amounts: Map<TokenId, BesideFigure>;
  readonly locked: Map<string, BesideFigure>;
}

interface BesideFigure {
  readonly amount: bigint | null;
  readonly times: ReadTimes | null;
}

type Policy = { readonly quorum: number; readonly pairing: 'aligned' | 'finalized' };

/**
 * Reads what backs the copies of an asset: the supplies of its bridged deployments, and what lies in
 * its lockboxes, at the moment of the audit. Where less lies in a lockbox than is minted, and its policy
 * allows for messages under way, both are read once more at the earlier moment that the policy names.
 *
 * The chains without a canonical deployment are read at once, while the audit reads the others. What
 * goes wrong on them is not known, and disturbs nothing else.
 *
 * @param supplies as they are being read for the audit, with the copies on the same chains
 * @throws whatever `supplies` or the signal's abort gives
 */
export async function observeGraph(
  asset: Asset,
  supplies: Promise<readonly DeploymentReading[]>,
  moment: Pick<BitcoinMoment, 'time'> | null,
  policy: Policy,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience?: Patience,
  pause?: Pause,
): Promise<GraphReading> {
  const observe = (deployments: readonly Deployment[], at: Pick<BitcoinMoment, 'time'> | null) =>
    observeAside(deployments, at, policy, sources, context, patience, pause);
  const readLocked = (boxes: readonly Lockbox[], at: readonly DeploymentReading[]) =>
    readLockboxes(boxes, at, policy.quorum, sources, context, patience);
  const now = await readNow(asset, supplies, (copies) => observe(copies, moment), readLocked);
  const isAligned = moment !== null && policy.pairing === 'aligned';
  const isNow: IsNow = (chain, point) =>
    !isAligned ||
    answersNow(chain, sources) ||
    // Its last final block lies that far back: not what was there at the audited moment.
    (point !== null && moment.time - point.time > asset.policy.maxSkewSeconds);
  const again = await readAgain(
    asset,
    assemble(asset, now, null, null, isNow),
    isNow,
    (needed) => observe(needed, null),
    readLocked,
  );
  const first = assemble(asset, now, null, again, isNow);
  if (!isAligned) return first;

  const doubtful = boxesOf(
    asset,
    first.graph.edges.filter(
      ({ verdict, locked, minted }) => verdict !== 'in-flight' && isShort(locked, minted),
    ),
  ).filter(({ policy }) => policy !== undefined);
  const earlier: Besides = { amounts: new Map(), locked: new Map() };
  for (const duration of new Set(doubtful.map((one) => one.policy?.durationSeconds ?? 0))) {
    const boxes = doubtful.filter((one) => one.policy?.durationSeconds === duration);
    const keys = new Set(boxes.map(({ key }) => key));
    const before = { time: UnixTime(Math.max(0, moment.time - duration)) };
    const readings = await observe(deploymentsOf(asset, boxes), before);
    for (const one of readings) {
      const { lockbox, token, chain } = one.deployment;
      // What is read as of now says nothing of an earlier moment, nor a copy of another lockbox of this.
      const isOwn = typeof lockbox === 'object' && keys.has(lockbox.key);
      if (isOwn && !answersNow(chain, sources)) earlier.amounts.set(token, figureOf(one));
    }
    for (const [key, one] of await readLocked(boxes, readings)) {
      if (!one.isNow) earlier.locked.set(key, { amount: knownOf(one), times: null });
    }
  }
  return earlier.locked.size === 0 ? first : assemble(asset, now, earlier, again, isNow);
}

/** Whether a figure at a block is of another moment than was asked for. */
type IsNow = (chain: ChainId, point: ChainPoint | null) => boolean;

function isShort(locked: bigint | null, minted: bigint | null): boolean {
  return locked !== null && minted !== null && locked < minted;
}

/** All lockboxes of the balances that edges are about. */
function boxesOf(
  { lockboxes = [] }: Asset,
  edges: readonly Pick<BackingEdge, 'contract' | 'locks'>[],
): readonly Lockbox[] {
  return lockboxes.filter(({ contract, locks }) =>
    edges.some((edge) => edge.contract === contract && edge.locks === locks),
  );
}

/** Both sides of the edges that are short and whose sides are of different moments, once more. */
async function readAgain(
  asset: Asset,
  { graph, deployments, locked: first }: GraphReading,
  isNow: IsNow,
  observe: (needed: readonly Deployment[]) => Promise<readonly DeploymentReading[]>,
  readLocked: (
    boxes: readonly Lockbox[],
    at: readonly DeploymentReading[],
  ) => Promise<ReadonlyMap<string, LockedReading>>,
): Promise<Besides | null> {
  const late = new Set(deployments.flatMap((one) => (one.isNow ? [one.token] : [])));
  const isLate = ({ lockbox, locks, copies }: BackingEdge) =>
    copies.some((copy) => late.has(copy)) ||
    (locks !== null && isNow(tokenIdParts(locks).chain, first.get(lockbox)?.point ?? null));
  const boxes = boxesOf(
    asset,
    graph.edges.filter(
      (edge) => edge.verdict === 'unknown' && isShort(edge.locked, edge.minted) && isLate(edge),
    ),
  );
  if (boxes.length === 0) return null;
  const readings = await observe(deploymentsOf(asset, boxes));
  const locked = await readLocked(boxes, readings);
  return {
    amounts: new Map(readings.map((one) => [one.deployment.token, figureOf(one)])),
    locked: new Map(
      [...locked].map(([key, one]) => [key, { amount: knownOf(one), times: timesOf(one) }]),
    ),
  };
}

/** The tokens that the lockboxes keep, and the copies of these. */
function deploymentsOf(asset: Asset, boxes: readonly Lockbox[]): readonly Deployment[] {
  const keys = new Set(boxes.map(({ key }) => key));
  const locks = new Set(boxes.flatMap((one) => one.locks ?? []));
  return asset.deployments.filter(
    ({ token, lockbox }) =>
      locks.has(token) || (typeof lockbox === 'object' && keys.has(lockbox.key)),
  );
}

/** Whether all sources of the chain answer only as of now. */
function answersNow(chain: ChainId, sources: readonly AnySupplySource[]): boolean {
  const own = sources.filter((source) => source.chain === chain);
  return own.length > 0 && own.every(isLatest);
}

/** A lockbox is read as soon as the block is known at which its token was. */
async function readNow(
  asset: Asset,
  supplies: Promise<readonly DeploymentReading[]>,
  observe: (copies: readonly Deployment[]) => Promise<readonly DeploymentReading[]>,
  readLocked: (
    boxes: readonly Lockbox[],
    at: readonly DeploymentReading[],
  ) => Promise<ReadonlyMap<string, LockedReading>>,
): Promise<Moment> {
  const home = chainsOf(canonicalOf(asset));
  const isHome = ({ locks }: Lockbox) => locks && home.has(tokenIdParts(locks).chain);
  const boxes = asset.lockboxes ?? [];
  const apart = asset.deployments.filter(
    ({ kind, chain }) => kind === 'bridged' && !home.has(chain),
  );
  const copies = observe(apart);
  const [here, there, lockedHere, lockedThere] = await Promise.all([
    supplies,
    copies,
    supplies.then((at) => readLocked(boxes.filter(isHome), at)),
    copies.then((at) =>
      readLocked(
        boxes.filter((one) => !isHome(one)),
        at,
      ),
    ),
  ]);
  const known = new Map([...here, ...there].map((one) => [one.deployment.token, one]));
  const inOrder = [
    ...canonicalOf(asset),
    ...asset.deployments.filter(({ kind }) => kind === 'bridged'),
  ];
  return {
    readings: inOrder.flatMap(({ token }) => known.get(token) ?? []),
    locked: new Map([...lockedHere, ...lockedThere]),
  };
}

function assemble(
  asset: Asset,
  now: Moment,
  before: Besides | null,
  again: Besides | null,
  isNow: IsNow,
): GraphReading {
  const decimals = new Map(asset.deployments.map((one) => [one.token, one.decimals]));
  const deployments = now.readings.map((one): GraphDeployment => {
    const { token, chain, kind, lockbox, decimals } = one.deployment;
    return {
      token,
      kind,
      lockbox: lockbox === undefined || lockbox === 'unknown' ? (lockbox ?? null) : lockbox.key,
      decimals,
      amount: knownOf(one.reading),
      amountBefore: before?.amounts.get(token)?.amount ?? null,
      isNow: isNow(chain, one.reading.point),
      times: timesOf(one.reading),
      amountAgain: again?.amounts.get(token)?.amount ?? null,
      timesAgain: again?.amounts.get(token)?.times ?? null,
    };
  });
  const lockboxes = (asset.lockboxes ?? []).map(
    ({ key, contract, locks, policy }): GraphLockbox => {
      const locked = now.locked.get(key);
      return {
        key,
        contract,
        locks: locks ?? null,
        decimals: (locks && decimals.get(locks)) ?? 0,
        locked: locked ? knownOf(locked) : null,
        lockedBefore: before?.locked.get(key)?.amount ?? null,
        isNow:
          locked !== undefined &&
          (locked.isNow || isNow(contractIdParts(contract).chain, locked.point)),
        times: locked ? timesOf(locked) : null,
        lockedAgain: again?.locked.get(key)?.amount ?? null,
        timesAgain: again?.locked.get(key)?.times ?? null,
        ...(policy && {
          policy: {
            toleranceUnits: BigInt(policy.toleranceUnits),
            durationSeconds: policy.durationSeconds,
          },
        }),
      };
    },
  );
  const graph = buildBackingGraph(deployments, lockboxes);
  return { graph, deployments, readings: now.readings, locked: now.locked };
}

function knownOf({ amount }: Pick<LockedReading, 'amount'>): bigint | null {
  return amount instanceof AssayError ? null : amount;
}

function figureOf(one: DeploymentReading): BesideFigure {
  return { amount: knownOf(one.reading), times: timesOf(one.reading) };
}

function timesOf({ point, around }: Pick<LockedReading, 'point' | 'around'>): ReadTimes | null {
  return point && { from: point.time, to: (around?.to ?? point).time };
}
