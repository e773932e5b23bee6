import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiContext, chargeSize, rateLimitField } from '../apiContext.ts';
import { publicHeaders } from '../publicHeaders.ts';

/** Gives every answer that Fastify sends its common headers, and counts it: the answer, and its size. */
export function addAnswerHeaders(app: FastifyInstance, context: ApiContext): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.method !== 'HEAD') chargeSize(context, request.ip, sizeOf(payload));
    setAnswerHeaders(context, request, reply);
    const { url = '(none)' } = request.routeOptions;
    context.metrics.answerCell(request.method, url, reply.statusCode).count += 1;
    done(null, payload);
  });
}

function sizeOf(payload: unknown): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  return payload instanceof Uint8Array ? payload.length : 0;
}

/** The common headers, where the route has not set its own. */
export function setAnswerHeaders(
  { budget, clientKey }: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  for (const [name, value] of Object.entries(publicHeaders)) {
    if (!reply.hasHeader(name)) reply.header(name, value);
  }
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  reply.header('x-request-id', request.id);
  reply.header('ratelimit', rateLimitField(budget.peek(clientKey(request.ip))));
}
