import etag from '@fastify/etag';
import type { FastifyInstance } from 'fastify';

/** Entity tags for the answers of this scope that may be stored; weak, since a proxy may compress. */
export async function addEtag(app: FastifyInstance): Promise<void> {
  await app.register(etag, { weak: true });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.getHeader('cache-control') === 'no-store') reply.removeHeader('etag');
    done(null, payload);
  });
}
