import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type BlockChanges,
  type ScriptUtxo,
  type TransactionChanges,
  type UtxosByScript,
  undoBlocks,
} from '../../src/bitcoin/undoBlocks.ts';
import { Sats } from '../../src/core/sats.ts';

const scripts = ['aa', 'bb', 'cc'];

/** One transaction: which of the spendable outputs it takes, and what it pays to which script. */
interface TransactionPlan {
  readonly coinbase: boolean;
  readonly spends: readonly number[];
  readonly pays: readonly { readonly script: number; readonly sats: number }[];
}

const transactionPlan: fc.Arbitrary<TransactionPlan> = fc.record({
  coinbase: fc.boolean(),
  spends: fc.array(fc.nat(1000), { maxLength: 4 }),
  // The fourth script is nobody's: the transaction pays elsewhere.
  pays: fc.array(fc.record({ script: fc.nat(3), sats: fc.integer({ min: 0, max: 1_000_000 }) }), {
    maxLength: 4,
  }),
});
const chainPlan = fc.array(fc.array(transactionPlan, { maxLength: 6 }), {
  minLength: 1,
  maxLength: 12,
});

/** The chain that comes of a plan: its blocks, and the set after each of them (from none at all). */
function grow(plan: readonly (readonly TransactionPlan[])[]): {
  blocks: BlockChanges[];
  states: ScriptUtxo[][];
} {
  let unspent: ScriptUtxo[] = [];
  let counter = 0;
  const blocks: BlockChanges[] = [];
  const states: ScriptUtxo[][] = [[]];
  for (const [index, transactions] of plan.entries()) {
    const height = index + 1;
    const changes: TransactionChanges[] = [];
    for (const { coinbase, spends, pays } of transactions) {
      // Outputs of earlier transactions of the same block may be spent, too.
      const picked = coinbase ? [] : spends.map((one) => unspent[one % unspent.length]);
      const spent = [...new Set(picked)].flatMap((one) => (one ? [one] : []));
      unspent = unspent.filter((one) => !spent.includes(one));
      const txid = (++counter).toString(16).padStart(64, '0');
      const created = pays.flatMap(({ script: which, sats }, vout) => {
        const script = scripts[which];
        return script === undefined
          ? []
          : [{ txid, vout, sats: Sats(BigInt(sats)), height, script }];
      });
      unspent = [...unspent, ...created];
      changes.push({ spent, created });
    }
    blocks.push({ height, transactions: changes });
    states.push(unspent);
  }
  return { blocks, states };
}

function byScript(utxos: readonly ScriptUtxo[]): UtxosByScript {
  return new Map(
    scripts.map((script) => [
      script,
      utxos
        .filter((utxo) => utxo.script === script)
        .map(({ txid, vout, sats, height }) => ({ txid, vout, sats, height })),
    ]),
  );
}

/** Comparable whatever the order of the outputs. */
function sorted(utxos: UtxosByScript): unknown {
  return [...utxos]
    .map(([script, held]) => [
      script,
      held.map((one) => `${one.txid}:${one.vout} ${one.sats} ${one.height}`).sort(),
    ])
    .sort();
}

function sum(utxos: readonly ScriptUtxo[]): bigint {
  return utxos.reduce((total, { sats }) => total + sats, 0n);
}

it('undoing any number of blocks gives the set as it was, its sum, and the extremes between', () => {
  fc.assert(
    fc.property(chainPlan, fc.nat(), (plan, seed) => {
      const { blocks, states } = grow(plan);
      const height = seed % states.length;
      const { utxos, total, window } = undoBlocks(
        byScript(states.at(-1) ?? []),
        blocks.slice(height).reverse(),
        height,
      );
      expect(sorted(utxos)).toEqual(sorted(byScript(states[height] ?? [])));
      expect(total).toBe(sum(states[height] ?? []));
      const sums = states.slice(height).map(sum);
      expect(window.lowest).toBe(sums.reduce((a, b) => (a < b ? a : b)));
      expect(window.highest).toBe(sums.reduce((a, b) => (a > b ? a : b)));
    }),
  );
});

it('undoing in two steps gives the same as undoing at once', () => {
  fc.assert(
    fc.property(chainPlan, fc.nat(), fc.nat(), (plan, first, second) => {
      const { blocks, states } = grow(plan);
      const middle = first % states.length;
      const height = second % (middle + 1);
      const tip = byScript(states.at(-1) ?? []);
      const half = undoBlocks(tip, blocks.slice(middle).reverse(), middle);
      const twice = undoBlocks(half.utxos, blocks.slice(height, middle).reverse(), height);
      const once = undoBlocks(tip, blocks.slice(height).reverse(), height);
      expect(sorted(twice.utxos)).toEqual(sorted(once.utxos));
      expect(twice.total).toBe(once.total);
    }),
  );
});

it('a set that lacks an output which a block created does not pass', () => {
  fc.assert(
    fc.property(chainPlan, fc.nat(), fc.nat(), (plan, seed, which) => {
      const { blocks, states } = grow(plan);
      const height = seed % states.length;
      const young = (states.at(-1) ?? []).filter((one) => one.height > height);
      const lost = young[which % Math.max(1, young.length)];
      fc.pre(lost !== undefined);
      const tip = byScript((states.at(-1) ?? []).filter((one) => one !== lost));
      expect(() => undoBlocks(tip, blocks.slice(height).reverse(), height)).toThrow(
        expect.objectContaining({ code: 'SOURCE_RESPONSE_INVALID' }),
      );
    }),
  );
});
