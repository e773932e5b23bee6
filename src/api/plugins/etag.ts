import etag from '@fastify/etag';
import type { FastifyInstance } from 'fastify';

/** Entity tags, weak since a proxy may compress, for the answers of this scope but for errors and POST. */
export async function addEtag(app: FastifyInstance): Promise<void> {
  await app.register(etag, { weak: true });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode >= 400 || request.method === 'POST') reply.removeHeader('etag');
    done(null, payload);
  });
}
