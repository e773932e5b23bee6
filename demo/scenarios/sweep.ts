import type { Scenario } from '../scenario.ts';

/**
 * In the three newest blocks both custodians move every coin that they have to other custody
 * addresses of theirs. The audited block lies below that, so the reserves are what they were, to the
 * satoshi; the fees show only in the window. A reader who counts the outputs of the tip that have six
 * confirmations finds none at all.
 */
export const sweep: Scenario = {
  name: 'sweep',
  story:
    'In the newest blocks both custodians move all their coins to other custody addresses of ' +
    'theirs. The audited block lies below: the reserves there are what they were, to the satoshi.',
  expected: { dbtc: 'backed', dbtc18: 'backed' },
  seconds: 3 * 600,
  naive: 'confirmed outputs of the tip',
  prepare: async (world) => {
    const dbtc = world.asset('dbtc');
    const half = dbtc.addresses.length / 2;
    const [before, after] = [dbtc.addresses.slice(0, half), dbtc.addresses.slice(half)];
    await dbtc.sweep(after, before);
    await world.advance(1);
    await dbtc.sweep(before, after);
    const dbtc18 = world.asset('dbtc18');
    await dbtc18.sweep(dbtc18.addresses, dbtc18.addresses.slice(0, 2));
    await world.advance(2);
  },
};
