import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ElectrumHistory, ElectrumUnspents } from '../../../src/bitcoin/electrumAnswers.ts';
import { parseRawTransaction, type RawTransaction } from '../../../src/bitcoin/rawTransaction.ts';
import { electrumScriptHash } from '../../../src/bitcoin/scriptHash.ts';
import {
  type ListedScript,
  transactionsAbove,
  undoListed,
} from '../../../src/bitcoin/undoListed.ts';
import { createElectrumChain, type ElectrumChain } from '../../support/electrumChain.ts';
import { indexElectrumView } from '../../support/electrumIndex.ts';
import { type Coin, syntheticAddress } from '../../support/syntheticChain.ts';

const holders = ['alice', 'bob', 'carol'].map(syntheticAddress);

/** What a script holds after a block, from the blocks up to it alone. */
function replay(chain: ElectrumChain, script: string, height: number): Map<string, bigint> {
  const held = new Map<string, bigint>();
  for (const { transactions } of chain.readView().blocks.slice(0, height + 1)) {
    for (const { txid, inputs, outputs } of transactions) {
      for (const input of inputs) held.delete(`${input.txid}:${input.vout}`);
      for (const [vout, output] of outputs.entries()) {
        if (output.script === script) held.set(`${txid}:${vout}`, output.sats);
      }
    }
  }
  return held;
}

function listScript(chain: ElectrumChain, script: string): ListedScript {
  const index = indexElectrumView(chain.readView());
  const name = electrumScriptHash(script);
  return {
    script,
    history: ElectrumHistory.parse(index.history(name)),
    unspents: ElectrumUnspents.parse(index.unspents(name)),
  };
}

function allTransactions(chain: ElectrumChain): ReadonlyMap<string, RawTransaction> {
  const { blocks, mempool } = chain.readView();
  const all = [...blocks.flatMap(({ transactions }) => transactions), ...mempool];
  return new Map(
    all.flatMap(({ txid, hex }) => {
      const transaction = parseRawTransaction(hex);
      return transaction ? [[txid, transaction] as const] : [];
    }),
  );
}

/** Random payments between the holders; `0` mines what waits. */
function play(moves: readonly number[]): ElectrumChain {
  const chain = createElectrumChain();
  const coins: Coin[] = [];
  for (const move of moves) {
    if (move % 5 === 0) {
      chain.mine();
      continue;
    }
    const spent = move % 5 < 3 ? [] : coins.splice(move % (coins.length || 1), 1 + (move % 2));
    const to = holders.slice(move % 3).map((one, index) => ({
      to: one,
      sats: BigInt(1 + move + index),
    }));
    const sent = chain.send(spent.length > 0 ? { from: spent, to } : { to });
    coins.push(...to.map((_, vout) => sent.coin(vout)));
  }
  return chain;
}

describe('undoListed', () => {
  const anyMoves = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 60 });

  it('gives what the blocks up to H alone leave, for any history and any H', () => {
    fc.assert(
      fc.property(anyMoves, fc.nat(), (moves, seed) => {
        const chain = play(moves);
        const height = seed % (chain.height + 1);
        const transactions = allTransactions(chain);
        for (const { script } of holders) {
          const state = undoListed(listScript(chain, script), transactions, height);
          const held = new Map(
            state?.utxos?.map(({ txid, vout, sats }) => [`${txid}:${vout}`, BigInt(sats)]),
          );
          expect(state).toBeDefined();
          expect(held).toEqual(replay(chain, script, height));
          // And what each block above changed leads to what the tip leaves.
          let sum: bigint = state?.sats ?? 0n;
          for (const change of state?.changes.values() ?? []) sum += change;
          const atTip = [...replay(chain, script, chain.height).values()];
          expect(sum).toBe(atTip.reduce((total, sats) => total + sats, 0n));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('gives nothing for a list that lacks an output of what is undone, or has one too many', () => {
    const chain = createElectrumChain();
    const [alice, bob] = holders;
    if (!alice || !bob) throw new Error('there are no holders');
    const kept = chain.send({ to: [{ to: alice, sats: 5n }] });
    chain.mine();
    chain.send({ to: [{ to: alice, sats: 7n }] });
    chain.mine();
    chain.send({ from: [kept.coin(0)], to: [{ to: bob, sats: 4n }] });
    const listed = listScript(chain, alice.script);
    const transactions = allTransactions(chain);
    expect(undoListed(listed, transactions, 1)?.sats).toBe(5n);
    const [newest] = listed.unspents;
    if (!newest) throw new Error('nothing is listed');
    const spent = { ...newest, tx_hash: kept.txid, height: 1 };
    for (const unspents of [
      [],
      [newest, newest],
      [newest, spent],
      [{ ...newest, height: 1 }],
      [{ ...newest, value: spent.value, tx_pos: 1 }],
      [{ ...newest, tx_hash: 'ab'.repeat(32) }],
    ]) {
      expect(undoListed({ ...listed, unspents }, transactions, 1)).toBeUndefined();
    }
  });

  it('gives nothing for a listed output whose transaction is known and pays another script', () => {
    const chain = createElectrumChain();
    const [alice, bob] = holders;
    if (!alice || !bob) throw new Error('there are no holders');
    const paid = chain.send({
      to: [
        { to: alice, sats: 5n },
        { to: bob, sats: 5n },
      ],
    });
    chain.mine();
    const listed = listScript(chain, alice.script);
    const transactions = allTransactions(chain);
    expect(undoListed(listed, transactions, 1)?.sats).toBe(5n);
    const others = listScript(chain, bob.script).unspents;
    expect(others.map((one) => one.tx_hash)).toEqual([paid.txid]);
    expect(undoListed({ ...listed, unspents: others }, transactions, 1)).toBeUndefined();
  });

  it('gives nothing where a transaction is not known', () => {
    const chain = play([1, 2, 0, 8, 13, 0, 9, 4]);
    for (const { script } of holders) {
      const listed = listScript(chain, script);
      const above = transactionsAbove(listed.history, 1);
      expect(above.length).toBeGreaterThan(0);
      expect(undoListed(listed, new Map(), 1)).toBeUndefined();
    }
  });
});
