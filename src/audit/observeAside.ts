import { AssayError } from '../core/assayError.ts';
import type { ChainId } from '../core/caip.ts';
import type { ReadContext } from '../core/source.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { Deployment } from '../registry/asset.ts';
import type { AnySupplySource } from '../supply/latestSupplySource.ts';
import { defaultPatience, type Patience } from './askSources.ts';
import { chainsOf, type DeploymentReading, observeChain } from './observeDeployments.ts';
import { type Pause, retryMoved } from './retryMoved.ts';

/**
 * The supplies of deployments on which no verdict rests, in their order, every chain at once. A chain
 * that moves is read again by itself. One that never holds still, or takes longer than one answer may,
 * is not known: it makes nobody else start again, nor wait any longer.
 *
 * @throws whatever the signal's abort gives
 */
export async function observeAside(
  deployments: readonly Deployment[],
  moment: { readonly time: UnixTime } | null,
  policy: { readonly quorum: number; readonly pairing: 'aligned' | 'finalized' },
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience: Patience = defaultPatience,
  pause?: Pause,
): Promise<readonly DeploymentReading[]> {
  const perChain = await Promise.all(
    [...chainsOf(deployments)].map(async (chain) => {
      const tokens = deployments.filter((one) => one.chain === chain);
      const together = { tokens, besides: [], window: false };
      const readings = await withinTime(chain, patience, context, (limited) =>
        retryMoved(
          (own) => observeChain(chain, together, moment, policy, sources, own, patience),
          () => false,
          limited,
          pause,
        ),
      );
      return readings instanceof AssayError
        ? tokens.map((deployment) => unread(deployment, readings))
        : readings;
    }),
  );
  const readings = new Map(perChain.flat().map((one) => [one.deployment.token, one]));
  return deployments.flatMap(({ token }) => readings.get(token) ?? []);
}

/** What the work gives, or that it took too long. */
async function withinTime<T>(
  chain: ChainId,
  { deadlineMs }: Patience,
  context: ReadContext,
  work: (context: ReadContext) => Promise<T>,
): Promise<T | AssayError> {
  const late = new AbortController();
  const message = `the tokens of ${chain} were not read within ${Math.round(deadlineMs / 1000)} s`;
  const error = new AssayError('SOURCE_NOT_AWAITED', { message });
  const timer = setTimeout(() => late.abort(error), deadlineMs);
  const signal = context.signal ? AbortSignal.any([context.signal, late.signal]) : late.signal;
  try {
    return await work({ ...context, signal });
  } catch (thrown) {
    if (!late.signal.aborted || context.signal?.aborted) throw thrown;
    return error;
  } finally {
    clearTimeout(timer);
  }
}

function unread(deployment: Deployment, error: AssayError): DeploymentReading {
  const reading = { token: deployment.token, point: null, amount: error, outcomes: [] };
  return { deployment, reading, finalized: null, finality: null };
}
