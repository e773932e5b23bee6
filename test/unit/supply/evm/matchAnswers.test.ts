import { describe, expect, it } from 'vitest';
import { faultOfWholeBatch, matchAnswers } from '../../../../src/supply/evm/matchAnswers.ts';

const source = { id: 'https://eth.example', operator: 'eth.example', kind: 'evm' };
const error = { code: -32600, message: 'batch too large' };

describe('matchAnswers', () => {
  it('puts answers in the order of the calls, whatever order they came in', () => {
    const raw = [
      { jsonrpc: '2.0', id: 8, result: 'b' },
      { jsonrpc: '2.0', id: 7, result: null },
      { jsonrpc: '2.0', id: 9, error },
    ];
    expect(matchAnswers([7, 8, 9], raw, source)).toEqual([
      { result: null },
      { result: 'b' },
      { fault: error },
    ]);
  });

  it('takes an error without id for the answer to the only call', () => {
    expect(matchAnswers([7], [{ id: null, error }], source)).toEqual([{ fault: error }]);
  });

  it.each([
    [
      'an id there twice',
      [
        { id: 7, result: 'a' },
        { id: 7, result: 'b' },
      ],
    ],
    [
      'a foreign id',
      [
        { id: 7, result: 'a' },
        { id: 9, result: 'b' },
      ],
    ],
    ['an answer missing', [{ id: 7, result: 'a' }]],
    [
      'an answer too many',
      [
        { id: 7, result: 1 },
        { id: 8, result: 2 },
        { id: 9, result: 3 },
      ],
    ],
    ['no ids', [{ result: 'a' }, { result: 'b' }]],
    [
      'ids as text',
      [
        { id: '7', result: 'a' },
        { id: '8', result: 'b' },
      ],
    ],
    ['neither result nor error', [{ id: 7, result: 'a' }, { id: 8 }]],
    [
      'an error that is text',
      [
        { id: 7, result: 'a' },
        { id: 8, error: 'no' },
      ],
    ],
    ['something else', [{ id: 7, result: 'a' }, 'b']],
  ])('refuses answers with %s', (_, raw) => {
    expect(() => matchAnswers([7, 8], raw, source)).toThrow(
      expect.objectContaining({ code: 'SOURCE_RESPONSE_INVALID' }),
    );
  });
});

describe('faultOfWholeBatch', () => {
  it('reads an error that stands alone, bare or in a list', () => {
    expect(faultOfWholeBatch({ jsonrpc: '2.0', id: null, error })).toEqual(error);
    expect(faultOfWholeBatch([{ jsonrpc: '2.0', id: null, error }])).toEqual(error);
  });

  it('finds none in answers', () => {
    expect(faultOfWholeBatch([{ id: 1, result: 'a' }])).toBeUndefined();
    expect(
      faultOfWholeBatch([
        { id: 1, error },
        { id: 2, error },
      ]),
    ).toBeUndefined();
    expect(faultOfWholeBatch('<html>')).toBeUndefined();
  });
});
