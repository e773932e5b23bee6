import { keccak256, stringToBytes } from 'viem';
import { describe, expect, it } from 'vitest';
import { ChainId } from '../../../../src/core/caip.ts';
import { checkReadsByHash, unknownBlockCall } from '../../../../src/supply/evm/checkReadsByHash.ts';

const source = { id: 'http://evm.example', operator: 'evm.example', kind: 'evm' };

describe('unknownBlockCall', () => {
  it('names a block by the hash of a text, in the form of every other reading', () => {
    expect(unknownBlockCall(ChainId('eip155:1'))).toEqual({
      method: 'eth_getCode',
      params: [
        '0x0000000000000000000000000000000000000000',
        {
          blockHash: keccak256(stringToBytes('assay asks for a block that does not exist')),
          requireCanonical: true,
        },
      ],
    });
  });
});

describe('checkReadsByHash', () => {
  it.each([
    ['no code', '0x'],
    ['code', '0x6000'],
    ['null', null],
  ])('refuses %s after a block that does not exist', (_, result) => {
    expect(() => checkReadsByHash({ result }, source)).toThrow(
      expect.objectContaining({
        code: 'SOURCE_RESPONSE_INVALID',
        message: `${source.id} answers for a block that does not exist: it does not read state by block hash`,
        fix: 'Use a node that supports EIP-1898.',
        facts: { source: source.id },
      }),
    );
  });

  it('refuses what is no answer', () => {
    expect(() => checkReadsByHash(undefined, source)).toThrow(
      expect.objectContaining({ code: 'SOURCE_RESPONSE_INVALID' }),
    );
  });

  it('takes any error', () => {
    const fault = { code: -32000, message: 'header not found' };
    expect(checkReadsByHash({ fault }, source)).toBeUndefined();
  });
});
