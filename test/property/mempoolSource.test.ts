import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReserveWindow, ScriptReserve, Utxo } from '../../src/bitcoin/bitcoinSource.ts';
import { Sats, sumSats } from '../../src/core/sats.ts';
import type { EsploraView } from '../support/esploraFormat.ts';
import { type EsploraServer, startEsploraServer } from '../support/esploraServer.ts';
import { mempoolSourceOf } from '../support/mempoolSourceOf.ts';
import {
  type Coin,
  createSyntheticChain,
  type SyntheticChain,
  syntheticAddress,
} from '../support/syntheticChain.ts';

const names = ['short', 'long', 'other'];
const custody = names.map(syntheticAddress);
const outside = syntheticAddress('outside');
const [short = outside, long = outside] = custody;

/** One thing that happens to the chain; numbers choose among what is there. */
type Step =
  | { readonly kind: 'deposit'; readonly to: number; readonly sats: number }
  | { readonly kind: 'spend'; readonly coins: readonly number[]; readonly to: number }
  | { readonly kind: 'drop'; readonly which: number }
  | { readonly kind: 'mine' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('deposit' as const),
    to: fc.nat(2),
    sats: fc.integer({ min: 1, max: 100_000 }),
  }),
  fc.record({
    kind: fc.constant('spend' as const),
    coins: fc.array(fc.nat(500), { minLength: 1, maxLength: 5 }),
    to: fc.nat(3),
  }),
  fc.record({ kind: fc.constant('drop' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('mine' as const) }),
);

/** Outputs of the custody addresses that nothing spends, waiting ones included. */
function spendable({ blocks, mempool }: EsploraView): { coin: Coin; sats: number }[] {
  const coins = new Map<string, { coin: Coin; sats: number }>();
  const scripts = new Set(custody.map(({ script }) => script));
  for (const { txid, vin, vout } of [...blocks.flatMap((one) => one.transactions), ...mempool]) {
    for (const input of vin) coins.delete(`${input.txid}:${input.vout}`);
    vout.forEach(({ scriptpubkey, value }, index) => {
      if (!scripts.has(scriptpubkey)) return;
      coins.set(`${txid}:${index}`, { coin: { txid, vout: index }, sats: value });
    });
  }
  return [...coins.values()];
}

function happen(chain: SyntheticChain, happening: Step): void {
  switch (happening.kind) {
    case 'deposit': {
      const to = custody[happening.to] ?? short;
      chain.send({ to: [{ to, sats: BigInt(happening.sats) }] });
      return;
    }
    case 'spend': {
      const all = spendable(chain.readView());
      const picked = new Set(happening.coins.map((one) => all[one % Math.max(1, all.length)]));
      const from = [...picked].flatMap((one) => (one ? [one] : []));
      if (from.length === 0) return;
      const to = [...custody, outside][happening.to] ?? outside;
      const sats = from.reduce((sum, one) => sum + BigInt(one.sats), 0n);
      chain.send({ from: from.map(({ coin }) => coin), to: [{ to, sats }] });
      return;
    }
    case 'drop': {
      // Only what nothing else in the mempool builds on.
      const { mempool } = chain.readView();
      const spent = new Set(mempool.flatMap(({ vin }) => vin.map(({ txid }) => txid)));
      const leaves = mempool.filter(({ txid }) => !spent.has(txid));
      const leaf = leaves[happening.which % Math.max(1, leaves.length)];
      if (leaf) chain.drop(leaf.txid);
      return;
    }
    case 'mine':
      chain.mine();
  }
}

/** The plain way: all blocks up to a height, one after the other. */
function heldAt({ blocks }: EsploraView, height: number): ScriptReserve[] {
  return custody.map(({ script }) => {
    const utxos = new Map<string, Utxo>();
    for (const { header, transactions } of blocks.slice(0, height + 1)) {
      for (const { txid, vin, vout } of transactions) {
        for (const input of vin) utxos.delete(`${input.txid}:${input.vout}`);
        vout.forEach(({ scriptpubkey, value }, index) => {
          if (scriptpubkey !== script) return;
          const sats = Sats(BigInt(value));
          utxos.set(`${txid}:${index}`, { txid, vout: index, sats, height: header.height });
        });
      }
    }
    const sorted = [...utxos.values()].sort((a, b) =>
      a.txid === b.txid ? a.vout - b.vout : a.txid < b.txid ? -1 : 1,
    );
    return { script, sats: sumSats(sorted.map(({ sats }) => sats)), utxos: sorted };
  });
}

function windowOf(view: EsploraView, from: number, to: number): ReserveWindow {
  const sums = Array.from({ length: to - from + 1 }, (_, index) =>
    sumSats(heldAt(view, from + index).map(({ sats }) => sats)),
  ).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { lowest: sums[0] ?? Sats(0n), highest: sums.at(-1) ?? Sats(0n) };
}

let server: EsploraServer;
let chain: SyntheticChain;
/** What happens just before the request of that number is answered. */
let during: Map<number, readonly Step[]>;
let asked = 0;

beforeAll(async () => {
  server = await startEsploraServer({
    readView: () => chain.readView(),
    transactionsPerPage: 10,
    intercept: () => {
      for (const one of during.get(asked++) ?? []) happen(chain, one);
      return undefined;
    },
  });
});
afterAll(() => server.stop());

it('gives the state of the block, whatever happens above it and while it is read', async () => {
  const steps = fc.array(step, { maxLength: 40 });
  const interruption = fc.tuple(fc.nat(18), fc.array(step, { maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(
      steps,
      steps,
      fc.uniqueArray(interruption, { maxLength: 3, selector: ([request]) => request }),
      async (before, after, interruptions) => {
        chain = createSyntheticChain();
        // Long enough that its whole history is not read.
        for (let deposit = 0; deposit < 80; deposit++) {
          chain.send({ to: [{ to: long, sats: 10n }] });
          if (deposit % 7 === 0) chain.mine();
        }
        for (const one of before) happen(chain, one);
        const point = chain.mine();
        for (const one of after) happen(chain, one);

        asked = 0;
        during = new Map(interruptions);
        const source = mempoolSourceOf(server, { concurrency: 1 });
        const seen = await source.readReserves({ point, scripts: custody });
        await source.close();

        const expected = heldAt(chain.readView(), point.height);
        expect(seen.scripts).toEqual(expected);
        expect(seen.total).toBe(sumSats(expected.map(({ sats }) => sats)));
        expect(seen.window).toEqual(windowOf(chain.readView(), point.height, seen.tip.height));
      },
    ),
    { numRuns: 60 },
  );
});
