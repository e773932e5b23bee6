import { AssayError } from '../core/assayError.ts';
import type { Asset, Registry } from '../registry/asset.ts';

/** @throws AssayError ASSET_UNKNOWN naming what the registry has instead */
export function findAsset(registry: Registry, id: string): Asset {
  const asset = registry.assets.get(id);
  if (asset) return asset;
  const known = [...registry.assets.keys()];
  throw new AssayError('ASSET_UNKNOWN', {
    message: `the registry has no asset ${JSON.stringify(id.slice(0, 64))}; it has ${known.join(', ')}`,
  });
}
