import { privateKeyToAccount } from 'viem/accounts';
import { hashStatement } from '../../src/attest/hashStatement.ts';
import type { Report } from '../../src/attest/report.ts';
import { signReport } from '../../src/attest/signReport.ts';
import { bitcoinNetworks } from '../../src/core/bitcoinNetwork.ts';
import { TokenId, tokenIdParts } from '../../src/core/caip.ts';
import type { Asset, Deployment, Provenance, Registry } from '../../src/registry/asset.ts';
import type { StoredAttestation } from '../../src/store/attestationStore.ts';
import { type SampleFigures, sampleReport } from './sampleReport.ts';

/** Signs in tests and nowhere else. */
export const testAccount = privateKeyToAccount(`0x${'11'.repeat(32)}`);

/** A key that no test trusts. */
export const otherAccount = privateKeyToAccount(`0x${'22'.repeat(32)}`);

/** A report, signed and with its id, as a store keeps it. */
export async function signStored(report: Report): Promise<StoredAttestation> {
  const attestation = await signReport(report, testAccount);
  return {
    id: hashStatement(attestation.statement),
    assetId: report.asset.id,
    attestation,
  };
}

/** The sample report with other figures, and of another asset, signed. */
export function signSample(
  changes: Partial<SampleFigures> = {},
  assetId = 'dbtc',
): Promise<StoredAttestation> {
  const report = sampleReport(changes);
  return signStored({ ...report, asset: { ...report.asset, id: assetId } });
}

const provenance: readonly Provenance[] = [
  {
    kind: 'published',
    by: 'Demo Custody',
    source: 'https://custody.example/addresses',
    date: '2026-01-02',
  },
];

/** The registry's side of a report: its addresses, but for the last, and its deployments. */
export function assetOf({ asset, reserves, supply }: Report): Asset {
  const network = bitcoinNetworks.find(({ chain }) => chain === reserves.point?.chain);
  if (!network) throw new Error('the report names no Bitcoin block');
  return {
    ...asset,
    issuer: 'Demo issuer',
    network,
    policy: {
      confirmations: 6,
      maxSkewSeconds: 3600,
      maxAgeSeconds: 21_600,
      validForSeconds: 86_400,
      quorum: 1,
      maxProofAgeDays: 90,
    },
    coverage: { status: 'complete', missing: [] },
    deployments: supply.deployments.map(({ token, symbol, decimals }): Deployment => {
      const parts = tokenIdParts(TokenId(token));
      return { ...parts, token: TokenId(token), kind: 'canonical', symbol, decimals, provenance };
    }),
    custody: reserves.addresses.slice(0, -1).map(({ address }) => ({
      address,
      script: '00',
      scriptType: 'p2wpkh',
      custodian: 'Demo Custody',
      provenance,
    })),
    digest: `0x${'ab'.repeat(32)}`,
    listsDigest: `0x${'ab'.repeat(32)}`,
  };
}

/** A registry of these assets. */
export function registryOf(...assets: readonly Asset[]): Registry {
  return {
    assets: new Map(assets.map((asset) => [asset.id, asset])),
    digest: `0x${'cd'.repeat(32)}`,
  };
}
