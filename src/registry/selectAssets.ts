import type { Registry } from './asset.ts';
import { sharesPool } from './auditSubject.ts';
import { digestRegistry } from './digestAsset.ts';

/**
 * The registry with some of its assets alone, and the digest of these. Assets on one shared pool stay
 * together, since none can be audited without the others. Unknown ids are left out.
 */
export function selectAssets(registry: Registry, ids: readonly string[]): Registry {
  const all = [...registry.assets.values()];
  const chosen = all.filter(({ id }) => ids.includes(id));
  const kept = all.filter((one) => chosen.some((other) => sharesPool(one, other)));
  return {
    assets: new Map(kept.map((asset) => [asset.id, asset])),
    digest: digestRegistry(new Map(kept.map(({ id, digest }) => [id, digest]))),
  };
}
