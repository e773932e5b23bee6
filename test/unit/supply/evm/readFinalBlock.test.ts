import { numberToHex } from 'viem';
import { describe, expect, it } from 'vitest';
import type { RpcCall } from '../../../../src/supply/evm/guardReads.ts';
import type { RpcAnswer } from '../../../../src/supply/evm/matchAnswers.ts';
import { readFinalBlock } from '../../../../src/supply/evm/readFinalBlock.ts';
import type { FinalityRule } from '../../../../src/supply/finalityRule.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';

const source = { id: 'https://eth.example', operator: 'eth.example', kind: 'evm' };
const finalized: FinalityRule = { kind: 'tag', tag: 'finalized' };
const deep = (blocks: number): FinalityRule => ({ kind: 'depth', blocks });

const block = (height: number): RpcAnswer => ({
  result: {
    number: numberToHex(height),
    hash: numberToHex(height, { size: 32 }),
    timestamp: numberToHex(1_000 + height),
  },
});
const none: RpcAnswer = { result: null };
const fault = (code: number, message = 'SECRET'): RpcAnswer => ({ fault: { code, message } });

/** A node that says so of its tags, and of blocks by their numbers. */
function nodeOf(tags: Readonly<Record<string, RpcAnswer | readonly RpcAnswer[]>>) {
  const asked: unknown[][] = [];
  const times = new Map<string, number>();
  const send = async (calls: readonly RpcCall[]): Promise<readonly RpcAnswer[]> => {
    asked.push(calls.map(({ params }) => params[0]));
    return calls.map(({ params: [which] }) => {
      const name = String(which);
      const answers = tags[name] ?? (name.startsWith('0x') ? block(Number(name)) : fault(-32_602));
      if (!Array.isArray(answers)) return answers as RpcAnswer;
      const seen = times.get(name) ?? 0;
      times.set(name, seen + 1);
      return answers[Math.min(seen, answers.length - 1)];
    });
  };
  return { asked, send };
}

describe('the last final block by a tag', () => {
  it('is the one that the node calls so, in one request', async () => {
    const { asked, send } = nodeOf({ finalized: block(90), latest: block(100) });
    expect(await readFinalBlock(finalized, source, send)).toMatchObject({
      height: 90,
      time: 1_090,
    });
    expect(asked).toEqual([['finalized', 'latest']]);
    const safe = nodeOf({ finalized: block(80), safe: block(95), latest: block(100) });
    const rule = { kind: 'tag', tag: 'safe' } as const;
    expect((await readFinalBlock(rule, source, safe.send)).height).toBe(95);
  });

  it('is the newest one where blocks are final at once', async () => {
    const { send } = nodeOf({ finalized: block(100), latest: block(100) });
    expect((await readFinalBlock(finalized, source, send)).height).toBe(100);
  });

  it('may be newer than the newest one that the same request told, and then not than the next', async () => {
    const { asked, send } = nodeOf({ finalized: block(101), latest: [block(100), block(101)] });
    expect((await readFinalBlock(finalized, source, send)).height).toBe(101);
    expect(asked).toEqual([['finalized', 'latest'], ['latest']]);
  });

  it('is refused above the newest one', async () => {
    const { send } = nodeOf({ finalized: block(101), latest: block(100) });
    const error = await rejection(() => readFinalBlock(finalized, source, send));
    expect(error.code).toBe('SOURCE_RESPONSE_INVALID');
    expect(error.message).toContain('calls block 101 final, and its newest one is 100');
  });

  it.each<[string, RpcAnswer, number | undefined]>([
    ['refuses the tag', fault(-32_602), -32_602],
    ['has no final block yet', fault(-39_001, 'finalized block not found'), -39_001],
    ['answers null', none, undefined],
  ])('is unknown where the node %s, and never the newest one instead', async (_, answer, code) => {
    const { asked, send } = nodeOf({ finalized: answer, latest: block(100) });
    const error = await rejection(() => readFinalBlock(finalized, source, send));
    expect(error.code).toBe('SOURCE_RPC_ERROR');
    expect(error.message).toContain('cannot name the last final block');
    expect(error.message).not.toContain('SECRET');
    expect(error.facts).toMatchObject(
      code === undefined ? { tag: 'finalized' } : { rpcCode: code },
    );
    expect(asked).toHaveLength(1);
  });

  it('is unknown where the node has no newest block to compare it with', async () => {
    for (const answer of [none, fault(-32_000)]) {
      const { send } = nodeOf({ finalized: block(90), latest: answer });
      expect(await rejectionCode(() => readFinalBlock(finalized, source, send))).toBe(
        'SOURCE_RPC_ERROR',
      );
    }
  });
});

describe('the last final block by a depth', () => {
  it('is so many blocks below the newest one, read by its number', async () => {
    const { asked, send } = nodeOf({ latest: block(100) });
    expect(await readFinalBlock(deep(64), source, send)).toMatchObject({ height: 36 });
    expect(asked).toEqual([['latest'], ['0x24']]);
  });

  it('is the first one of a chain that is just as deep, and unknown on a shorter one', async () => {
    const { send } = nodeOf({ latest: block(64) });
    expect((await readFinalBlock(deep(64), source, send)).height).toBe(0);
    const error = await rejection(() => readFinalBlock(deep(65), source, send));
    expect(error.code).toBe('SOURCE_RPC_ERROR');
    expect(error.facts).toMatchObject({ depth: 65, height: 64 });
  });

  it('is unknown where the node does not give the newest block', async () => {
    for (const answer of [none, fault(-32_000)]) {
      const { send } = nodeOf({ latest: answer });
      expect(await rejectionCode(() => readFinalBlock(deep(1), source, send))).toBe(
        'SOURCE_RPC_ERROR',
      );
    }
  });

  it('is no other block than the one at that depth', async () => {
    const other = nodeOf({ latest: block(100), '0x24': block(37) });
    expect(await rejectionCode(() => readFinalBlock(deep(64), source, other.send))).toBe(
      'SOURCE_RESPONSE_INVALID',
    );
    for (const [answer, code] of [
      [none, 'SUPPLY_BLOCK_UNAVAILABLE'],
      [fault(4444, 'pruned history unavailable'), 'SUPPLY_BLOCK_UNAVAILABLE'],
      [fault(-32_603), 'SOURCE_RPC_ERROR'],
    ] as const) {
      const gone = nodeOf({ latest: block(100), '0x24': answer });
      expect(await rejectionCode(() => readFinalBlock(deep(64), source, gone.send))).toBe(code);
    }
  });
});
