import { encodeAbiParameters, type Hex, stringToHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { decodeSymbol } from '../../../../src/supply/evm/decodeSymbol.ts';

const abiString = (text: string) => encodeAbiParameters([{ type: 'string' }], [text]);
const word = (value: number): string => value.toString(16).padStart(64, '0');

describe('decodeSymbol', () => {
  it.each(['WBTC', 'x', '₿TC', 'a symbol of more than thirty-two bytes in length'])(
    'reads %s as an ABI string',
    (symbol) => {
      expect(decodeSymbol(abiString(symbol))).toBe(symbol);
    },
  );

  it('reads the bytes32 of old tokens', () => {
    expect(decodeSymbol(stringToHex('MKR', { size: 32 }))).toBe('MKR');
    expect(decodeSymbol(stringToHex('x'.repeat(32)))).toBe('x'.repeat(32));
  });

  it.each<[string, Hex]>([
    ['a bytes32 with text after its end', `0x4d4b5200${'00'.repeat(27)}41`],
    ['a bytes32 that is no UTF-8', `0xff${'00'.repeat(31)}`],
    ['a string that is no UTF-8', `0x${word(32)}${word(1)}ff${'00'.repeat(31)}`],
    ['a string longer than the data', `0x${word(32)}${word(33)}${'41'.repeat(32)}`],
    ['a string of impossible length', `0x${word(32)}${'ff'.repeat(32)}`],
    ['an offset beyond the data', `0x${word(4096)}${word(1)}`],
    ['a few bytes', '0x574254'],
    ['nothing', '0x'],
  ])('refuses %s', (_, data) => {
    expect(decodeSymbol(data)).toBeUndefined();
  });
});
