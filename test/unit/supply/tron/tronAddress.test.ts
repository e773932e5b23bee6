import { describe, expect, it } from 'vitest';
import { TokenId } from '../../../../src/core/caip.ts';
import { checkTronAddress, encodeTronAddress } from '../../../../src/supply/tron/tronAddress.ts';
import { rejection } from '../../../support/rejection.ts';

// The address of the developers' documentation (https://developers.tron.network/docs/account).
const usdt = {
  base58: 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
  hex: 'a614f803b6fd780986a42c78ec9c7f77e6ded13c',
};

function check(address: string): void {
  checkTronAddress(TokenId(`tron:0x2b6653dc/trc20:${address}`), address);
}

describe('checkTronAddress', () => {
  it('takes base58check with the version 0x41', () => {
    expect(encodeTronAddress(Buffer.from(usdt.hex, 'hex'))).toBe(usdt.base58);
    expect(check(usdt.base58)).toBeUndefined();
    expect(check('TYhWwKpw43ENFWBTGpzLHn3882f2au7SMi')).toBeUndefined();
  });

  it.each([`41${usdt.hex}`, `0x41${usdt.hex}`, `0x${usdt.hex}`, `41${usdt.hex.toUpperCase()}`])(
    'refuses hex (%s), and says the base58',
    async (address) => {
      const error = await rejection(() => check(address));
      expect(error.code).toBe('TOKEN_ID_INVALID');
      expect(error.message).toMatch(/has an address in hex$/);
      expect(error.fix).toBe(`Write it in base58: ${usdt.base58}.`);
    },
  );

  it.each([
    [
      'a letter changed',
      'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u',
      'has an address with a wrong checksum',
    ],
    ['two letters less', usdt.base58.slice(0, -2), 'has no address of Tron'],
    ['signs that base58 has not', `${usdt.base58.slice(0, -1)}0`, 'has no address of Tron'],
    [
      "Bitcoin's",
      '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
      "has an address of another network's version",
    ],
  ])('refuses an address with %s', async (_, address, what) => {
    const error = await rejection(() => check(address));
    expect(error.code).toBe('TOKEN_ID_INVALID');
    expect(error.message).toBe(`tron:0x2b6653dc/trc20:${address} ${what}`);
  });
});
