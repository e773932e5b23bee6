import { buildStatement } from '../../attest/buildStatement.ts';
import { hashStatement } from '../../attest/hashStatement.ts';
import { AssayError } from '../../core/assayError.ts';
import { bitcoinNetworks } from '../../core/bitcoinNetwork.ts';
import { ChainId, TokenId } from '../../core/caip.ts';
import { formatTime, UnixTime } from '../../core/unixTime.ts';
import type { Asset, Provenance } from '../../registry/asset.ts';
import type { StoredAttestation } from '../../store/attestationStore.ts';
import { badgeText, renderBadge } from '../badge.ts';
import { describeAsset, describeAssetBriefly, describeDeployment } from '../describeAsset.ts';
import { describeBacking } from '../describeBacking.ts';
import { describeEdgeOf, describeGraph } from '../describeGraph.ts';
import { describeReserves } from '../describeReserves.ts';
import { tokenUnknown } from '../errors.ts';
import { toProblem } from '../problem.ts';
import { shieldsBadge } from '../shieldsBadge.ts';
import { exampleReport } from './exampleReport.ts';

/** By the first key of anvil, which everybody has. */
const signer = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
const signature =
  '0x6188a429d19adf8bae49a409f3f294f88c0fbdf0746eec58133113c6afb8bab90f5d5264943fa1023091053c918ada296d6acc40902e50372d17e02cd816104d1b';

export type ApiExamples = ReturnType<typeof buildExamples>;

/**
 * The examples of openapi.yaml, made by the code that makes the answers, from one attestation that
 * verifies.
 */
export function buildExamples() {
  const stored = exampleAttestation();
  const asset = exampleAsset();
  const now = UnixTime(exampleReport.observedAt + 90);
  const backing = describeBacking(stored, now);
  const [deployment] = asset.deployments.map(describeDeployment);
  if (!deployment) throw new AssayError('INTERNAL_ERROR', { message: 'no example deployment' });
  const { chain, reference: address, token } = deployment;
  const edge = describeEdgeOf(token, exampleReport);
  const tokenBacking = { token, asset: exampleReport.asset, deployment, backing, edge };
  const other = { chain: 'eip155:1', address: '0x000000000000000000000000000000000000dEaD' };
  const { requestId: _requestId, ...problem } = toProblem(
    tokenUnknown(other.chain, other.address),
    '',
  );
  const text = badgeText(stored, now);
  return {
    stored,
    backing,
    reserves: describeReserves(asset, stored, now),
    graph: describeGraph(stored, now),
    asset: describeAsset(asset),
    assets: { assets: [describeAssetBriefly(asset)], registryDigest: exampleReport.registryDigest },
    token: tokenBacking,
    lookup: {
      tokens: [
        { found: true, chain, address, ...tokenBacking },
        { found: false, ...other, problem },
      ],
    },
    badge: shieldsBadge(text),
    badgeImage: renderBadge(text, asset.id),
    keys: { keys: [{ address: signer }] },
    verification: {
      verifies: true,
      id: stored.id,
      signer,
      asset: asset.id,
      verdict: exampleReport.verdict,
      observedAt: exampleReport.observedAt,
      observedAtIso: formatTime(UnixTime(exampleReport.observedAt)),
      validUntil: exampleReport.validUntil,
      validUntilIso: formatTime(UnixTime(exampleReport.validUntil)),
      notProven: exampleReport.notProven,
    },
  };
}

function exampleAttestation(): StoredAttestation {
  const statement = buildStatement(exampleReport);
  return {
    id: hashStatement(statement),
    assetId: exampleReport.asset.id,
    attestation: {
      schema: 'assay.attestation/1',
      statement,
      signature,
      signer,
      report: exampleReport,
    },
  };
}

function exampleAsset(): Asset {
  const provenance: readonly Provenance[] = [
    {
      kind: 'published',
      by: 'Demo Custody',
      source: 'https://example.org/reserves',
      date: '2026-11-22',
    },
  ];
  const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
  if (!network) throw new AssayError('INTERNAL_ERROR', { message: 'regtest is not known' });
  const custodian = 'Demo Custody';
  return {
    id: exampleReport.asset.id,
    name: exampleReport.asset.name,
    symbol: exampleReport.asset.symbol,
    issuer: 'Demo',
    network,
    policy: {
      confirmations: 6,
      maxSkewSeconds: 900,
      maxAgeSeconds: 21_600,
      validForSeconds: 3600,
      quorum: 1,
      maxProofAgeDays: 90,
    },
    coverage: { status: 'complete', missing: [] },
    deployments: [
      {
        token: TokenId('eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3'),
        chain: ChainId('eip155:31337'),
        standard: 'erc20',
        reference: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
        kind: 'canonical',
        decimals: 8,
        symbol: 'dBTC',
        provenance,
      },
    ],
    custody: [
      {
        address: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080',
        script: '0014751e76e8199196d454941c45d1b3a323f1433bd6',
        scriptType: 'p2wpkh',
        custodian,
        provenance,
      },
      {
        address: 'bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6',
        script: '512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
        scriptType: 'p2tr',
        custodian,
        provenance,
      },
    ],
    digest: '0x3d1c5b7a9e8f60214d3c2b1a09f8e7d6c5b4a3928170f6e5d4c3b2a190807060',
    listsDigest: '0x3d1c5b7a9e8f60214d3c2b1a09f8e7d6c5b4a3928170f6e5d4c3b2a190807060',
  };
}
