import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { Asset, AssetFiles } from './asset.ts';
import { buildAsset } from './buildAsset.ts';
import { checkAssetFile } from './checkAssetFile.ts';
import type { DateClaim } from './checkDates.ts';
import { checkEvidence, type EvidenceSubject } from './checkEvidence.ts';
import type { PoolClaim } from './checkPools.ts';
import { checkReservesFile, type ReservesFileCheck } from './checkReservesFile.ts';
import type { Claim } from './claim.ts';
import { digestAsset } from './digestAsset.ts';
import type { Finding } from './finding.ts';

/** The JSON of an asset's files; undefined where a file could not be read. */
export interface AssetFolderContent {
  readonly asset: unknown;
  readonly reserves: unknown;
  /** By the names of the files. */
  readonly evidence: ReadonlyMap<string, unknown>;
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

/** Every rule that an asset must keep by itself; `id` is the name of its folder. Reads nothing more. */
export async function checkAsset(id: string, content: AssetFolderContent): Promise<AssetCheck> {
  const asset = content.asset === undefined ? null : checkAssetFile(id, content.asset);
  const reserves =
    content.reserves === undefined ? null : checkReservesFile(id, content.reserves, asset?.network);
  const subject = subjectOf(id, asset?.network, reserves);
  const evidence = await checkEvidence(id, content.evidence, subject);
  const findings = [
    ...(asset?.findings ?? []),
    ...(reserves?.findings ?? []),
    ...evidence.findings,
  ];
  const tokens = asset?.tokens ?? [];
  const pool = asset?.pool;
  const file = `${id}/asset.json`;
  const known = {
    findings,
    tokens,
    scripts: (reserves?.scripts ?? []).map((claim) => ({ ...claim, pool })),
    pool:
      pool === undefined ? null : { file, pointer: '/pool', pool, network: asset?.network?.name },
    dates: [...(asset?.dates ?? []), ...(reserves?.dates ?? []), ...evidence.dates],
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
    evidence: evidence.evidence,
    digest: digestAsset(content.asset, content.reserves, content.evidence),
    listsDigest: digestAsset(content.asset, content.reserves),
  });
  return { asset: { ...built, files: [filesOf(id, content)] }, ...known };
}

function filesOf(id: string, { asset, reserves, evidence }: AssetFolderContent): AssetFiles {
  const files = { id, asset, reserves };
  return evidence && evidence.size > 0
    ? { ...files, evidence: Object.fromEntries(evidence) }
    : files;
}

/** Null where it cannot be told what the evidence should be about. */
function subjectOf(
  assetId: string,
  network: BitcoinNetwork | undefined | null,
  reserves: ReservesFileCheck | null,
): EvidenceSubject | null {
  if (!network || !reserves?.content) return null;
  const decoded = reserves.decoded.filter((one) => one !== null);
  return {
    assetId,
    network,
    custody: new Map(decoded.map(({ script, address }) => [script, address])),
  };
}
