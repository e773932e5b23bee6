import type { Challenge } from '../../src/control/challenge.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import { mainnet } from './networks.ts';

export const sampleChallenge: Challenge = {
  assetId: 'wbtc',
  registryDigest: `0x${'ab'.repeat(32)}`,
  bitcoinPoint: {
    chain: mainnet.chain,
    height: 900_000,
    hash: `${'00'.repeat(8)}${'cd'.repeat(24)}`,
  },
  nonce: '0f'.repeat(16),
  date: UnixTime(Date.parse('2026-11-20T12:00:00Z') / 1000),
};
