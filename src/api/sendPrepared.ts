import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApiContext, rateLimitField } from './apiContext.ts';
import { matchesEtag, type Prepared } from './prepared.ts';
import type { BudgetState } from './requestBudget.ts';

/**
 * Sends an answer that was made in advance, or 304. It goes to the socket past Fastify's hooks: what
 * they would add is in the prepared headers, but for what the client has left. It has no X-Request-Id:
 * it is counted, but not logged, and caches give it to others.
 */
export function sendPrepared(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  prepared: Prepared,
  budget: BudgetState,
): void {
  const ifNoneMatch = request.headers['if-none-match'];
  const isKnown = ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, prepared.etag);
  const status = isKnown ? 304 : 200;
  const headers = isKnown ? prepared.notModifiedHeaders : prepared.headers;
  context.metrics.countAnswer(request.method, prepared.route, status);
  reply.hijack();
  reply.raw.writeHead(
    status,
    headers.concat('ratelimit', rateLimitField(budget)),
  );
  reply.raw.end(isKnown ? undefined : prepared.body);
}
