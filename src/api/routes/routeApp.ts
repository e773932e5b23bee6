import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** A Fastify instance whose routes are typed by their zod schemas. */
export type RouteApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export const assetParams = z.strictObject({
  asset: z.string().describe('Id of the asset, as GET /v1/assets lists it.'),
});

export const attestationParams = z.strictObject({
  id: z.string().describe('EIP-712 digest of the statement: 0x and 64 hex digits.'),
});

/** A successful answer of one media type, as openapi.yaml documents it. */
export function answer<S extends z.ZodType>(
  description: string,
  schema: S,
  mediaType = 'application/json',
) {
  return { description, content: { [mediaType]: { schema } } };
}

/** For what the handler checks better than a schema: names by looking them up, attestations by verifying. */
export const acceptUnchecked = () => (value: unknown) => ({ value });
