import { describe, expect, it } from 'vitest';
import { retryMoved } from '../../../src/audit/retryMoved.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { expectCode } from '../../support/expectCode.ts';

const moved = new AssayError('SUPPLY_REORGANISED');
const never = () => false;

function givingUpAfter(outcomes: readonly (string | AssayError)[]) {
  const pauses: number[] = [];
  let reads = 0;
  const read = async () => {
    const outcome = outcomes[Math.min(reads++, outcomes.length - 1)];
    if (outcome === undefined || outcome instanceof AssayError) throw outcome;
    return outcome;
  };
  return { read, pauses, pause: async (milliseconds: number) => pauses.push(milliseconds) };
}

describe('retryMoved', () => {
  it('reads again while the chain moves, each time after a longer pause', async () => {
    const { read, pauses, pause } = givingUpAfter([moved, moved, 'still']);
    expect(await retryMoved(read, never, {}, pause)).toBe('still');
    expect(pauses).toEqual([250, 500]);
  });

  it('gives the error of the move where the chain never holds still', async () => {
    const { read, pauses, pause } = givingUpAfter([moved]);
    expect(await retryMoved(read, never, {}, pause)).toBe(moved);
    expect(pauses).toEqual([250, 500, 1000, 2000]);
  });

  it('takes at last what may pass', async () => {
    const { read, pauses, pause } = givingUpAfter(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(await retryMoved(read, () => true, {}, pause)).toBe('e');
    expect(pauses).toHaveLength(4);
  });

  it('throws any other error at once', async () => {
    const { read, pauses, pause } = givingUpAfter([new AssayError('SOURCE_TIMEOUT')]);
    await expectCode(() => retryMoved(read, never, {}, pause), 'SOURCE_TIMEOUT');
    expect(pauses).toEqual([]);
  });

  it('ends what a reading has left under way', async () => {
    const left: unknown[] = [];
    let reads = 0;
    const value = await retryMoved(
      async ({ signal }) => {
        signal?.addEventListener('abort', () => left.push(signal.reason));
        if (reads++ === 0) throw moved;
        return 'still';
      },
      never,
      {},
      async () => {},
    );
    expect(value).toBe('still');
    expect(left).toEqual([moved]);
  });

  it('reads no more once its caller gives up', async () => {
    const caller = new AbortController();
    const { read, pauses } = givingUpAfter([moved]);
    const pause = async (milliseconds: number) => {
      pauses.push(milliseconds);
      caller.abort(new AssayError('SOURCE_NOT_AWAITED'));
    };
    await expectCode(
      () => retryMoved(read, never, { signal: caller.signal }, pause),
      'SOURCE_NOT_AWAITED',
    );
    expect(pauses).toEqual([250]);
  });
});
