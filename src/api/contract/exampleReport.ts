import type { Report } from '../../attest/report.ts';

const bitcoin = 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328';
const point = {
  chain: bitcoin,
  height: 210,
  hash: '4a1f0b6d6f3e2c9a7d5b8e01c2f4a6980d3b5c7e9f1a2b4c6d8e0f1a3b5c7d9e',
  time: 1_795_341_480,
};

const tokenPoint = {
  chain: 'eip155:31337',
  height: 42,
  hash: '0x9b1e6c4a2d8f0735e7c9a1b3d5f7092846a8c0e2f4163857a9cbed0f21436587',
  time: 1_795_341_472,
};
const token = 'eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3';
const copy = 'eip155:31338/erc20:0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512';

/** A small report, for the examples of openapi.yaml. */
export const exampleReport: Report = {
  schema: 'assay.report/1',
  asset: { id: 'dbtc', name: 'Demo BTC', symbol: 'dBTC' },
  verdict: 'backed',
  restsOnBounds: false,
  reasons: [],
  reserves: {
    sats: '150030000',
    atLeast: null,
    agreement: { operators: 1, of: 1 },
    disputes: [],
    complete: true,
    point,
    moment: { time: 1_795_341_474, doubtSeconds: 0, fromHeight: 205, toHeight: 215 },
    tip: {
      chain: bitcoin,
      height: 215,
      hash: '1c7e5a3f9b2d4860e1f3a5c7d9b0826495a7c3e1f0d2b4968a7c5e3f1d0b2a49',
      time: 1_795_341_570,
    },
    addresses: [
      {
        address: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080',
        sats: '100030000',
        utxos: 2,
        grade: 'proven',
      },
      {
        address: 'bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6',
        sats: '50000000',
        utxos: 1,
        grade: 'published',
      },
    ],
    utxos: 3,
    grades: {
      proven: { addresses: 1, sats: '100030000', ratio: '0.66686666' },
      derived: { addresses: 0, sats: '0', ratio: '0.00000000' },
      published: { addresses: 1, sats: '50000000', ratio: '0.33333333' },
      claimed: { addresses: 0, sats: '0', ratio: '0.00000000' },
    },
    observations: [
      {
        source: 'core+http://127.0.0.1:18443',
        operator: 'demo',
        kind: 'core',
        point,
        sats: '150030000',
        agrees: true,
      },
    ],
  },
  supply: {
    amount: '1500000000000000000',
    decimals: 18,
    atLeast: null,
    atMost: null,
    complete: true,
    deployments: [
      {
        token,
        symbol: 'dBTC',
        amount: '150000000',
        decimals: 8,
        point: tokenPoint,
        around: null,
        finality: 'finalized',
        skewSeconds: 2,
        agreement: { operators: 1, of: 1 },
        observations: [
          {
            source: 'http://127.0.0.1:8545',
            operator: 'demo',
            kind: 'evm',
            point: tokenPoint,
            amount: '150000000',
            agrees: true,
          },
        ],
      },
    ],
  },
  surplus: { amount: '300000000000000', decimals: 18 },
  ratio: '1.00020000',
  window: {
    fromHeight: 210,
    toHeight: 215,
    reserves: { lowestSats: '150030000', highestSats: '150030000' },
    supply: { lowest: '1500000000000000000', highest: '1500000000000000000', decimals: 18 },
    holdsAcrossWindow: true,
  },
  policy: {
    confirmations: 6,
    maxSkewSeconds: 900,
    maxAgeSeconds: 21_600,
    validForSeconds: 3600,
    quorum: 1,
    maxProofAgeDays: 90,
    pairing: 'aligned',
  },
  registryDigest: '0x3d1c5b7a9e8f60214d3c2b1a09f8e7d6c5b4a3928170f6e5d4c3b2a190807060',
  graph: {
    deployments: [
      {
        token,
        kind: 'canonical',
        lockbox: null,
        amount: '150000000',
        decimals: 8,
        point: tokenPoint,
        around: null,
      },
      {
        token: copy,
        kind: 'bridged',
        lockbox: 'demo-adapter',
        amount: '40000000',
        decimals: 8,
        point: {
          chain: 'eip155:31338',
          height: 37,
          hash: '0x2c8e4a6f0b1d3957e9c7a5b3d1f0284665a4c3e2f1d0b9887a6c5e4f3d2b1a09',
          time: 1_795_341_475,
        },
        around: null,
      },
    ],
    edges: [
      {
        lockbox: 'demo-adapter',
        contract: 'eip155:31337:0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0',
        locks: token,
        copies: [copy],
        locked: '400000000000000000',
        lockedPoint: tokenPoint,
        lockedAround: null,
        minted: '400000000000000000',
        surplus: '0',
        ratio: '1.00000000',
        verdict: 'backed',
        reason: '',
      },
    ],
  },
  claims: [],
  evidence: {
    schema: 'assay.evidence/1',
    digest: '0x9b1f3a5c7d9e0b2d4f6a8c0e1b3d5f7a9c1e3b5d7f9a0c2e4b6d8f0a1c3e5b7d',
  },
  observedAt: 1_795_341_600,
  validUntil: 1_795_345_200,
  notProven: ['That the custodian can still sign for these addresses.'],
};
