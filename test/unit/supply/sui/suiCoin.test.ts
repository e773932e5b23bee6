import { describe, expect, it } from 'vitest';
import { isCoinType } from '../../../../src/supply/sui/suiCoin.ts';

const asked = '0x0041f9f9344cac094454cd574e333c4fdb132d7bcc9379bcd4aab485b2a63942::wbtc::WBTC';

describe('isCoinType', () => {
  it.each([
    asked,
    asked.replace('0x00', '0x'),
    asked.replace('0x', ''),
    asked.replace('0x0041f9f9', '0x0041F9F9'),
  ])('knows the type that was asked for in the spelling %s', (told) => {
    expect(isCoinType(told, asked)).toBe(true);
  });

  it.each([
    ['another address', asked.replace('942::', '943::')],
    [
      'an address without zeros that are digits of it',
      asked.replace('0x0041', '0x41').replace('942::', '94::'),
    ],
    ['an address that is too long', asked.replace('0x00', '0x000')],
    ['a module of another case', asked.replace('wbtc', 'Wbtc')],
    ['a name of another case', asked.replace('WBTC', 'wBTC')],
    ['a type within another', `0x2::coin::Coin<${asked}>`],
    ['no name', asked.replace('::WBTC', '')],
    ['nothing', ''],
  ])('takes %s for another coin', (_, told) => {
    expect(isCoinType(told, asked)).toBe(false);
  });
});
