import type { Registry } from './asset.ts';
import { digestRegistry } from './digestAsset.ts';

/** The registry with some of its assets alone, and the digest of these; unknown ids are left out. */
export function selectAssets(registry: Registry, ids: readonly string[]): Registry {
  const assets = new Map([...registry.assets].filter(([id]) => ids.includes(id)));
  const digests = new Map([...assets].map(([id, { digest }]) => [id, digest]));
  return { assets, digest: digestRegistry(digests) };
}
