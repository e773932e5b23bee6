import type { JsonBounds } from '../core/scanJson.ts';

/** What is read of a registry file: enough for 200,000 addresses, and for a signature of 100,000 keys. */
export const registryBounds: JsonBounds = {
  length: 64 * 1024 * 1024,
  depth: 32,
  values: 1_500_000,
  members: 10_000,
  string: 500_000,
};
