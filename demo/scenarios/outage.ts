import type { Scenario } from '../scenario.ts';

/**
 * The node of the second token chain dies at the moment at which its supply is read. dbtc does not
 * need that chain and is backed as before. For dbtc18 the reserves and one of two supplies are known
 * and shown, but there is no sum and no verdict: indeterminate, neither backed nor short.
 */
export const outage: Scenario = {
  name: 'outage',
  story:
    'The node of the second token chain dies while its supply is being read. What could be ' +
    'established is shown; what could not is unknown, and unknown is not zero.',
  expected: { dbtc: 'backed', dbtc18: 'indeterminate' },
  seconds: 0,
  prepare: async () => {},
  interruption: {
    node: 31338,
    method: 'eth_call',
    when: 'before',
    act: ({ devnet }) => devnet.anvil(31338).kill(),
  },
};
