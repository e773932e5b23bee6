import type { Asset, Deployment } from '../registry/asset.ts';
import type { AssetDetail, AssetSummary } from './schemas/asset.ts';

/** An asset in a list. */
export function describeAssetBriefly(asset: Asset): AssetSummary {
  const url = `/v1/assets/${asset.id}`;
  return {
    id: asset.id,
    name: asset.name,
    symbol: asset.symbol,
    issuer: asset.issuer,
    url,
    backingUrl: `${url}/backing`,
    badgeUrl: `${url}/badge.svg`,
  };
}

/** An asset as the registry has it, its custody addresses but for their number. */
export function describeAsset(asset: Asset): AssetDetail {
  return {
    ...describeAssetBriefly(asset),
    network: { name: asset.network.name, chain: asset.network.chain },
    policy: { ...asset.policy },
    coverage: {
      status: asset.coverage.status,
      missing: asset.coverage.missing.map((gap) => ({ ...gap })),
    },
    deployments: asset.deployments.map(describeDeployment),
    custodyAddresses: asset.custody.length,
    registryDigest: asset.digest,
  };
}

/** A deployment with its provenance. */
export function describeDeployment(deployment: Deployment): AssetDetail['deployments'][number] {
  const { token, chain, standard, reference, kind, decimals, symbol, note } = deployment;
  const { lockbox, provenance } = deployment;
  return {
    token,
    chain,
    standard,
    reference,
    kind,
    decimals,
    symbol,
    ...(lockbox && { lockbox: lockbox === 'unknown' ? lockbox : lockbox.contract }),
    provenance: provenance.map((one) => ({ ...one })),
    ...(note && { note }),
  };
}
