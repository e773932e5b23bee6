import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UnixTime } from '../core/unixTime.ts';
import { type ApiContext, admitClient, rateLimitField } from './apiContext.ts';
import { matchesEtag, type Prepared } from './prepared.ts';
import type { BudgetState } from './requestBudget.ts';

/** Sends an answer that was made in advance, or 304. */
export type SendPrepared = (
  request: FastifyRequest,
  reply: FastifyReply,
  prepared: Prepared,
  budget: BudgetState,
) => void;

/**
 * What sends the prepared answers of a route. They go to the socket past Fastify's hooks: what those
 * would add is in the prepared headers, but for what the client has left. They have no X-Request-Id:
 * they are counted but not logged, and caches give them to others.
 */
export function createPreparedSender({ metrics }: ApiContext, route: string): SendPrepared {
  const cells = {
    sent: metrics.answerCell('GET', route, 200),
    sentHead: metrics.answerCell('HEAD', route, 200),
    known: metrics.answerCell('GET', route, 304),
    knownHead: metrics.answerCell('HEAD', route, 304),
  };
  return ({ method, headers: { 'if-none-match': ifNoneMatch } }, reply, prepared, budget) => {
    const field = rateLimitField(budget);
    reply.hijack();
    if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, prepared.etag)) {
      (method === 'HEAD' ? cells.knownHead : cells.known).count += 1;
      reply.raw.writeHead(304, prepared.notModifiedHeaders.concat('ratelimit', field));
      reply.raw.end();
      return;
    }
    (method === 'HEAD' ? cells.sentHead : cells.sent).count += 1;
    reply.raw.writeHead(200, prepared.headers.concat('ratelimit', field));
    reply.raw.end(prepared.body);
  };
}

type AssetRequest = FastifyRequest<{ Params: { asset: string } }>;

/**
 * The handler of a route with one answer per asset, made anew once a second at most: within a second
 * neither the store is asked nor anything put into JSON. `make` throws for an unknown asset.
 */
export function handlePrepared(
  context: ApiContext,
  route: string,
  make: (asset: string, now: UnixTime) => Promise<Prepared>,
): (request: AssetRequest, reply: FastifyReply) => Promise<void> | undefined {
  const { clock } = context.dependencies;
  const send = createPreparedSender(context, route);
  const latest = new Map<string, { readonly madeAt: UnixTime; readonly prepared: Prepared }>();

  async function makeAndSend(
    request: AssetRequest,
    reply: FastifyReply,
    now: UnixTime,
    budget: BudgetState,
  ): Promise<void> {
    const { asset } = request.params;
    const prepared = await make(asset, now);
    latest.set(asset, { madeAt: now, prepared });
    send(request, reply, prepared, budget);
  }

  return (request, reply) => {
    const budget = admitClient(context, request.ip);
    const now = clock();
    const known = latest.get(request.params.asset);
    if (known?.madeAt !== now) return makeAndSend(request, reply, now, budget);
    send(request, reply, known.prepared, budget);
    return undefined;
  };
}
