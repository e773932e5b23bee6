import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApiContext, chargeSize } from './apiContext.ts';
import { matchesEtag, type Prepared } from './prepared.ts';

/** Sends an answer that was made in advance, or 304. */
export type SendPrepared = (
  request: FastifyRequest,
  reply: FastifyReply,
  prepared: Prepared,
) => void;

/**
 * What sends the prepared answers of a route. They go to the socket past Fastify's hooks: what those
 * would add is in the prepared headers, but for RateLimit and X-Request-Id. Caches give these answers
 * to other clients, whom one client's budget does not concern, and they are counted but not logged.
 */
export function createPreparedSender(context: ApiContext, route: string): SendPrepared {
  const { metrics } = context;
  const cells = {
    sent: metrics.answerCell('GET', route, 200),
    sentHead: metrics.answerCell('HEAD', route, 200),
    known: metrics.answerCell('GET', route, 304),
    knownHead: metrics.answerCell('HEAD', route, 304),
  };
  return ({ ip, method, headers: { 'if-none-match': ifNoneMatch } }, reply, prepared) => {
    reply.hijack();
    if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, prepared.etag)) {
      (method === 'HEAD' ? cells.knownHead : cells.known).count += 1;
      reply.raw.writeHead(304, prepared.notModifiedHeaders);
      reply.raw.end();
      return;
    }
    (method === 'HEAD' ? cells.sentHead : cells.sent).count += 1;
    if (method !== 'HEAD') chargeSize(context, ip, prepared.bytes);
    reply.raw.writeHead(200, prepared.headers);
    reply.raw.end(prepared.body);
  };
}
