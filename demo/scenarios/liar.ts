import { hideLargestOutput } from '../hideLargestOutput.ts';
import type { Scenario } from '../scenario.ts';

/**
 * Three operators serve the same chains. Two are honest; mallory leaves the largest custody output out
 * of every answer, and adjusts the sum, so that by those figures both assets are under-backed. A quorum
 * of two outvotes mallory: both are backed, to the satoshi, and the report names the outpoint and who
 * says what of it. A quorum of three cannot be met, so that the answer is indeterminate, not short.
 */
export const liar: Scenario = {
  name: 'liar',
  story:
    'Three operators serve Bitcoin, and one of them, mallory, hides the largest custody output: ' +
    'by those figures alone both assets are short. Two must agree (--quorum 2), and mallory is ' +
    'outvoted; with --quorum 3 there is no answer but that they disagree.',
  expected: { dbtc: 'backed', dbtc18: 'backed' },
  seconds: 0,
  prepare: async () => {},
  operators: [
    { name: 'alice' },
    { name: 'bob' },
    { name: 'mallory', alterScan: hideLargestOutput },
  ],
  quorum: 2,
};
