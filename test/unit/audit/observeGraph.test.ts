import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../src/attest/checkReport.ts';
import { auditAsset } from '../../../src/audit/auditAsset.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { ChainId, TokenId, tokenIdParts } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { Asset, Deployment, LockboxPolicy } from '../../../src/registry/asset.ts';
import { parseContract } from '../../../src/registry/parseContract.ts';
import { type SupplyScript, scriptBitcoin, scriptSupply } from '../../support/scriptedSources.ts';

const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
if (!network) throw new Error('there is no regtest network');
const home = ChainId('eip155:1');
const away = ChainId('eip155:10');
const token = TokenId(`${home}/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599`);
const copy = TokenId(`${away}/erc20:0x68f180fcCe6836688e9084f035309E29Bf0A2095`);

function assetWith(policy?: LockboxPolicy): Asset {
  if (!network) throw new Error('there is no regtest network');
  const lockbox = {
    key: 'bridge',
    contract: parseContract(`${home}:0x52908400098527886E0F7030069857D2E4169EE7`),
    kind: 'canonical-bridge' as const,
    locks: token,
    provenance: [],
    ...(policy && { policy }),
  };
  const common = { decimals: 8, symbol: 'T', provenance: [] };
  const deployments: Deployment[] = [
    { token, ...tokenIdParts(token), kind: 'canonical', ...common },
    { token: copy, ...tokenIdParts(copy), kind: 'bridged', lockbox, ...common },
  ];
  return {
    id: 'tbtc',
    name: 'Test',
    symbol: 'T',
    issuer: 'Test',
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
    deployments,
    lockboxes: [lockbox],
    custody: [
      { address: 'a', script: '51', scriptType: 'p2tr', custodian: 'Test', provenance: [] },
    ],
    digest: `0x${'0'.repeat(64)}`,
    listsDigest: `0x${'0'.repeat(64)}`,
  };
}

/** Block 5,000 of each chain belongs to the audited Bitcoin block. */
async function readEdge(
  change: { readonly held?: SupplyScript['held']; readonly copied?: SupplyScript['amount'] },
  policy?: LockboxPolicy,
) {
  const asset = assetWith(policy);
  const bitcoin = [scriptBitcoin(asset, { operator: 'a', holdings: () => 100n })];
  const held = 'held' in change ? change.held : () => 40n;
  const supply = [
    scriptSupply(home, { operator: 'x', amount: () => 100n, ...(held && { held }) }),
    scriptSupply(away, { operator: 'y', amount: change.copied ?? (() => 40n) }),
  ];
  const clock = () => UnixTime(65_000);
  const pause = async () => {};
  const report = await auditAsset(asset, { graph: true }, { bitcoin, supply, clock, pause });
  expect(report.verdict).toBe('backed');
  expect(() => checkReport(report)).not.toThrow();
  const [edge] = report.graph?.edges ?? [];
  if (!edge) throw new Error('there is no edge');
  return edge;
}

describe('the backing graph of an audit', () => {
  it('holds what lies in a lockbox against what is minted, at one moment', async () => {
    const edge = await readEdge({
      held: (height) => (height === 5000 ? 40n : 0n),
      copied: (height) => (height === 5000 ? 40n : 99n),
    });
    expect(edge).toMatchObject({
      lockbox: 'bridge',
      locks: token,
      copies: [copy],
      surplus: '0',
      ratio: '1.00000000',
      verdict: 'backed',
    });
  });

  it('finds a shortfall at the edge, and leaves the asset backed', async () => {
    const edge = await readEdge({ copied: () => 41n });
    expect(edge).toMatchObject({
      verdict: 'under-backed',
      surplus: (-1n * 10n ** 10n).toString(),
      ratio: '0.97560975',
    });
  });

  it('takes a shortfall within the policy for messages under way if it is new', async () => {
    const policy = { toleranceUnits: '1', durationSeconds: 600 };
    const copied = (height: number) => (height >= 4990 ? 41n : 40n);
    expect(await readEdge({ copied }, policy)).toMatchObject({ verdict: 'in-flight' });
  });

  it('takes none that is as old as the policy allows, nor one that is too large', async () => {
    const policy = { toleranceUnits: '1', durationSeconds: 600 };
    expect(await readEdge({ copied: () => 41n }, policy)).toMatchObject({
      verdict: 'under-backed',
    });
    const copied = (height: number) => (height >= 4990 ? 42n : 40n);
    expect(await readEdge({ copied }, policy)).toMatchObject({ verdict: 'under-backed' });
  });

  it('does not know what no source can tell', async () => {
    const edge = await readEdge({ held: undefined });
    expect(edge).toMatchObject({ verdict: 'unknown', locked: null, surplus: null, ratio: null });
  });
});
