import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { fastify } from 'fastify';

/** What pages of other origins may read, besides the headers that are always readable. */
export const corsOptions = {
  origin: '*',
  methods: ['GET', 'HEAD', 'POST'],
  allowedHeaders: ['Content-Type', 'If-None-Match'],
  exposedHeaders: ['ETag', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id'],
  maxAge: 86_400,
  strictPreflight: false,
};

const helmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  xFrameOptions: { action: 'deny' },
  // All of it is public and made to be embedded.
  crossOriginResourcePolicy: { policy: 'cross-origin' },
} as const;

/**
 * The headers that helmet and CORS give every answer. Neither depends on the request here, so they
 * are asked once: helmet builds its middleware anew for each request, which more than halves the rate.
 */
export async function readPublicHeaders(): Promise<Record<string, string>> {
  const probe = fastify();
  await probe.register(helmet, helmetOptions);
  await probe.register(cors, corsOptions);
  const seen: Record<string, string> = {};
  probe.get('/', async (_request, reply) => {
    // Those of helmet are on the raw response, those of CORS on the reply.
    for (const [name, value] of Object.entries({
      ...reply.raw.getHeaders(),
      ...reply.getHeaders(),
    })) {
      seen[name] = String(value);
    }
    return '';
  });
  await probe.inject('/');
  await probe.close();
  // A proxy that compresses must keep both forms apart.
  return { ...seen, vary: 'accept-encoding' };
}
