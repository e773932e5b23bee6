import { describe, expect, it } from 'vitest';
import { findAgreement } from '../../../src/core/findAgreement.ts';
import { quorumHeight } from '../../../src/core/quorumHeight.ts';

const say = (operator: string, value: string) => ({ operator, value });
const same = (value: string) => value;

describe('findAgreement', () => {
  it('takes the one value that enough operators give, and leaves the dissenter aside', () => {
    const agreement = findAgreement([say('a', 'x'), say('b', 'lie'), say('c', 'x')], 2, same);
    expect(agreement).toEqual({ kind: 'agreed', members: [say('a', 'x'), say('c', 'x')] });
  });

  it('takes no side where two values have the quorum', () => {
    expect(findAgreement([say('a', 'x'), say('b', 'y')], 1, same)).toEqual({
      kind: 'disagreed',
      values: 2,
    });
  });

  it('counts one operator behind two URLs once', () => {
    expect(findAgreement([say('a', 'x'), say('a', 'x')], 2, same)).toEqual({
      kind: 'short',
      operators: 1,
    });
  });

  it('has no opinion of an operator who gives two values', () => {
    const [first, second, other] = [say('a', 'x'), say('a', 'y'), say('b', 'y')];
    const both = findAgreement([first, second, other], 2, same);
    expect(both).toEqual({ kind: 'disagreed', values: 2 });
    const one = findAgreement([first, second, other], 1, same);
    expect(one).toEqual({ kind: 'agreed', members: [other] });
    expect(findAgreement([first, second], 1, same)).toEqual({ kind: 'disagreed', values: 2 });
  });

  it('does not take silence for agreement', () => {
    expect(findAgreement([], 1, same)).toEqual({ kind: 'short', operators: 0 });
  });
});

describe('quorumHeight', () => {
  const tip = (operator: string, height: number) => ({ operator, height });

  it('is the greatest height that enough operators have reached', () => {
    const tips = [tip('a', 100), tip('b', 99), tip('c', 50)];
    expect([1, 2, 3].map((quorum) => quorumHeight(tips, quorum))).toEqual([100, 99, 50]);
  });

  it('does not count an operator twice', () => {
    expect(quorumHeight([tip('a', 100), tip('a', 99), tip('b', 7)], 2)).toBe(7);
  });
});
