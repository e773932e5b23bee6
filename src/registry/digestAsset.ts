import { type Digest, digestJson } from '../core/canonicalJson.ts';

/**
 * SHA-256 of the canonical JSON (RFC 8785) of `{asset, reserves}`: the two files as they are
 * written, without `$schema` and without defaults filled in. Formatting and the order of members do
 * not matter; the order of lists does.
 */
export function digestAsset(asset: unknown, reserves: unknown): Digest {
  return digestJson({ asset: withoutSchema(asset), reserves: withoutSchema(reserves) });
}

/** SHA-256 of the canonical JSON of all asset digests by asset id. */
export function digestRegistry(digests: ReadonlyMap<string, Digest>): Digest {
  return digestJson(Object.fromEntries(digests));
}

function withoutSchema(file: unknown): unknown {
  if (typeof file !== 'object' || file === null) return file;
  return Object.fromEntries(Object.entries(file).filter(([key]) => key !== '$schema'));
}
