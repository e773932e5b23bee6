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
});
