import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../src/core/assayError.ts';
import { parseToken } from '../../../src/registry/parseToken.ts';
import { rejection } from '../../support/rejection.ts';

const wbtc = '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
const move = `0x${'0a'.repeat(32)}`;

function codeOf(text: string): string {
  try {
    parseToken(text);
    return 'accepted';
  } catch (thrown) {
    return thrown instanceof AssayError ? thrown.code : 'foreign';
  }
}

describe('parseToken', () => {
  it.each([
    `eip155:1/erc20:${wbtc}`,
    'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:5XZw2LKTyrfvfiskJ78AMpackRjPcyCif1WhUsPDuVqQ',
    'tron:0x2b6653dc/trc20:TYhWwKpw43ENFWBTGpzLHn3882f2au7SMi',
    `sui:mainnet/coin:${move}%3A%3Axbtc%3A%3AXBTC`,
    `aptos:1/coin:${move}%3A%3Aw%5Fbtc%3A%3AW2`,
    `aptos:1/fungible:${move}`,
    'cosmos:osmosis-1/denom:factory%2Fosmo1abc%2Fwbtc',
    `cosmos:osmosis-1/denom:ibc%2F${'0AF9'.repeat(16)}`,
    'starknet:SN_MAIN/erc20:0x03fe2b97c1fd336e750087d68b9b867997fd64a2661ff3ca5a7c771641e8e7ac',
    'stacks:1/sip10:SM3VDXK3WZZSA84XXFKAFAF15NNZX32CTSG82JFQ4.sbtc-token',
    'eip155:30/slip44:137',
    'tezos:NetXdQprcVkpaWU/fa12:KT1PWx2mnDueood7fEmfbBDKx1D9BAnnXitn',
  ])('takes %s', (text) => {
    expect(parseToken(text)).toBe(text);
  });

  it.each([
    ['what is not CAIP-19', 'eip155:1'],
    ['an EVM address in small letters', `eip155:1/erc20:${wbtc.toLowerCase()}`],
    ['an EVM address with a wrong checksum', `eip155:1/erc20:${wbtc.replace('FAC', 'FaC')}`],
    ['an EVM address that is too short', 'eip155:1/erc20:0x2260'],
    ['the zero address', `eip155:1/erc20:0x${'0'.repeat(40)}`],
    ['a chain id with a leading zero', `eip155:01/erc20:${wbtc}`],
    ['a chain id in hex', `eip155:0x1/erc20:${wbtc}`],
    [
      'a cluster of Solana by its name',
      'solana:mainnet/token:5XZw2LKTyrfvfiskJ78AMpackRjPcyCif1WhUsPDuVqQ',
    ],
    ['a network of Sui in capitals', `sui:Mainnet/coin:${move}%3A%3Ax%3A%3AX`],
    ['a network of Aptos by its name', `aptos:mainnet/fungible:${move}`],
    ['Tron by its name', 'tron:mainnet/trc20:TYhWwKpw43ENFWBTGpzLHn3882f2au7SMi'],
    ['a Cosmos chain with an underscore', 'cosmos:kava_2222-10/denom:ukava'],
    ['a standard that holds no amounts', `eip155:1/erc721:${wbtc}`],
    [
      'a Solana mint of 31 bytes',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:5XZw2LKTyrfvfiskJ78AMpackRjPcyCif1WhUsPDu',
    ],
    [
      'a Solana mint outside of base58',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:0XZw2LKTyrfvfiskJ78AMpackRjPcyCif1WhUsPDuVqQ',
    ],
    [
      'a Tron address with a wrong checksum',
      'tron:0x2b6653dc/trc20:TYhWwKpw43ENFWBTGpzLHn3882f2au7SMj',
    ],
    ['a Bitcoin address on Tron', 'tron:0x2b6653dc/trc20:1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH'],
    ['a shortened Sui package', 'sui:mainnet/coin:0x2%3A%3Asui%3A%3ASUI'],
    ['a Sui type encoded in another way', `sui:mainnet/coin:${move}%3a%3axbtc%3a%3aXBTC`],
    ['a broken percent encoding', `sui:mainnet/coin:${move}%zz`],
    [
      'a Sui package in capitals',
      `sui:mainnet/coin:${move.toUpperCase().replace('0X', '0x')}%3A%3Ax%3A%3AX`,
    ],
    ['an Aptos object that is too short', 'aptos:1/fungible:0xa'],
    ['a Cosmos denomination of one letter', 'cosmos:osmosis-1/denom:u'],
    [
      'a Stacks deployer with a wrong checksum',
      'stacks:1/sip10:SM3VDXK3WZZSA84XXFKAFAF15NNZX32CTSG82JFQ5.sbtc-token',
    ],
    ['an IBC hash in small letters', `cosmos:osmosis-1/denom:ibc%2F${'0af9'.repeat(16)}`],
    ['an IBC hash that is too short', `cosmos:osmosis-1/denom:ibc%2F${'0AF9'.repeat(15)}`],
    ['a coin type with a leading zero', 'eip155:30/slip44:0137'],
    ['a Starknet address above the field', `starknet:SN_MAIN/erc20:0xf${'0'.repeat(63)}`],
  ])('refuses %s', (_, text) => {
    expect(codeOf(text)).toBe('REGISTRY_TOKEN_INVALID');
  });

  // The address of https://developers.tron.network/docs/account, in every form that Tron's tools write.
  const usdt = 'a614f803b6fd780986a42c78ec9c7f77e6ded13c';
  it.each([usdt, `41${usdt}`, `0x41${usdt}`, `0x${usdt}`, `41${usdt.toUpperCase()}`])(
    'names the base58 of a Tron address in hex (%s)',
    async (hex) => {
      const { code, message } = await rejection(() => parseToken(`tron:0x2b6653dc/trc20:${hex}`));
      expect(code).toBe('REGISTRY_TOKEN_INVALID');
      expect(message).toMatch(
        /has a Tron address in hex; write it in base58, TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t$/,
      );
    },
  );

  it.each([
    ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u', 'has a Tron address with a wrong checksum'],
    ['tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t', 'has no Tron address in base58'],
    ['1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH', "its version byte is another network's"],
    [`41${usdt}00`, 'has no Tron address in base58'],
  ])('tells what is wrong with the Tron address %s', async (address, what) => {
    const { message } = await rejection(() => parseToken(`tron:0x2b6653dc/trc20:${address}`));
    expect(message).toContain(what);
  });

  it.each([
    ['sui:mainnet/coin:0x2%3A%3Asui%3A%3ASUI', `0x${'2'.padStart(64, '0')}%3A%3Asui%3A%3ASUI`],
    [`sui:mainnet/coin:${move.slice(2)}%3A%3Ax%3A%3AX`, `${move}%3A%3Ax%3A%3AX`],
    [`sui:mainnet/coin:0x${move.slice(3)}%3A%3Ax%3A%3AX`, `${move}%3A%3Ax%3A%3AX`],
    [`sui:mainnet/coin:0X${move.slice(2).toUpperCase()}%3A%3Ax%3A%3AX`, `${move}%3A%3Ax%3A%3AX`],
    [`aptos:1/fungible:0x${move.slice(3)}`, move],
    [`aptos:1/fungible:${move.toUpperCase()}`, move],
    [`aptos:1/coin:${move}%3a%3ax%3a%3aX`, `${move}%3A%3Ax%3A%3AX`],
    ['cosmos:osmosis-1/denom:factory%2fosmo1abc%2fwbtc', 'factory%2Fosmo1abc%2Fwbtc'],
    [
      'cosmos:osmosis-1/denom:factory/osmo1abc/my_btc',
      'cosmos:osmosis-1/denom:factory%2Fosmo1abc%2Fmy%5Fbtc',
    ],
    [`sui:mainnet/coin:${move}::x::X`, `sui:mainnet/coin:${move}%3A%3Ax%3A%3AX`],
  ])('refuses %s, and says how to write it', async (text, right) => {
    const { code, message } = await rejection(() => parseToken(text));
    expect(code).toBe('REGISTRY_TOKEN_INVALID');
    expect(message.endsWith(` ${right}`)).toBe(true);
  });

  it('keeps the case of module and name, which is part of a coin type', () => {
    const texts = ['xbtc%3A%3AXBTC', 'XBTC%3A%3Axbtc'].map(
      (name) => `sui:mainnet/coin:${move}%3A%3A${name}`,
    );
    expect(texts.map(parseToken)).toEqual(texts);
  });

  it('refuses Tron by the decimal number of its CAIP-2 profile, which would be a second writing', async () => {
    const token = 'trc20:TYhWwKpw43ENFWBTGpzLHn3882f2au7SMi';
    const { code, message } = await rejection(() => parseToken(`tron:728126428/${token}`));
    expect(code).toBe('REGISTRY_TOKEN_INVALID');
    expect(message.endsWith('; write tron:0x2b6653dc')).toBe(true);
  });
});
