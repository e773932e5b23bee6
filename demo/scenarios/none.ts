import type { Scenario } from '../scenario.ts';

/**
 * Nothing happens. Both issuers hold a little more than they owe, since they keep a fee of each
 * deposit and redemption. Both are backed.
 */
export const none: Scenario = {
  name: 'none',
  story: 'Nothing special happens: both issuers hold a little more than they owe.',
  expected: { dbtc: 'backed', dbtc18: 'backed' },
  seconds: 0,
  prepare: async () => {},
};
