import type { OpenAPIV3_1 } from 'openapi-types';

/** The headers that openapi.yaml explains, once each. */
export const headerComponents = {
  'X-Request-Id': {
    description: 'Names the request in the log of the service.',
    required: true,
    schema: { type: 'string' },
  },
  RateLimit: {
    description:
      'What is left (r) of the budget, and seconds (t) until it begins anew (draft-ietf-httpapi-ratelimit-headers).',
    required: true,
    schema: { type: 'string', pattern: '^"default";r=\\d+;t=\\d+$' },
  },
  ETag: {
    description: 'Entity tag, for If-None-Match.',
    required: true,
    schema: { type: 'string', pattern: '^(W/)?".+"$' },
  },
  'Cache-Control': {
    description: 'How long caches may keep the answer; never beyond its validity.',
    required: true,
    schema: { type: 'string' },
  },
  'Retry-After': {
    description: 'Seconds after which to ask again.',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
} as const satisfies Record<string, OpenAPIV3_1.HeaderObject>;

export type HeaderName = keyof typeof headerComponents;

/** The headers of every answer but the prepared ones, which caches give to many clients. */
export const requestHeaders: readonly HeaderName[] = ['X-Request-Id', 'RateLimit'];

/** References to the headers of these names. */
export function referToHeaders(
  names: readonly HeaderName[],
): Record<string, OpenAPIV3_1.ReferenceObject> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
