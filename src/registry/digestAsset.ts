import { type Digest, digestJson } from '../core/canonicalJson.ts';

/**
 * SHA-256 of the canonical JSON (RFC 8785) of `{asset, reserves, evidence}`: the files as they are
 * written, without `$schema` and without defaults filled in. `evidence` holds them by name, and is
 * left out where there is none. Formatting and the order of members do not matter; the order of lists
 * does.
 */
export function digestAsset(
  asset: unknown,
  reserves: unknown,
  evidence: ReadonlyMap<string, unknown> = new Map(),
): Digest {
  const files = [...evidence].map(([name, file]) => [name, withoutSchema(file)] as const);
  return digestJson({
    asset: withoutSchema(asset),
    reserves: withoutSchema(reserves),
    ...(files.length > 0 && { evidence: Object.fromEntries(files) }),
  });
}

/** SHA-256 of the canonical JSON of all asset digests by asset id. */
export function digestRegistry(digests: ReadonlyMap<string, Digest>): Digest {
  return digestJson(Object.fromEntries(digests));
}

function withoutSchema(file: unknown): unknown {
  if (typeof file !== 'object' || file === null) return file;
  return Object.fromEntries(Object.entries(file).filter(([key]) => key !== '$schema'));
}
