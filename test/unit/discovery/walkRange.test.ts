import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../src/core/assayError.ts';
import type { ErrorCode } from '../../../src/core/errorCodes.ts';
import { type Span, walkRange } from '../../../src/discovery/walkRange.ts';
import { expectCode } from '../../support/expectCode.ts';

const refusal = new AssayError('DISCOVERY_LOGS_UNAVAILABLE');

/** A server that gives spans up to a length, and what it was asked for. */
function serve(longest: number, failTogether?: ErrorCode) {
  const asked: Span[][] = [];
  const walk = (whole: Span, size: number, maxAsked = 4096) =>
    walkRange<Span>(whole, {
      size,
      maxAsked,
      signal: undefined,
      exhausted: () => new AssayError('DISCOVERY_LIST_TOO_LONG'),
      ask: async (spans) => {
        asked.push([...spans]);
        if (spans.length > 1 && failTogether) throw new AssayError(failTogether);
        return spans.map((span) =>
          span.to - span.from < longest ? { value: span } : { refused: refusal },
        );
      },
    });
  return { asked, walk };
}

describe('a range that a server limits', () => {
  it('is read at once where the server gives it', async () => {
    const { asked, walk } = serve(1000);
    expect(await walk({ from: 0, to: 999 }, 1000)).toEqual([{ from: 0, to: 999 }]);
    expect(asked).toHaveLength(1);
  });

  it('is covered once, without a gap and in order, whatever the limit', async () => {
    for (const longest of [1, 2, 3, 7, 10, 99, 100]) {
      const { walk } = serve(longest);
      const values = await walk({ from: 5, to: 104 }, 100);
      const numbers = values.flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, index) => from + index),
      );
      expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => index + 5));
    }
  });

  it('is halved no oftener than it takes, and then asked for in tens', async () => {
    const { asked, walk } = serve(10_000);
    await walk({ from: 0, to: 1_000_000 }, 1_000_001);
    const refused = asked.flat().filter(({ from, to }) => to - from >= 10_000);
    expect(refused).toHaveLength(7);
    expect(Math.max(...asked.map((spans) => spans.length))).toBe(10);
  });

  it('is asked for one by one where several at a time are too much', async () => {
    const { asked, walk } = serve(10, 'SOURCE_RESPONSE_TOO_LARGE');
    expect(await walk({ from: 0, to: 39 }, 10)).toHaveLength(4);
    expect(asked.map((spans) => spans.length)).toEqual([1, 3, 1, 1, 1]);
  });

  it('ends in the refusal where even one is refused', async () => {
    const { walk } = serve(0);
    await expectCode(() => walk({ from: 0, to: 99 }, 100), 'DISCOVERY_LOGS_UNAVAILABLE');
  });

  it('ends where it would take too many requests', async () => {
    const { asked, walk } = serve(1);
    await expectCode(() => walk({ from: 0, to: 99 }, 100, 50), 'DISCOVERY_LIST_TOO_LONG');
    expect(asked.flat().length).toBeLessThanOrEqual(50);
  });

  it('ends where the server does not answer, however short the span', async () => {
    let asked = 0;
    const walk = () =>
      walkRange<never>(
        { from: 0, to: 1_000_000 },
        {
          size: 1_000_001,
          maxAsked: 4096,
          signal: undefined,
          exhausted: () => refusal,
          ask: async () => {
            asked += 1;
            throw new AssayError('SOURCE_TIMEOUT');
          },
        },
      );
    await expectCode(walk, 'SOURCE_TIMEOUT');
    expect(asked).toBe(4);
  });
});
