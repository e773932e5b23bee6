import etag from '@fastify/etag';
import type { FastifyInstance } from 'fastify';

/** Entity tags, weak since a proxy may compress, for the answers of this scope; errors have none. */
export async function addEtag(app: FastifyInstance): Promise<void> {
  await app.register(etag, { weak: true });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.statusCode >= 400) reply.removeHeader('etag');
    done(null, payload);
  });
}
