import type { Scenario } from '../scenario.ts';

/**
 * The issuer of dbtc18 mints 2.5 tokens on its second chain for which no coin was ever deposited. The
 * other chain and the reserves look as before, and each deployment by itself is smaller than the
 * reserves. Only the sum over both chains shows that dbtc18 is under-backed.
 */
export const overmint: Scenario = {
  name: 'overmint',
  story:
    'The issuer of dbtc18 mints 2.5 tokens on its second chain, and nobody deposited a coin for ' +
    'them. Each deployment alone is still smaller than the reserves; their sum is not.',
  expected: { dbtc: 'backed', dbtc18: 'under-backed' },
  seconds: 7 * 600 + 1,
  prepare: async (world) => {
    await world.asset('dbtc18').mint(31338, 2_500_000_000_000_000_001n);
    await world.advance(7);
  },
};
