import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteAmounts } from '../../../src/bitcoin/quoteAmounts.ts';

describe('quoteAmounts', () => {
  it('keeps every digit of an amount', () => {
    const json = '{"amount":20999999.97690000,"total_amount": 0.10000000,"value":1e-8,"height":7}';
    expect(JSON.parse(quoteAmounts(json))).toEqual({
      amount: '=20999999.97690000',
      total_amount: '=0.10000000',
      value: '=1e-8',
      height: 7,
    });
  });

  it('leaves an amount alone that is a string already', () => {
    expect(quoteAmounts('{"amount":"0.1"}')).toBe('{"amount":"0.1"}');
  });

  it('does not touch what looks like an amount inside of a string', () => {
    const value = { desc: '"amount":0.5,"value":1', 'x"amount': 'y' };
    expect(JSON.parse(quoteAmounts(JSON.stringify(value)))).toEqual(value);
  });

  it('changes nothing but numbers under the three keys, whatever the document', () => {
    const others = fc.jsonValue().filter((value) => !/amount|value/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(others, (value) => {
        const json = JSON.stringify(value);
        expect(quoteAmounts(json)).toBe(json);
      }),
    );
  });
});
