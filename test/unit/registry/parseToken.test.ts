import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../src/core/assayError.ts';
import { parseToken } from '../../../src/registry/parseToken.ts';

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
    ['a coin type with a leading zero', 'eip155:30/slip44:0137'],
    ['a Starknet address above the field', `starknet:SN_MAIN/erc20:0xf${'0'.repeat(63)}`],
  ])('refuses %s', (_, text) => {
    expect(codeOf(text)).toBe('REGISTRY_TOKEN_INVALID');
  });
});
