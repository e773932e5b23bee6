import type { Asset } from './asset.ts';
import { buildAsset } from './buildAsset.ts';
import { checkAssetFile } from './checkAssetFile.ts';
import type { DateClaim } from './checkDates.ts';
import type { PoolClaim } from './checkPools.ts';
import { checkReservesFile } from './checkReservesFile.ts';
import type { Claim } from './claim.ts';
import { digestAsset } from './digestAsset.ts';
import type { Finding } from './finding.ts';

/** The JSON of an asset's two files; undefined where a file could not be read. */
export interface AssetFolderContent {
  readonly asset: unknown;
  readonly reserves: unknown;
}

export interface AssetCheck {
  /** Null where there is any finding. */
  readonly asset: Asset | null;
  readonly findings: readonly Finding[];
  /** For comparison with the other assets: whatever could be read, also beside findings. */
  readonly tokens: readonly Claim[];
  readonly scripts: readonly Claim[];
  readonly pool: PoolClaim | null;
  readonly dates: readonly DateClaim[];
  readonly reviewBy: DateClaim | null;
}

/** Every rule that an asset must keep by itself; `id` is the name of its folder. Pure. */
export function checkAsset(id: string, content: AssetFolderContent): AssetCheck {
  const asset = content.asset === undefined ? null : checkAssetFile(id, content.asset);
  const reserves =
    content.reserves === undefined ? null : checkReservesFile(id, content.reserves, asset?.network);
  const findings = [...(asset?.findings ?? []), ...(reserves?.findings ?? [])];
  const tokens = asset?.tokens ?? [];
  const pool = asset?.pool;
  const file = `${id}/asset.json`;
  const known = {
    findings,
    tokens,
    scripts: (reserves?.scripts ?? []).map((claim) => ({ ...claim, pool })),
    pool:
      pool === undefined ? null : { file, pointer: '/pool', pool, network: asset?.network?.name },
    dates: [...(asset?.dates ?? []), ...(reserves?.dates ?? [])],
    reviewBy:
      asset?.reviewBy === undefined ? null : { file, pointer: '/reviewBy', date: asset.reviewBy },
  };
  if (findings.length > 0 || !asset?.content || !asset.network || !reserves?.content) {
    return { asset: null, ...known };
  }
  const built = buildAsset({
    asset: asset.content,
    reserves: reserves.content,
    network: asset.network,
    decoded: reserves.decoded.filter((address) => address !== null),
    digest: digestAsset(content.asset, content.reserves),
  });
  return { asset: built, ...known };
}
