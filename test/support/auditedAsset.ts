import { bitcoinNetworks } from '../../src/core/bitcoinNetwork.ts';
import { ChainId, TokenId } from '../../src/core/caip.ts';
import type { Asset } from '../../src/registry/asset.ts';

/** Where the tokens of `auditedAsset` lie. */
export const ethereum = ChainId('eip155:1');
const reference = '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
const regtest = bitcoinNetworks.find((network) => network.name === 'regtest');
if (!regtest) throw new Error('no regtest');

/** Two addresses and one token, two operators must agree, and no gap in the registry. */
export const auditedAsset: Asset = {
  id: 'tbtc',
  name: 'Test bitcoin',
  symbol: 'TBTC',
  issuer: 'Test',
  network: regtest,
  policy: {
    confirmations: 6,
    maxSkewSeconds: 900,
    maxAgeSeconds: 21_600,
    validForSeconds: 3600,
    quorum: 2,
    maxProofAgeDays: 90,
  },
  coverage: { status: 'complete', missing: [] },
  deployments: [
    {
      token: TokenId(`eip155:1/erc20:${reference}`),
      chain: ethereum,
      standard: 'erc20',
      reference,
      kind: 'canonical',
      decimals: 8,
      symbol: 'TBTC',
      provenance: [],
    },
  ],
  custody: ['51', '52'].map((script) => ({
    address: `bcrt1q${script}`,
    script,
    scriptType: 'p2tr',
    custodian: 'Test',
    provenance: [],
  })),
  digest: `0x${'0'.repeat(64)}`,
  listsDigest: `0x${'0'.repeat(64)}`,
};
