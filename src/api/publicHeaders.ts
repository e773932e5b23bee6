import type { FastifyCorsOptions } from '@fastify/cors';
import type { FastifyHelmetOptions } from '@fastify/helmet';

const exposedHeaders = ['ETag', 'RateLimit', 'Retry-After', 'X-Request-Id'];

/** All data is public: pages of any origin may read it, without credentials. */
export const corsOptions = {
  origin: '*',
  methods: ['GET', 'HEAD', 'POST'],
  allowedHeaders: ['Content-Type', 'If-None-Match'],
  exposedHeaders,
  maxAge: 86_400,
  strictPreflight: false,
} satisfies FastifyCorsOptions;

export const helmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  xFrameOptions: { action: 'deny' },
} satisfies FastifyHelmetOptions;

/**
 * The headers of every answer. Of those that helmet sets, they are the two that mean something for
 * JSON and images; the others speak of pages and of legacy plug-ins, and prepared answers go without:
 * helmet, which builds its middleware anew for each request, would more than halve their rate.
 */
export const publicHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': corsOptions.origin,
  'access-control-expose-headers': exposedHeaders.join(', '),
};

/** The headers of an image that pages of any origin embed, also those that isolate themselves. */
export const imageHeaders: Readonly<Record<string, string>> = {
  // It is self-contained; this holds where somebody opens it as a page.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': corsOptions.origin,
};
