import type { Scenario } from '../scenario.ts';

/**
 * The custodian of dbtc spends 30 BTC of the reserves on something else, and burns nothing for it.
 * The payment is buried under seven blocks, so it is part of the audited state. dbtc is under-backed
 * by 30 BTC and the fee, less the surplus that was there; dbtc18 has nothing to do with it.
 */
export const shortfall: Scenario = {
  name: 'shortfall',
  story:
    'The custodian of dbtc spends 30 BTC of the reserves away and burns no token for it. ' +
    'The payment is buried under seven blocks.',
  expected: { dbtc: 'under-backed', dbtc18: 'backed' },
  seconds: 7 * 600,
  prepare: async (world) => {
    const dbtc = world.asset('dbtc');
    for (const type of ['p2wsh-multisig', 'p2wpkh'] as const) {
      await dbtc.payOut(dbtc.addressesOf(type)[1] ?? '', 1_500_000_000n);
    }
    await world.advance(7);
  },
};
