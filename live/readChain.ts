import { AssayError } from '../src/core/assayError.ts';
import type { ChainPoint } from '../src/core/chainPoint.ts';
import { toAssayError } from '../src/core/toAssayError.ts';
import type { Deployment } from '../src/registry/asset.ts';
import {
  type AnySupplySource,
  isLatest,
  type LatestSupplySource,
} from '../src/supply/latestSupplySource.ts';
import type { SupplySource, TokenReading } from '../src/supply/supplySource.ts';

/** What one server says of one deployment. */
export interface ServerAnswer {
  readonly operator: string;
  /** The supply in the token's own units, with the block at which it was read; or why there is none. */
  readonly said: { readonly amount: bigint; readonly point: ChainPoint } | AssayError;
}

/** What all servers of its chain say of one deployment. */
export interface DeploymentAnswers {
  readonly deployment: Deployment;
  readonly answers: readonly ServerAnswer[];
}

/** What one server says of all deployments of the chain, in their order. */
type Round = readonly ServerAnswer[];

/** A supply that changes between two servers' answers is read again, so often in all. */
const tries = 3;

/**
 * Asks every server of one chain for the supply of each deployment on it: where the interfaces allow it,
 * at the lowest of the blocks that they call final, so that all can answer for one; else as of now.
 */
export async function readChain(
  deployments: readonly Deployment[],
  sources: readonly AnySupplySource[],
): Promise<readonly DeploymentAnswers[]> {
  const atBlocks = sources.flatMap((source) => (isLatest(source) ? [] : [source]));
  const latest = sources.filter(isLatest);
  const rounds = [
    ...(await readAtOneBlock(deployments, atBlocks)),
    ...(await readLatest(deployments, latest)),
  ];
  return deployments.map((deployment, index) => ({
    deployment,
    answers: rounds.flatMap((round) => round[index] ?? []),
  }));
}

async function readAtOneBlock(
  deployments: readonly Deployment[],
  sources: readonly SupplySource[],
): Promise<readonly Round[]> {
  const finals = await Promise.all(
    sources.map((source) => attempt(() => source.findPoint({ kind: 'finalized' }))),
  );
  const heights = finals.flatMap((final) => (final instanceof AssayError ? [] : [final.height]));
  const height = Math.min(...heights);
  return Promise.all(
    sources.map(async (source, index) => {
      const final = finals[index];
      if (final instanceof AssayError) return failAll(deployments, source, final);
      const observed = await attempt(async () => {
        const point = await source.readPoint(height);
        return source.readSupplies({ point, tokens: deployments });
      });
      if (observed instanceof AssayError) return failAll(deployments, source, observed);
      return observed.tokens.map((token) => answerOf(token, source, observed.point));
    }),
  );
}

async function readLatest(
  deployments: readonly Deployment[],
  sources: readonly LatestSupplySource[],
): Promise<readonly Round[]> {
  for (let attempts = 1; ; attempts++) {
    const rounds = await Promise.all(
      sources.map(async (source) => {
        const observed = await attempt(() => source.readLatest(deployments));
        if (observed instanceof AssayError) return failAll(deployments, source, observed);
        return observed.tokens.map((token) => answerOf(token, source, observed.to));
      }),
    );
    const isStill = deployments.every(
      (_, index) => amountsOf(rounds.flatMap((round) => round[index] ?? [])).size <= 1,
    );
    if (isStill || attempts === tries) return rounds;
  }
}

/** The different amounts among the answers. */
export function amountsOf(answers: readonly ServerAnswer[]): ReadonlySet<bigint> {
  return new Set(answers.flatMap(({ said }) => (said instanceof AssayError ? [] : [said.amount])));
}

function answerOf(
  reading: TokenReading,
  { source }: AnySupplySource,
  point: ChainPoint,
): ServerAnswer {
  const said = 'error' in reading ? reading.error : { amount: reading.amount, point };
  return { operator: source.operator, said };
}

function failAll(
  deployments: readonly Deployment[],
  { source }: AnySupplySource,
  error: AssayError,
): Round {
  return deployments.map(() => ({ operator: source.operator, said: error }));
}

async function attempt<T>(work: () => Promise<T>): Promise<T | AssayError> {
  try {
    return await work();
  } catch (thrown) {
    return toAssayError(thrown);
  }
}
