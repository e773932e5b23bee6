import { z } from 'zod';
import { parseBtc } from './btcText.ts';
import type { Miner } from './createMiner.ts';
import {
  addChecksum,
  type CustodyType,
  deriveCustodyAddresses,
  describeCustody,
} from './custodyDescriptors.ts';
import {
  broadcastTransaction,
  type Payment,
  resolvePayments,
  signTransaction,
  splitSats,
} from './payment.ts';
import { type Outpoint, serializeTransaction } from './serializeTransaction.ts';
import type { Bitcoind } from './startBitcoind.ts';

/** An unspent output of a custody address. */
export type CustodyCoin = Outpoint & { readonly address: string; readonly sats: bigint };

/** A transaction that waits in the mempool; it pays `sats` in all and `fee` to the miner. */
export type Spent = {
  readonly txid: string;
  readonly fee: bigint;
  readonly inputs: readonly CustodyCoin[];
  readonly change: bigint;
};

/** Somebody who holds reserves: a wallet with the keys of addresses of every script type. */
export type Custodian = {
  readonly wallet: string;
  readonly seed: string;
  /** The first `count` addresses of a type: the same list, only longer, at each call. */
  addresses(type: CustodyType, count: number): Promise<string[]>;
  /** Has the miner pay `sats` to an address, as `outputs` coins that add up to it exactly. */
  fund(address: string, sats: bigint, outputs?: number): Promise<string[]>;
  /** The coins of these addresses, unconfirmed ones too, without those already being spent. */
  coins(addresses: readonly string[]): Promise<CustodyCoin[]>;
  /**
   * Pays exactly `to` out of coins of `from`, taken in the order of `coins`; what is left goes to
   * `change`, by default the first address of `from`.
   * @throws Error when the coins do not cover payments and fee
   */
  spend(order: {
    readonly from: readonly string[];
    readonly to: readonly Payment[];
    readonly change?: string;
  }): Promise<Spent>;
  /** Moves all coins of `from` to the addresses `to`, in even shares, less the fee. */
  sweep(order: {
    readonly from: readonly string[];
    readonly to: readonly string[];
  }): Promise<Spent[]>;
};

const satsPerVbyte = 2n;
const inputsPerTransaction = 200;
/** Change below this would be dust; it goes to the miner. */
const smallestChange = 1000n;

const Unspent = z.array(
  z.object({ txid: z.string(), vout: z.number(), address: z.string(), amount: z.string() }),
);
const Listed = z.object({
  descriptors: z.array(z.object({ desc: z.string(), range: z.tuple([z.number(), z.number()]) })),
});
const Imported = z.array(z.object({ success: z.literal(true) }));

/**
 * Creates a custodian's wallet on a node. Equal seeds give equal addresses.
 *
 * @param options.name the wallet's name, unique on the node
 * @param options.seed any text; default: the name
 */
export async function createCustodian(
  bitcoind: Bitcoind,
  options: { readonly name: string; readonly seed?: string; readonly miner: Miner },
): Promise<Custodian> {
  const { name: wallet, seed = options.name, miner } = options;
  await bitcoind.rpc('createwallet', {
    wallet_name: wallet,
    blank: true,
    descriptors: true,
    load_on_startup: false,
  });
  const known = new Map<CustodyType, string[]>();

  const readRangeEnd = async (desc: string): Promise<number> => {
    const { descriptor } = z
      .object({ descriptor: z.string() })
      .parse(await bitcoind.rpc('getdescriptorinfo', [desc]));
    const { descriptors } = Listed.parse(await bitcoind.rpc('listdescriptors', [], { wallet }));
    return descriptors.find((one) => one.desc === descriptor)?.range[1] ?? 0;
  };

  const addresses: Custodian['addresses'] = async (type, count) => {
    const before = known.get(type) ?? [];
    if (count <= before.length) return before.slice(0, count);
    const desc = await addChecksum(bitcoind, describeCustody(seed, type));
    // The wallet looks ahead of the addresses that are paid; a range may grow, but never shrink.
    const last = Math.max(count - 1, await readRangeEnd(desc));
    const request = { desc, range: [0, last], timestamp: 'now', active: false };
    Imported.parse(await bitcoind.rpc('importdescriptors', [[request]], { wallet }));
    const all = await deriveCustodyAddresses(bitcoind, { seed, type, count });
    known.set(type, all);
    return [...all];
  };

  const coins: Custodian['coins'] = async (from) => {
    if (from.length === 0) return [];
    const listed = Unspent.parse(
      await bitcoind.rpc('listunspent', [0, 9_999_999, [...new Set(from)], true], { wallet }),
    );
    return listed
      .map(({ txid, vout, address, amount }) => ({ txid, vout, address, sats: parseBtc(amount) }))
      .sort((a, b) => (a.txid === b.txid ? a.vout - b.vout : a.txid < b.txid ? -1 : 1));
  };

  /** What a transaction costs: signed once with outputs of the right shape, then measured. */
  const measureFee = async (
    inputs: readonly CustodyCoin[],
    payments: readonly Payment[],
  ): Promise<bigint> => {
    const draft = serializeTransaction(inputs, await resolvePayments(bitcoind, payments));
    const { vsize } = z
      .object({ vsize: z.number() })
      .parse(
        await bitcoind.rpc('decoderawtransaction', [
          await signTransaction(bitcoind, wallet, draft),
        ]),
      );
    // A signature may come out a byte longer the next time.
    return satsPerVbyte * BigInt(vsize + inputs.length);
  };

  const send = async (
    inputs: readonly CustodyCoin[],
    payments: readonly Payment[],
  ): Promise<string> => {
    const draft = serializeTransaction(inputs, await resolvePayments(bitcoind, payments));
    return broadcastTransaction(bitcoind, await signTransaction(bitcoind, wallet, draft));
  };

  return {
    wallet,
    seed,
    addresses,
    coins,
    fund: (address, sats, outputs = 1) =>
      miner.pay(splitSats(sats, outputs).map((part) => ({ address, sats: part }))),
    spend: async ({ from, to, change = from[0] }) => {
      if (change === undefined) throw new Error('spend: `from` names no address');
      const wanted = sumSats(to);
      const available = await coins(from);
      let fee = 0n;
      // Each round pays the fee of the inputs of the round before, until that is enough.
      for (;;) {
        const inputs = takeCoins(available, wanted + fee);
        const needed = await measureFee(inputs, [...to, { address: change, sats: 0n }]);
        const left = sumSats(inputs) - wanted - needed;
        if (left < 0n) {
          fee = needed;
          continue;
        }
        const kept = left < smallestChange ? 0n : left;
        const txid = await send(
          inputs,
          kept === 0n ? to : [...to, { address: change, sats: kept }],
        );
        return { txid, inputs, change: kept, fee: sumSats(inputs) - wanted - kept };
      }
    },
    sweep: async ({ from, to }) => {
      const all = await coins(from);
      const sent: Spent[] = [];
      for (let start = 0; start < all.length; start += inputsPerTransaction) {
        const inputs = all.slice(start, start + inputsPerTransaction);
        const share = (total: bigint): Payment[] =>
          splitSats(total, to.length).map((sats, i) => ({ address: to[i] ?? '', sats }));
        const fee = await measureFee(inputs, share(0n));
        const txid = await send(inputs, share(sumSats(inputs) - fee));
        sent.push({ txid, inputs, change: 0n, fee });
      }
      return sent;
    },
  };
}

function takeCoins(available: readonly CustodyCoin[], wanted: bigint): CustodyCoin[] {
  const taken: CustodyCoin[] = [];
  let sum = 0n;
  for (const coin of available) {
    if (taken.length > 0 && sum >= wanted) break;
    taken.push(coin);
    sum += coin.sats;
  }
  if (sum < wanted || taken.length === 0) {
    throw new Error(`the coins of these addresses hold ${sum} sats, but ${wanted} are needed`);
  }
  return taken;
}

function sumSats(parts: readonly { readonly sats: bigint }[]): bigint {
  return parts.reduce((sum, { sats }) => sum + sats, 0n);
}
