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

const nothingLoads = "default-src 'none';frame-ancestors 'none'";

/**
 * The headers of every answer that no plugin gives. Of those of helmet, they are the two that mean
 * something for JSON; the others speak of pages.
 */
export const publicHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': nothingLoads,
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': corsOptions.origin,
  'access-control-expose-headers': exposedHeaders.join(', '),
};

/**
 * The same for prepared JSON. They are fixed: helmet builds its middleware anew for each request, which
 * would more than halve the rate of these answers.
 */
export const preparedHeaders: Readonly<Record<string, string>> = {
  ...publicHeaders,
  'access-control-expose-headers': 'ETag',
};

/** The same for an image that pages of any origin embed, also those that isolate themselves. */
export const imageHeaders: Readonly<Record<string, string>> = {
  // It is self-contained; this holds where somebody opens it as a page.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': corsOptions.origin,
};
