import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requestInvalid } from '../errors.ts';
import { isForeseen, toApiError, toProblem } from '../problem.ts';

export const problemMediaType = 'application/problem+json';

/** Answers every error as problem details (RFC 9457). */
export function addProblems(app: FastifyInstance): void {
  app.setErrorHandler((thrown, request, reply) => {
    sendProblem(thrown, request, reply);
  });
}

/** Sends an error as a problem; what was not foreseen, and every 5xx, also goes to the log. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = toApiError(thrown);
  const { status } = error.entry;
  const { allow, retryAfter } = error.facts;
  if (status >= 500 && !isForeseen(error)) {
    request.log.error({ err: thrown, code: error.code, requestId: request.id, url: request.url });
  }
  if (allow !== undefined) reply.header('allow', allow);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  reply
    .code(status)
    .type(problemMediaType)
    .send(JSON.stringify(toProblem(error, request.id)));
}

/** Answers what is not HTTP, or too long to be taken, before there is a request. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const problem = requestInvalid(
    isTooLong ? 'path and headers are too long' : 'the request is not valid HTTP',
  );
  const { status } = problem.entry;
  const body = JSON.stringify(toProblem(problem, 'none'));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${problemMediaType}\r\n` +
      'x-content-type-options: nosniff\r\n' +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
