import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { type TokenId, tokenIdParts } from '../core/caip.ts';
import type { Digest } from '../core/canonicalJson.ts';
import type {
  Asset,
  ControlContract,
  ControlEvidence,
  CustodyAddress,
  Deployment,
  Feed,
  LiabilityFormula,
  Lockbox,
  Provenance,
} from './asset.ts';
import type { AssetFile } from './assetFile.ts';
import type { DecodedAddress } from './decodeAddress.ts';
import type { LiabilityEntry } from './liabilityEntry.ts';
import { unknownLockbox } from './lockboxEntry.ts';
import { parseContract } from './parseContract.ts';
import { parseToken } from './parseToken.ts';
import type { ReservesFile } from './reservesFile.ts';

/** What the files of an asset say once they are checked. */
export interface CheckedFiles {
  readonly asset: AssetFile;
  readonly reserves: ReservesFile;
  readonly network: BitcoinNetwork;
  /** Per entry of `reserves.addresses`. */
  readonly decoded: readonly DecodedAddress[];
  /** By address. */
  readonly evidence: ReadonlyMap<string, readonly ControlEvidence[]>;
  readonly digest: Digest;
  readonly listsDigest: Digest;
}

/** The asset that checked files describe: references resolved, scripts derived. */
export function buildAsset(files: CheckedFiles): Asset {
  const { asset, network, digest, listsDigest } = files;
  const { id, name, symbol, issuer, policy, coverage, pool, discovery } = asset;
  const { disclosures, reviewBy, notes } = asset;
  const lockboxes = buildLockboxes(asset);
  return {
    id,
    name,
    symbol,
    issuer,
    network,
    policy,
    coverage,
    deployments: buildDeployments(asset, lockboxes),
    custody: buildCustody(files),
    ...(pool && { pool }),
    ...(lockboxes.length > 0 && { lockboxes }),
    ...(asset.liability && { liability: buildLiability(asset, asset.liability) }),
    ...(asset.feeds && { feeds: buildFeeds(asset, asset.feeds) }),
    ...(asset.control && { control: buildControl(asset, asset.control) }),
    ...(discovery && { discovery }),
    ...(disclosures && { disclosures }),
    ...(reviewBy && { reviewBy }),
    ...(notes && { notes }),
    digest,
    listsDigest,
  };
}

function buildDeployments(asset: AssetFile, lockboxes: readonly Lockbox[]): readonly Deployment[] {
  return asset.deployments.map((entry) => {
    const { token: text, kind, decimals, symbol, supplySlot, provenance, note } = entry;
    const token: TokenId = parseToken(text);
    const lockbox =
      entry.lockbox === unknownLockbox
        ? unknownLockbox
        : lockboxes.find(({ key }) => key === entry.lockbox);
    return {
      token,
      ...tokenIdParts(token),
      kind,
      decimals,
      symbol: symbol ?? asset.symbol,
      ...(lockbox && { lockbox }),
      ...(supplySlot !== undefined && { supplySlot }),
      provenance: pickSources(asset.sources, provenance),
      ...(note && { note }),
    };
  });
}

function buildLockboxes({ lockboxes, sources }: AssetFile): readonly Lockbox[] {
  return Object.entries(lockboxes ?? {}).map(([key, entry]) => ({
    key,
    contract: parseContract(entry.contract),
    kind: entry.kind,
    ...(entry.locks && { locks: parseToken(entry.locks) }),
    ...(entry.policy && { policy: entry.policy }),
    provenance: pickSources(sources, entry.provenance),
    ...(entry.note && { note: entry.note }),
  }));
}

function buildLiability(
  { sources }: AssetFile,
  { exclude, rates }: LiabilityEntry,
): LiabilityFormula {
  return {
    exclude: exclude.map(({ token, provenance, note, ...entry }) => ({
      ...entry,
      token: parseToken(token),
      provenance: pickSources(sources, provenance),
      ...(note && { note }),
    })),
    rates: (rates ?? []).map(({ tokens, feed, provenance }) => ({
      tokens: tokens.map(parseToken),
      feed: parseContract(feed),
      provenance: pickSources(sources, provenance),
    })),
  };
}

function buildFeeds(
  { sources }: AssetFile,
  feeds: NonNullable<AssetFile['feeds']>,
): readonly Feed[] {
  return feeds.map(({ contract, provenance, ...feed }) => ({
    ...feed,
    contract: parseContract(contract),
    provenance: pickSources(sources, provenance),
  }));
}

function buildControl(
  { sources }: AssetFile,
  control: NonNullable<AssetFile['control']>,
): readonly ControlContract[] {
  return control.map(({ contract, provenance, ...entry }) => ({
    ...entry,
    contract: parseContract(contract),
    provenance: pickSources(sources, provenance),
  }));
}

function buildCustody({
  reserves: { addresses, sources },
  decoded,
  evidence,
}: CheckedFiles): readonly CustodyAddress[] {
  return decoded.flatMap(({ address, script, scriptType }, index) => {
    const entry = addresses[index];
    if (!entry) return [];
    const { custodian, provenance, since, until, note } = entry;
    const shown = evidence.get(address);
    return {
      address,
      script,
      scriptType,
      custodian,
      provenance: pickSources(sources, provenance),
      ...(since && { since }),
      ...(until && { until }),
      ...(note && { note }),
      ...(shown && { evidence: shown }),
    };
  });
}

/** The sources themselves, not copies: ten thousand addresses may share one. */
function pickSources(
  sources: Readonly<Record<string, Provenance>>,
  keys: readonly string[],
): readonly Provenance[] {
  return keys.flatMap((key) => sources[key] ?? []);
}
