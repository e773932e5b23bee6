import { expect, it } from 'vitest';
import { describeFinality } from '../../../src/supply/finalityRule.ts';

it('puts a rule of finality into words', () => {
  expect(describeFinality({ kind: 'tag', tag: 'finalized' })).toBe('finalized');
  expect(describeFinality({ kind: 'tag', tag: 'safe' })).toBe('safe');
  expect(describeFinality({ kind: 'depth', blocks: 64 })).toBe('64 blocks deep');
  expect(describeFinality({ kind: 'depth', blocks: 1 })).toBe('1 block deep');
});
