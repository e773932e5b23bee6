import { describe, expect, it } from 'vitest';
import { contractIdParts, parseContract } from '../../../src/registry/parseContract.ts';
import { expectCode } from '../../support/expectCode.ts';

describe('parseContract', () => {
  it.each([
    ['eip155:1:0x0555E30da8f98308EdB960aa94C0Db47230d2B9c', 'eip155:1'],
    ['eip155:30:0x0000000000000000000000000000000001000006', 'eip155:30'],
    ['stacks:1:SM3VDXK3WZZSA84XXFKAFAF15NNZX32CTSG82JFQ4.sbtc-registry', 'stacks:1'],
    [
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:9EvWTQvZafNxEgpt6snY2sTFT7hARk4tU5QtdRPqoisX',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
    ],
    ['tron:0x2b6653dc:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'tron:0x2b6653dc'],
    [
      'cosmos:osmosis-1:osmo1z0qrq605sjgcqpylfl4aa6s90x738j7m58wyatt0tdzflg2ha26q67k743',
      'cosmos:osmosis-1',
    ],
    [`aptos:1:0x${'0'.repeat(62)}b7`, 'aptos:1'],
    [`sui:mainnet:0x${'0'.repeat(62)}b7`, 'sui:mainnet'],
    ['near:mainnet:bridge.near', 'near:mainnet'],
  ])('takes %s', (text, chain) => {
    const contract = parseContract(text);
    expect(contract).toBe(text);
    expect(contractIdParts(contract)).toEqual({ chain, address: text.slice(chain.length + 1) });
  });

  it.each([
    ['no chain', '0x0555E30da8f98308EdB960aa94C0Db47230d2B9c'],
    ['a token', 'eip155:1/erc20:0x0555E30da8f98308EdB960aa94C0Db47230d2B9c'],
    ['a wrong checksum', 'eip155:1:0x0555e30da8f98308EdB960aa94C0Db47230d2B9c'],
    ['the zero address', `eip155:1:0x${'0'.repeat(40)}`],
    ['a chain id with a leading zero', 'eip155:01:0x0555E30da8f98308EdB960aa94C0Db47230d2B9c'],
    ['a mint that is too short', 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:9EvWTQvZ'],
    ['a contract of Stacks without its name', 'stacks:1:SM3VDXK3WZZSA84XXFKAFAF15NNZX32CTSG82JFQ4'],
    [
      'a contract of Stacks with a wrong checksum',
      'stacks:1:SM3VDXK3WZZSA84XXFKAFAF15NNZX32CTSG82JFQ5.sbtc-registry',
    ],
    ['nothing', ''],
  ])('refuses %s', async (_, text) => {
    await expectCode(() => parseContract(text), 'REGISTRY_CONTRACT_INVALID');
  });

  it.each([
    [
      'has no Solana account of 32 bytes in base58',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:9EvWTQvZafNxEgpt6snY2sTFT7hARk4tU5QtdRPqoi',
    ],
    [
      'has no Solana account of 32 bytes in base58',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
    ],
    [
      'has a Tron address in hex; write it in base58, TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
      'tron:0x2b6653dc:41a614f803b6fd780986a42c78ec9c7f77e6ded13c',
    ],
    [
      'has a Tron address with a wrong checksum',
      'tron:0x2b6653dc:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u',
    ],
    [
      'has an account with a wrong bech32 checksum',
      'cosmos:osmosis-1:osmo1z0qrq605sjgcqpylfl4aa6s90x738j7m58wyatt0tdzflg2ha26q67k744',
    ],
    [
      'has no account in bech32 of 20 or 32 bytes, in lower case',
      'cosmos:osmosis-1:OSMO1Z0QRQ605SJGCQPYLFL4AA6S90X738J7M58WYATT0TDZFLG2HA26Q67K743',
    ],
    [`write 0x${'0'.repeat(62)}b7`, 'aptos:1:0xb7'],
  ])('says %s', async (what, text) => {
    await expectCode(() => parseContract(text), 'REGISTRY_CONTRACT_INVALID');
    expect(() => parseContract(text)).toThrow(what);
  });
});
