import { describe, expect, it } from 'vitest';
import { askSources, faultOf, isAgreed } from '../../../src/audit/askSources.ts';
import { AssayError } from '../../../src/core/assayError.ts';

const named = (operator: string) => ({
  source: { id: `core+http://${operator}`, operator, kind: 'core' },
});
const sources = [named('ann'), named('bob'), named('eve')];
const never = new Promise<never>(() => {});

/** What each operator's outcome is: its value, or the code of its error. */
function shown(outcomes: Awaited<ReturnType<typeof askSources<(typeof sources)[0], number>>>) {
  return outcomes.map((one) => ('value' in one ? one.value : one.error.code));
}

describe('askSources', () => {
  it('lets no failure stop the others, and keeps the order', async () => {
    const outcomes = await askSources(sources, async ({ source }) => {
      if (source.operator === 'bob') throw new AssayError('SOURCE_TIMEOUT');
      return source.operator.length;
    });
    expect(shown(outcomes)).toEqual([3, 'SOURCE_TIMEOUT', 3]);
  });

  it('does not wait for a dead source once enough others agree', async () => {
    const aborted: string[] = [];
    const outcomes = await askSources(
      sources,
      async ({ source }, { signal }) => {
        signal?.addEventListener('abort', () => aborted.push(source.operator));
        return source.operator === 'eve' ? never : 1;
      },
      {},
      isAgreed(2, String),
      { deadlineMs: 60_000, graceMs: 1 },
    );
    expect(shown(outcomes)).toEqual([1, 1, 'SOURCE_NOT_AWAITED']);
    expect(aborted).toEqual(['eve']);
  });

  it('hears a slow source that comes within the grace', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    let enough = 0;
    const outcomes = await askSources(
      sources,
      async ({ source }) => (source.operator === 'eve' ? promise : 1),
      {},
      (some) => {
        if (some.length === 2 && enough++ === 0) queueMicrotask(() => resolve(2));
        return some.length === 2;
      },
      { deadlineMs: 60_000, graceMs: 60_000 },
    );
    expect(shown(outcomes)).toEqual([1, 1, 2]);
  });

  it('gives nobody longer than the deadline, even if nobody answers', async () => {
    const patience = { deadlineMs: 1, graceMs: 1 };
    const outcomes = await askSources(sources, () => never, {}, undefined, patience);
    expect(shown(outcomes)).toEqual([
      'SOURCE_NOT_AWAITED',
      'SOURCE_NOT_AWAITED',
      'SOURCE_NOT_AWAITED',
    ]);
  });

  it('asks nobody for a caller that has given up already', async () => {
    const reason = new Error('given up');
    const asked: string[] = [];
    const asking = askSources(
      sources,
      async ({ source }) => {
        asked.push(source.operator);
        return never;
      },
      { signal: AbortSignal.abort(reason) },
    );
    await expect(asking).rejects.toBe(reason);
    expect(asked).toEqual([]);
  });

  it('asks nobody further once the caller gives up while another is being asked', async () => {
    const caller = new AbortController();
    const asked: string[] = [];
    const outcomes = await askSources(
      sources,
      ({ source }) => {
        asked.push(source.operator);
        caller.abort(new AssayError('SOURCE_TIMEOUT'));
        return never;
      },
      { signal: caller.signal },
    );
    expect(shown(outcomes)).toEqual(['SOURCE_TIMEOUT', 'SOURCE_TIMEOUT', 'SOURCE_TIMEOUT']);
    expect(asked).toEqual(['ann']);
  });

  it('ends when the caller gives up, though a source does not heed it', async () => {
    const caller = new AbortController();
    const asked = askSources(sources, () => never, { signal: caller.signal });
    caller.abort(new AssayError('SOURCE_TIMEOUT'));
    expect(shown(await asked)).toEqual(['SOURCE_TIMEOUT', 'SOURCE_TIMEOUT', 'SOURCE_TIMEOUT']);
  });
});

describe('faultOf', () => {
  it('cuts a long message without leaving half a sign, which no canonical JSON takes', () => {
    const message = `${'a'.repeat(999)}😀`;
    const fault = faultOf(new AssayError('SOURCE_TIMEOUT', { message }));
    expect(fault.message.isWellFormed()).toBe(true);
    expect(fault.message).toHaveLength(1000);
  });
});
