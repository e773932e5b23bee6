import { redeemTokens } from '../redeemTokens.ts';
import type { Scenario } from '../scenario.ts';

/**
 * dbtc burns 25 tokens and pays for them at once: the newest Bitcoin block has the payment, the last
 * final block of the token chain does not have the burn yet, and who compares these two sees a
 * shortfall that never was. dbtc18 lost 4 BTC an hour ago, and a deposit of 6 BTC in the newest block,
 * for which nothing is minted yet, hides that from the same reader. Read at one moment, dbtc is backed
 * and dbtc18 is not.
 */
export const inflight: Scenario = {
  name: 'inflight',
  story:
    'dbtc burns 25 tokens and pays for them right away; dbtc18 lost 4 BTC an hour ago and gets a ' +
    'deposit of 6 BTC now. Who compares the newest blocks of both sides sees a shortfall that is ' +
    'none, and misses the one that is.',
  expected: { dbtc: 'backed', dbtc18: 'under-backed' },
  seconds: 7 * 600 + 61,
  naive: 'all outputs of the tip',
  prepare: async (world) => {
    const dbtc = world.asset('dbtc');
    const dbtc18 = world.asset('dbtc18');
    await dbtc18.payOut(dbtc18.addressesOf('p2wsh-multisig')[0] ?? '', 400_000_000n);
    await world.advance(7);
    await redeemTokens(dbtc, 31337, dbtc.addressesOf('p2wpkh')[1] ?? '', 2_500_000_000n);
    await dbtc18.receive([{ address: dbtc18.addressesOf('p2tr')[0] ?? '', sats: 600_000_000n }]);
    await world.advance(1, 60);
  },
};
