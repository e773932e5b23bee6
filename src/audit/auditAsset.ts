import type { Report } from '../attest/report.ts';
import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { pointKey, samePoint } from '../core/chainPoint.ts';
import { countOperators } from '../core/findAgreement.ts';
import type { ReadContext } from '../core/source.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { Asset } from '../registry/asset.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import { custodyAt } from '../registry/custodyAt.ts';
import type { AnySupplySource } from '../supply/latestSupplySource.ts';
import { askSources, isAgreed, opinionsOf, type Patience, supportersOf } from './askSources.ts';
import { attachEvidence, type EvidenceSink } from './attachEvidence.ts';
import type { AuditReadings } from './auditReadings.ts';
import { buildReport } from './buildReport.ts';
import { type AuditedState, chooseBitcoinPoint } from './chooseBitcoinPoint.ts';
import type { Claim, ReadClaims } from './claim.ts';
import { countOnce } from './countOnce.ts';
import { findMove } from './findMove.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';
import { type DeploymentReading, observeDeployments } from './observeDeployments.ts';
import { observeGraph } from './observeGraph.ts';
import { observeLiability } from './observeLiability.ts';
import { observeReserves } from './observeReserves.ts';
import type { OutputLedger } from './outputLedger.ts';
import { type Pause, retryMoved } from './retryMoved.ts';

/** How an audit is to be made, where it differs from the asset's policy. */
export interface AuditOptions {
  /** The Bitcoin height to audit; else the tip less the policy's confirmations. */
  readonly atHeight?: number;
  /** The moment to audit: the Bitcoin block before it. Not together with `atHeight`. */
  readonly atTime?: UnixTime;
  /** Which block of a token's chain belongs to the Bitcoin block. Default `aligned`. */
  readonly pairing?: 'aligned' | 'finalized';
  /** Whether to read what backs the bridged copies, too. */
  readonly graph?: boolean;
  /**
   * How many operators must agree; else the policy's. 1: any one source may be wrong, also about which
   * block is the newest.
   */
  readonly quorum?: number;
}

export interface AuditDependencies {
  /** Sources of the asset's own Bitcoin network. */
  readonly bitcoin: readonly BitcoinSource[];
  /** Sources of any chains; each deployment uses those of its own. */
  readonly supply: readonly AnySupplySource[];
  readonly clock: () => UnixTime;
  /** How long slow sources are waited for. */
  readonly patience?: Patience;
  /** Where evidence is to go; left out where none is wanted. */
  readonly evidence?: EvidenceSink;
  /** Reads what issuer and feeds claim; left out where nobody asked for it. */
  readonly readClaims?: ReadClaims;
  /** What the other assets of a run count; left out where this one is audited alone. */
  readonly outputs?: OutputLedger;
  /** Waits between two attempts; a test need not. */
  readonly pause?: Pause;
}

/** What others claim is not waited for any longer. */
const claimsMs = 30_000;

/**
 * Audits one asset, or a shared pool under the name of one of its assets (see `auditSubject`): chooses
 * the Bitcoin block, reads both sides as of that moment, and reconciles them. What could not be read makes the verdict `indeterminate` and stands in the report; nothing is
 * thrown for it.
 *
 * @throws AssayError BITCOIN_HEIGHT_ABOVE_TIP, BITCOIN_HEIGHT_PRUNED, BITCOIN_TIME_UNKNOWN where `atHeight` or
 * `atTime` asks for a block that no source can serve; whatever the signal's abort gives
 */
export async function auditAsset(
  asset: AuditSubject,
  options: AuditOptions,
  dependencies: AuditDependencies,
  context: ReadContext = {},
): Promise<Report> {
  const at = stateOf(options);
  const policy = {
    ...asset.policy,
    quorum: options.quorum ?? asset.policy.quorum,
    pairing: options.pairing ?? ('aligned' as const),
    graph: options.graph ?? false,
    maxAgeSeconds: at === undefined ? asset.policy.maxAgeSeconds : null,
  };
  const observedAt = dependencies.clock();
  const readings = await readBothSides(asset, policy, at, dependencies, context);
  // Whoever ends an audit gets no verdict from what was left unread.
  context.signal?.throwIfAborted();
  refuseUnservedHeight(readings, at, policy.quorum);
  const report = buildReport(asset, policy, readings, observedAt);
  const { evidence, bitcoin, supply } = dependencies;
  if (!evidence) return report;
  return attachEvidence(report, asset, readings, evidence, { bitcoin, supply }, context);
}

function stateOf({ atHeight, atTime }: AuditOptions): AuditedState | undefined {
  if (atHeight !== undefined) return { height: atHeight };
  return atTime === undefined ? undefined : { time: atTime };
}

interface AuditPolicy {
  readonly confirmations: number;
  readonly quorum: number;
  readonly pairing: 'aligned' | 'finalized';
  readonly graph: boolean;
}

async function readBothSides(
  asset: Asset,
  policy: AuditPolicy,
  at: AuditedState | undefined,
  dependencies: AuditDependencies,
  context: ReadContext,
): Promise<AuditReadings> {
  const readings = await retryMoved(
    (own) => readOnce(asset, policy, at, dependencies, own),
    mayPass,
    context,
    dependencies.pause,
  );
  if (!(readings instanceof AssayError)) return readings;
  return {
    choice: { point: readings, moment: null, outcomes: [] },
    custody: custodyAt(asset, dependencies.clock()),
    reserves: null,
    deployments: [],
    liability: null,
    graph: null,
    claims: [],
    unconfirmed: null,
  };
}

/**
 * Whether the Bitcoin side is unknown because of a moment's doing: the sources were asked before and
 * after a block was replaced, or some of them told of a chain that moved.
 */
function mayPass({ choice, reserves }: AuditReadings): boolean {
  const { point, outcomes } = choice;
  if (point instanceof AssayError && point.code === 'BITCOIN_SOURCES_DISAGREE') return true;
  if (!(point instanceof AssayError) && !(reserves?.agreed instanceof AssayError)) return false;
  return outcomes.some(
    (one) =>
      'error' in one &&
      // One that is behind says so each time.
      one.error.code !== 'BITCOIN_HEIGHT_ABOVE_TIP' &&
      findMove([one]) !== undefined,
  );
}

async function readOnce(
  asset: Asset,
  policy: AuditPolicy,
  at: AuditedState | undefined,
  dependencies: AuditDependencies,
  context: ReadContext,
): Promise<AuditReadings> {
  const { patience } = dependencies;
  const choice = await chooseBitcoinPoint(
    asset.network,
    dependencies.bitcoin,
    policy,
    at,
    context,
    patience,
  );
  const point = choice.point instanceof AssayError ? null : choice.point;
  const standing = supportersOf(
    choice.outcomes,
    (value) => point !== null && samePoint(value, point),
  );
  const sources = dependencies.bitcoin.filter(({ source }) =>
    standing.some((one) => one.source === source),
  );
  const { moment } = choice;
  const custody = custodyAt(asset, moment?.time ?? dependencies.clock());
  const { supply, pause, outputs } = dependencies;
  const reserves = point
    ? observeReserves(sources, point, custody, policy.quorum, context, patience).then((read) => {
        const agreed = read.scripts.flatMap((one) => (one.kind === 'agreed' ? [one.reserve] : []));
        return outputs ? countOnce(read, outputs.claim(asset.id, agreed)) : read;
      })
    : Promise.resolve(null);
  const supplies = observeDeployments(asset, moment, policy, supply, context, patience);
  const deployments = supplies.then((all) =>
    all.filter(({ deployment }) => deployment.kind === 'canonical'),
  );
  // Each step starts as soon as what it asks about is known, and none waits for those beside it.
  const [read, counted, claims, liability, graph, unconfirmed] = await Promise.all([
    reserves,
    deployments,
    deployments.then((known) => readClaims(asset, known, dependencies, context)),
    deployments.then((known) =>
      asset.liability
        ? observeLiability(
            asset,
            asset.liability,
            known,
            moment,
            policy,
            supply,
            context,
            patience,
            pause,
          )
        : null,
    ),
    policy.graph
      ? observeGraph(asset, supplies, moment, policy, supply, context, patience, pause)
      : null,
    point
      ? Promise.all([reserves, supplies]).then(() =>
          confirmPoint(sources, point, policy, context, patience),
        )
      : null,
  ]);
  const both = { reserves: read, deployments: counted, liability };
  return { choice, custody, ...both, graph, claims, unconfirmed };
}

/** Claims hold up no audit: what fails as a whole is as if nobody had claimed anything. */
async function readClaims(
  asset: AuditSubject,
  deployments: readonly DeploymentReading[],
  { readClaims }: AuditDependencies,
  context: ReadContext,
): Promise<readonly Claim[]> {
  if (readClaims === undefined) return [];
  const points = new Map(
    deployments.flatMap(({ reading: { point } }) => (point ? [[point.chain, point] as const] : [])),
  );
  const late = AbortSignal.timeout(claimsMs);
  const signal = context.signal ? AbortSignal.any([context.signal, late]) : late;
  try {
    return await readClaims(asset, [...points.values()], { ...context, signal });
  } catch {
    return [];
  }
}

/**
 * The last look: both sides are read, and the block that they were read for still stands. Answers why
 * that is not known; null where it does.
 *
 * @throws AssayError what `isMove` knows, if it does not
 */
async function confirmPoint(
  sources: readonly BitcoinSource[],
  point: ChainPoint,
  policy: { readonly quorum: number },
  context: ReadContext,
  patience: Patience | undefined,
): Promise<AssayError | null> {
  const outcomes = await askSources(
    sources,
    (source, own) => source.readPoint(point.height, own),
    context,
    isAgreed(policy.quorum, pointKey),
    patience,
  );
  const standing = supportersOf(outcomes, (value) => samePoint(value, point));
  if (countOperators(standing) >= policy.quorum) return null;
  if (standing.length < opinionsOf(outcomes).length) {
    throw new AssayError('BITCOIN_REORGANISED', {
      message: `block ${point.hash} at height ${point.height} left the best chain during the audit`,
      facts: { height: point.height },
    });
  }
  const move = findMove(outcomes);
  if (move) throw move;
  return lackOfQuorum('BITCOIN_QUORUM_NOT_MET', outcomes, policy.quorum);
}

/** The block was pruned away if so many say so that the others are too few: not where they disagree. */
function refuseUnservedHeight(
  { reserves }: AuditReadings,
  at: AuditedState | undefined,
  quorum: number,
): void {
  if (at === undefined || !(reserves?.agreed instanceof AssayError)) return;
  const pruned = reserves.outcomes.flatMap((one) =>
    'error' in one && one.error.code === 'BITCOIN_HEIGHT_PRUNED' ? [one] : [],
  );
  const others = reserves.outcomes.filter(
    (one) => !pruned.some(({ source }) => source === one.source),
  );
  const [first] = pruned;
  if (first && countOperators(others.map(({ source }) => source)) < quorum) throw first.error;
}
