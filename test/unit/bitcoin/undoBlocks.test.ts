import { describe, expect, it } from 'vitest';
import {
  type ScriptUtxo,
  type UtxosByScript,
  undoBlocks,
} from '../../../src/bitcoin/undoBlocks.ts';
import { Sats } from '../../../src/core/sats.ts';
import { rejectionCode } from '../../support/rejection.ts';

const a = 'aa';
const b = 'bb';

function output(txid: string, sats: bigint, height: number, script = a): ScriptUtxo {
  return { txid: txid.repeat(64), vout: 0, sats: Sats(sats), height, script };
}

/** A set without the scripts, as a scan gives it. */
function held(...outputs: readonly ScriptUtxo[]): UtxosByScript {
  const map = new Map<string, ReturnType<typeof bare>[]>([
    [a, []],
    [b, []],
  ]);
  for (const one of outputs) map.get(one.script)?.push(bare(one));
  return map;
}

function bare({ txid, vout, sats, height }: ScriptUtxo) {
  return { txid, vout, sats, height };
}

function block(
  height: number,
  ...transactions: readonly { spent?: ScriptUtxo[]; created?: ScriptUtxo[] }[]
) {
  return {
    height,
    transactions: transactions.map(({ spent = [], created = [] }) => ({ spent, created })),
  };
}

describe('undoBlocks', () => {
  it('gives the set itself where nothing is to be undone', () => {
    const set = held(output('1', 5n, 100));
    expect(undoBlocks(set, [], 100)).toEqual({
      utxos: set,
      total: 5n,
      window: { lowest: 5n, highest: 5n },
    });
  });

  it('takes away what was created and brings back what was spent', () => {
    const old = output('1', 70n, 90);
    const young = output('2', 30n, 101);
    const { utxos, total, window } = undoBlocks(
      held(young),
      [block(101, { spent: [old] }, { created: [young] })],
      100,
    );
    expect(utxos).toEqual(held(old));
    expect(total).toBe(70n);
    expect(window).toEqual({ lowest: 30n, highest: 70n });
  });

  it('never shows what was created and spent above the height, in one block or in two', () => {
    const first = output('1', 9n, 101);
    const second = output('2', 8n, 101, b);
    const { utxos, total, window } = undoBlocks(
      held(),
      [
        block(102, { spent: [second] }),
        block(101, { created: [first] }, { spent: [first], created: [second] }),
      ],
      100,
    );
    expect(utxos).toEqual(held());
    expect(total).toBe(0n);
    expect(window).toEqual({ lowest: 0n, highest: 8n });
  });

  it('sees the highest and the lowest of the blocks between, not of their ends alone', () => {
    const coin = output('1', 50n, 90);
    const more = output('2', 60n, 102);
    const { window } = undoBlocks(
      held(output('3', 50n, 103)),
      [
        block(103, { spent: [more], created: [output('3', 50n, 103)] }),
        block(102, { created: [more] }),
        block(101, { spent: [coin] }),
      ],
      100,
    );
    expect(window).toEqual({ lowest: 0n, highest: 60n });
  });

  it.each<[string, UtxosByScript, ReturnType<typeof block>[]]>([
    ['a created output is missing', held(), [block(101, { created: [output('1', 5n, 101)] })]],
    [
      'a created output has another amount',
      held(output('1', 6n, 101)),
      [block(101, { created: [output('1', 5n, 101)] })],
    ],
    [
      'a created output has another script',
      held(output('1', 5n, 101, b)),
      [block(101, { created: [output('1', 5n, 101)] })],
    ],
    [
      'a spent output is still there',
      held(output('1', 5n, 90)),
      [block(101, { spent: [output('1', 5n, 90)] })],
    ],
    [
      'an output is younger than its spending',
      held(),
      [block(101, { spent: [output('1', 5n, 102)] })],
    ],
    [
      'an output is younger than the height and in no block',
      held(output('1', 5n, 101)),
      [block(101)],
    ],
    ['a block is missing', held(), [block(102)]],
    ['blocks come oldest first', held(), [block(101), block(102)]],
  ])('refuses a set and blocks where %s', async (_, set, blocks) => {
    expect(await rejectionCode(() => undoBlocks(set, blocks, 100))).toBe('SOURCE_RESPONSE_INVALID');
  });
});
