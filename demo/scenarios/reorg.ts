import { redeemTokens } from '../redeemTokens.ts';
import type { Scenario } from '../scenario.ts';

/**
 * dbtc burns 20 tokens and pays for them in the block that is about to be audited. As soon as the
 * audit has read the UTXO set, the eight newest blocks are replaced by nine others that do not have
 * the payment. The audit has to see that its block is gone and answer wholly on the new chain, where
 * the 20 coins are still there while the tokens are burnt: backed, with a larger surplus.
 */
export const reorg: Scenario = {
  name: 'reorg',
  story:
    'While the audit runs, the eight newest Bitcoin blocks are replaced by nine others, and a ' +
    'payment of 20 BTC that the audited block held is undone. An answer must not mix both chains.',
  expected: { dbtc: 'backed', dbtc18: 'backed' },
  seconds: 6 * 600 + 10,
  prepare: async (world) => {
    const dbtc = world.asset('dbtc');
    await redeemTokens(dbtc, 31337, dbtc.addressesOf('p2wpkh')[1] ?? '', 2_000_000_000n);
    await world.advance(6);
  },
  interruption: {
    node: 'bitcoin',
    method: 'scantxoutset',
    when: 'after',
    act: async (world) => {
      await world.reorganise(8);
    },
  },
};
