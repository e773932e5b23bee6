import { describe, expect, it } from 'vitest';
import { parseBlockHeader } from '../../../../src/supply/evm/blockHeader.ts';

const source = { id: 'https://eth.example', operator: 'eth.example', kind: 'evm' };
const raw = {
  number: '0x10',
  hash: `0x${'Ab'.repeat(32)}`,
  parentHash: `0x${'00'.repeat(32)}`,
  timestamp: '0x6b0323c4',
};

describe('parseBlockHeader', () => {
  it('reads height, hash in lower case and time', () => {
    expect(parseBlockHeader(raw, 16, source)).toEqual({
      height: 16,
      hash: `0x${'ab'.repeat(32)}`,
      time: 0x6b0323c4,
    });
  });

  it('answers null where there is no such block', () => {
    expect(parseBlockHeader(null, 16, source)).toBeNull();
  });

  it.each([
    ['a number for a string', { ...raw, number: 16 }],
    ['a time as a number', { ...raw, timestamp: 1_795_368_900 }],
    ['a prefix in upper case', { ...raw, number: '0X10' }],
    ['digits in upper case', { ...raw, timestamp: '0x6B0323C4' }],
    ['leading zeros', { ...raw, number: '0x010' }],
    ['decimal digits', { ...raw, timestamp: '1795368900' }],
    ['a pending block without hash', { ...raw, hash: null }],
    ['a short hash', { ...raw, hash: '0xab' }],
    ['no number', { hash: raw.hash, timestamp: raw.timestamp }],
    ['an impossible height', { ...raw, number: '0xffffffffffffffff' }],
    ['an impossible time', { ...raw, timestamp: '0xffffffffffffffff' }],
    ['another block', { ...raw, number: '0x11' }],
    ['text', 'block'],
    ['nothing', undefined],
  ])('refuses %s', (_, value) => {
    expect(() => parseBlockHeader(value, 16, source)).toThrow(
      expect.objectContaining({ code: 'SOURCE_RESPONSE_INVALID' }),
    );
  });

  it('refuses an impossible height for a tag, too', () => {
    expect(() =>
      parseBlockHeader({ ...raw, number: '0x20000000000000' }, undefined, source),
    ).toThrow(expect.objectContaining({ code: 'SOURCE_RESPONSE_INVALID' }));
  });
});
