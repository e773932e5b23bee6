import { z } from 'zod';
import { ChainId, isChainId } from '../../core/caip.ts';
import { toAssayError } from '../../core/toAssayError.ts';
import type { UnixTime } from '../../core/unixTime.ts';
import { findToken, type TokenMatch } from '../../registry/findToken.ts';
import { type ApiContext, admitClient, readLatest } from '../apiContext.ts';
import { secondsStanding } from '../backingStatus.ts';
import { cacheControl, latestPlan } from '../cacheControl.ts';
import { describeDeployment } from '../describeAsset.ts';
import { describeBacking } from '../describeBacking.ts';
import { describeEdgeOf } from '../describeGraph.ts';
import { tokenUnknown } from '../errors.ts';
import { toProblem } from '../problem.ts';
import {
  TokenBacking,
  TokenLookup,
  type TokenLookupEntry,
  TokenLookupRequest,
} from '../schemas/token.ts';
import { answer, type RouteApp } from './routeApp.ts';

const tokenParams = z.strictObject({
  chain: z.string().describe('CAIP-2, such as eip155:1; the colon may be percent-encoded.'),
  address: z
    .string()
    .describe('Contract, mint or coin type; EVM addresses in any case, others percent-encoded.'),
});

/** From a token address, which a wallet has in hand, to its backing. */
export function addTokenRoutes(app: RouteApp, context: ApiContext): void {
  app.get(
    '/v1/tokens/:chain/:address',
    {
      schema: {
        operationId: 'getToken',
        tags: ['tokens'],
        summary: 'What stands behind a token',
        description:
          'The deployment, its asset and the latest answer. A bridged copy has the answer of its ' +
          'asset, and beside it `edge`: whether the tokens that it copies are locked. Its holder ' +
          'stands on both.',
        params: tokenParams,
        response: { 200: answer('Deployment and backing.', TokenBacking) },
      },
      config: {
        contract: {
          problems: ['CHAIN_ID_INVALID', 'TOKEN_UNKNOWN', 'ATTESTATION_PENDING'],
          parameters: {
            chain: context.examples.token.deployment.chain,
            address: context.examples.token.deployment.reference,
          },
          headers: ['etag', 'cacheControl'],
          isConditional: true,
          examples: { backed: context.examples.token },
        },
      },
    },
    async (request, reply) => {
      const { chain, address } = request.params;
      const now = context.dependencies.clock();
      const found = await lookUpToken(context, chain, address, now);
      // Of the same second as the status: else an answer that expires meanwhile would be kept on.
      const standing = secondsStanding(found.backing, now);
      reply.header('cache-control', cacheControl(latestPlan, standing));
      return found;
    },
  );
  app.post(
    '/v1/tokens/lookup',
    {
      schema: {
        operationId: 'lookUpTokens',
        tags: ['tokens'],
        summary: 'What stands behind up to 100 tokens',
        description:
          'As GET for each distinct token, in whatever spelling; one that is not found has its own ' +
          'problem. Counts as one request for each.',
        body: TokenLookupRequest,
        response: { 200: answer('One entry per distinct token of the request.', TokenLookup) },
      },
      config: {
        contract: {
          examples: { mixed: context.examples.lookup },
          requestExamples: {
            two: {
              tokens: context.examples.lookup.tokens.map(({ chain, address }) => ({
                chain,
                address,
              })),
            },
          },
        },
      },
    },
    async ({ ip, body }) => {
      const questions = distinctTokens(context, body.tokens);
      if (questions.length > 1) admitClient(context, ip, questions.length - 1);
      return {
        tokens: await Promise.all(
          questions.map(({ chain, address }) => answerEntry(context, chain, address)),
        ),
      };
    },
  );
}

type Question = TokenLookupRequest['tokens'][number];

/** The first question about each token; what the registry does not know is told apart by its letters. */
function distinctTokens(context: ApiContext, questions: readonly Question[]): readonly Question[] {
  const distinct = new Map<string, Question>();
  for (const question of questions) {
    const { chain, address } = question;
    const match = isChainId(chain) ? matchToken(context, chain, address) : null;
    const key = match?.deployment.token ?? JSON.stringify([chain, address]);
    if (!distinct.has(key)) distinct.set(key, question);
  }
  return [...distinct.values()];
}

/** @throws AssayError CHAIN_ID_INVALID, TOKEN_UNKNOWN, ATTESTATION_PENDING */
async function lookUpToken(
  context: ApiContext,
  chain: string,
  address: string,
  now: UnixTime,
): Promise<TokenBacking> {
  const match = matchToken(context, chain, address);
  if (!match) throw tokenUnknown(chain, address);
  const { asset, deployment } = match;
  const latest = await readLatest(context, asset);
  return {
    token: deployment.token,
    asset: { id: asset.id, name: asset.name, symbol: asset.symbol },
    deployment: describeDeployment(deployment),
    backing: describeBacking(latest, now),
    edge: describeEdgeOf(deployment.token, latest.attestation.report),
  };
}

/** @throws AssayError CHAIN_ID_INVALID */
function matchToken(
  { dependencies: { registry } }: ApiContext,
  chain: string,
  address: string,
): TokenMatch | null {
  return findToken(registry, ChainId(chain), address);
}

async function answerEntry(
  context: ApiContext,
  chain: string,
  address: string,
): Promise<TokenLookupEntry> {
  try {
    const now = context.dependencies.clock();
    return { found: true, chain, address, ...(await lookUpToken(context, chain, address, now)) };
  } catch (thrown) {
    const { requestId: _requestId, ...problem } = toProblem(toAssayError(thrown), '');
    return { found: false, chain, address, problem };
  }
}
