import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { type TokenId, tokenIdParts } from '../core/caip.ts';
import type { Digest } from '../core/canonicalJson.ts';
import type { Asset, CustodyAddress, Deployment, Provenance } from './asset.ts';
import type { AssetFile } from './assetFile.ts';
import type { DecodedAddress } from './decodeAddress.ts';
import { parseToken } from './parseToken.ts';
import type { ReservesFile } from './reservesFile.ts';

/** What the two files of an asset say once they are checked. */
export interface CheckedFiles {
  readonly asset: AssetFile;
  readonly reserves: ReservesFile;
  readonly network: BitcoinNetwork;
  /** Per entry of `reserves.addresses`. */
  readonly decoded: readonly DecodedAddress[];
  readonly digest: Digest;
}

/** The asset that two checked files describe: references resolved, scripts derived. */
export function buildAsset({ asset, reserves, network, decoded, digest }: CheckedFiles): Asset {
  const { id, name, symbol, issuer, policy, coverage, disclosures, reviewBy, notes } = asset;
  return {
    id,
    name,
    symbol,
    issuer,
    network,
    policy,
    coverage,
    deployments: buildDeployments(asset),
    custody: buildCustody(reserves, decoded),
    ...(disclosures && { disclosures }),
    ...(reviewBy && { reviewBy }),
    ...(notes && { notes }),
    digest,
  };
}

function buildDeployments(asset: AssetFile): readonly Deployment[] {
  return asset.deployments.map(({ token: text, kind, decimals, symbol, provenance, note }) => {
    const token: TokenId = parseToken(text);
    return {
      token,
      ...tokenIdParts(token),
      kind,
      decimals,
      symbol: symbol ?? asset.symbol,
      provenance: pickSources(asset.sources, provenance),
      ...(note && { note }),
    };
  });
}

function buildCustody(
  { addresses, sources }: ReservesFile,
  decoded: readonly DecodedAddress[],
): readonly CustodyAddress[] {
  return decoded.flatMap(({ address, script, scriptType }, index) => {
    const entry = addresses[index];
    if (!entry) return [];
    const { custodian, provenance, since, until, note } = entry;
    return {
      address,
      script,
      scriptType,
      custodian,
      provenance: pickSources(sources, provenance),
      ...(since && { since }),
      ...(until && { until }),
      ...(note && { note }),
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
