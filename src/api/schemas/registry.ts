import { z } from 'zod';

/** The schemas that become components of openapi.yaml, by name. */
export type SchemaRegistry = z.core.$ZodRegistry<{ id?: string | undefined }>;

/** A registry of its own, so that names are not shared with other programs in the process. */
export function createSchemaRegistry(schemas: Readonly<Record<string, z.ZodType>>): SchemaRegistry {
  const registry = z.registry<{ id?: string | undefined }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  return registry;
}
