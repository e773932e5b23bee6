import { createHash } from 'node:crypto';
import type { CustodyScript } from '../../src/bitcoin/bitcoinSource.ts';
import {
  difficultyOf,
  type EsploraBlock,
  type EsploraTransaction,
  type EsploraView,
  formatCoinbase,
  formatInput,
  formatOutput,
} from '../support/esploraFormat.ts';
import { mineHeader } from '../support/mineHeader.ts';
import { createSyntheticChain, syntheticAddress } from '../support/syntheticChain.ts';
import { createRandom, type Random } from './random.ts';

/** An unspent output of a custody script. */
export interface ModelCoin {
  readonly script: string;
  readonly sats: bigint;
}

/** What the custody scripts hold after a block, by `txid:vout`. */
export type ModelCoins = ReadonlyMap<string, ModelCoin>;

/** What a transaction of the model does. */
export type MoveKind = 'deposit' | 'redemption' | 'sweep' | 'sweepAll' | 'dust';

/** The truth: every block that there ever was, and what custody held after each of them. */
export interface BitcoinModel {
  /** The best chain and the mempool of this moment; a new object whenever anything changes. */
  readonly view: EsploraView;
  /** Of any chain, abandoned ones too. */
  block(hash: string): EsploraBlock | undefined;
  /** The blocks that were ever mined upon that one. */
  children(hash: string): readonly string[];
  /** What custody held after that block. */
  coinsAt(hash: string): ModelCoins;
  /** From now on all blocks are mined at this time: an audit takes seconds. */
  stopClock(time: number): void;
  /** When that block was mined, by the clock of no miner. */
  minedAt(hash: string): number;
  /** The medians of the times around that block, by so many blocks above it, on any chain that it was in. */
  momentsOf(hash: string, above: number): ReadonlySet<number>;
  /** Adds a transaction to the mempool, if there are coins for it. */
  move(kind: MoveKind, random: Random): void;
  /** Mines what waits; of several blocks into the first. */
  mine(count: number, random: Random): void;
  /** Takes the newest blocks away. Their transactions wait again, or are gone for good. */
  disconnect(depth: number, fate: 'wait' | 'gone'): void;
  /** Serialised transactions, by txid. */
  readonly hexes: ReadonlyMap<string, string>;
}

const bits = 0x207f_ffff;
const outside = syntheticAddress('outside');

/** A chain with only a genesis block. */
export function createBitcoinModel(
  custody: readonly CustodyScript[],
  startTime: number,
): BitcoinModel {
  const scripts = custody.map(({ script }) => script);
  const isCustody = new Set(scripts);
  const blocks = new Map<string, EsploraBlock>();
  const coins = new Map<string, ModelCoins>();
  const children = new Map<string, readonly string[]>();
  const clocks = new Map<string, number>();
  let now: number | undefined;
  const hexes = new Map<string, string>();
  let view = createSyntheticChain().readView();
  for (const block of view.blocks) {
    blocks.set(block.header.id, block);
    coins.set(block.header.id, new Map());
  }
  let counter = 0;

  function tip(): EsploraBlock['header'] {
    const header = view.blocks.at(-1)?.header;
    if (!header) throw new Error('the chain is empty');
    return header;
  }

  /** The median of the times of that block and the ten before it: a block must be later (BIP 113). */
  function medianPast(hash: string): number {
    const times: number[] = [];
    for (let at = blocks.get(hash); at && times.length < 11; ) {
      times.push(at.header.timestamp);
      at = blocks.get(at.header.previousblockhash ?? '');
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  }

  /** The hashes of so many blocks upon that one, in each way that it was ever built on. */
  function pathsAbove(hash: string, length: number): (readonly string[])[] {
    if (length === 0) return [[]];
    const next = children.get(hash) ?? [];
    const longer = next.flatMap((child) =>
      pathsAbove(child, length - 1).map((path) => [child, ...path]),
    );
    return [[], ...longer];
  }

  function coinsAt(hash: string): ModelCoins {
    const known = coins.get(hash);
    if (!known) throw new Error(`the model has no block ${hash}`);
    return known;
  }

  function makeTransaction(
    from: readonly (readonly [string, ModelCoin])[],
    to: readonly ModelCoin[],
    coinbaseHeight?: number,
  ): EsploraTransaction {
    const inputs = from.map(([outpoint, coin]) => ({ outpoint, prevout: formatCoin(coin) }));
    if (inputs.length === 0) {
      const txid = sha256(`outside ${counter}`).toString('hex');
      const prevout = formatCoin({ script: outside.script, sats: 2_000_000_000_000_000n });
      inputs.push({ outpoint: `${txid}:0`, prevout });
    }
    const isCoinbase = coinbaseHeight !== undefined;
    const points = isCoinbase
      ? [`${'0'.repeat(64)}:${0xffff_ffff}`]
      : inputs.map(({ outpoint }) => outpoint);
    const hex = serialise(points, to, ++counter);
    const txid = hash256(Buffer.from(hex, 'hex')).reverse().toString('hex');
    hexes.set(txid, hex);
    return {
      txid,
      version: 2,
      locktime: counter,
      vin: isCoinbase
        ? [formatCoinbase('51', [], 0)]
        : inputs.map(({ outpoint, prevout }) => ({
            ...formatInput({
              ...split(outpoint),
              prevout,
              scriptsig: '',
              witness: [],
              sequence: 0,
            }),
          })),
      vout: to.map(formatCoin),
      size: 200,
      weight: 800,
      fee: 0,
    };
  }

  function applyTo(held: Map<string, ModelCoin>, { txid, vin, vout }: EsploraTransaction): void {
    for (const input of vin) held.delete(`${input.txid}:${input.vout}`);
    vout.forEach(({ scriptpubkey, value }, index) => {
      if (isCustody.has(scriptpubkey)) {
        held.set(`${txid}:${index}`, { script: scriptpubkey, sats: BigInt(value) });
      }
    });
  }

  function spendable(): Map<string, ModelCoin> {
    const held = new Map(coinsAt(tip().id));
    for (const transaction of view.mempool) applyTo(held, transaction);
    return held;
  }

  function mineOne(waiting: readonly EsploraTransaction[], random: Random): void {
    const parent = tip();
    const height = parent.height + 1;
    const payee = random.chance(0.15) ? random.pick(scripts) : outside.script;
    const coinbase = makeTransaction([], [{ script: payee, sats: 5_000_000_000n }], height);
    const transactions = [coinbase, ...waiting];
    const merkleRoot = sha256(transactions.map(({ txid }) => txid).join()).toString('hex');
    const step = height === 1 ? 0 : random.between(-20, 1_100);
    const minedAt = now ?? (clocks.get(parent.id) ?? startTime) + step;
    const time = Math.max(medianPast(parent.id) + 1, minedAt + clockError(createRandom(counter)));
    const fields = { version: 0x2000_0000, merkleRoot, time, bits };
    const { hash: id, nonce } = mineHeader({ ...fields, previousHash: parent.id, nonce: counter });
    const block: EsploraBlock = {
      header: {
        id,
        height,
        version: fields.version,
        timestamp: time,
        tx_count: transactions.length,
        size: 500,
        weight: 2000,
        merkle_root: merkleRoot,
        previousblockhash: parent.id,
        mediantime: time,
        nonce,
        bits,
        difficulty: difficultyOf(bits),
      },
      transactions,
    };
    const held = new Map(coinsAt(parent.id));
    for (const transaction of transactions) applyTo(held, transaction);
    blocks.set(id, block);
    coins.set(id, held);
    clocks.set(id, minedAt);
    children.set(parent.id, [...(children.get(parent.id) ?? []), id]);
    const mined = new Set(waiting);
    const mempool = view.mempool.filter((one) => !mined.has(one));
    view = { blocks: [...view.blocks, block], mempool };
  }

  /** Those whose custody inputs are still there: a coinbase that is gone takes with it what spent it. */
  function stillValid(waiting: readonly EsploraTransaction[]): EsploraTransaction[] {
    const held = new Map(coinsAt(tip().id));
    return waiting.filter((transaction) => {
      const valid = transaction.vin.every(
        ({ txid, vout, prevout }) =>
          !isCustody.has(prevout?.scriptpubkey ?? '') || held.has(`${txid}:${vout}`),
      );
      if (valid) applyTo(held, transaction);
      return valid;
    });
  }

  return {
    get view() {
      return view;
    },
    block: (hash) => blocks.get(hash),
    children: (hash) => children.get(hash) ?? [],
    coinsAt,
    stopClock(time) {
      now = time;
    },
    minedAt: (hash) => clocks.get(hash) ?? startTime,
    momentsOf(hash, above) {
      const below: string[] = [];
      for (let at = blocks.get(hash); at && below.length < 6; ) {
        below.unshift(at.header.id);
        at = blocks.get(at.header.previousblockhash ?? '');
      }
      return new Set(
        pathsAbove(hash, above)
          .filter((path) => path.length === above)
          .map((path) => {
            const times = [...below, ...path].map((id) => blocks.get(id)?.header.timestamp ?? 0);
            return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
          }),
      );
    },
    hexes,
    move(kind, random) {
      const held = [...spendable()];
      const to = { script: random.pick(scripts), sats: amountOf(random) };
      let transaction: EsploraTransaction | undefined;
      if (kind === 'deposit') transaction = makeTransaction([], [to]);
      else if (kind === 'dust') {
        const outputs = Array.from({ length: random.between(1, 4) }, () => ({
          script: random.pick(scripts),
          sats: BigInt(random.between(1, 546)),
        }));
        transaction = makeTransaction([], outputs);
      } else if (held.length > 0) {
        const spent = kind === 'sweepAll' ? held : [random.pick(held)];
        const sats = spent.reduce((sum, [, coin]) => sum + coin.sats, 0n);
        const change = kind === 'redemption' ? sats / BigInt(random.between(1, 5)) : sats;
        const outputs = [{ script: to.script, sats: change }];
        if (change < sats) outputs.push({ script: outside.script, sats: sats - change });
        if (kind === 'redemption' && random.chance(0.3)) outputs.shift();
        transaction = makeTransaction(
          spent,
          outputs.length > 0 ? outputs : [{ script: outside.script, sats }],
        );
      }
      if (transaction) view = { ...view, mempool: [...view.mempool, transaction] };
    },
    mine(count, random) {
      for (let mined = 0; mined < count; mined++) {
        const waiting = mined === 0 && !random.chance(0.2) ? view.mempool : [];
        mineOne(waiting, random);
      }
    },
    disconnect(depth, fate) {
      const kept = Math.max(2, view.blocks.length - depth);
      const left = view.blocks.slice(0, kept);
      const back = view.blocks
        .slice(kept)
        .flatMap(({ transactions }) => transactions.slice(1))
        .filter(() => fate === 'wait');
      const waiting = [...back, ...view.mempool];
      view = { blocks: left, mempool: [] };
      view = { blocks: left, mempool: stillValid(waiting) };
    },
  };
}

/** Some miners' clocks are hours off: ahead as far as others bear it, or behind. */
function clockError(random: Random): number {
  return random.chance(0.2) ? random.pick([7_200, 7_200, 3_600, -3_600, -7_200]) : 0;
}

const formatted = new Map<string, ReturnType<typeof formatOutput>>();

/** As `formatOutput`, which works out the address and the words of a script each time. */
function formatCoin({ script, sats }: ModelCoin): ReturnType<typeof formatOutput> {
  const known = formatted.get(script) ?? formatOutput(script, 0n);
  formatted.set(script, known);
  return { ...known, value: Number(sats) };
}

function amountOf(random: Random): bigint {
  return BigInt(random.chance(0.1) ? random.between(1, 1000) : random.between(1, 2_000_000_000));
}

function split(outpoint: string): { readonly txid: string; readonly vout: number } {
  const [txid = '', vout] = outpoint.split(':');
  return { txid, vout: Number(vout) };
}

function serialise(points: readonly string[], to: readonly ModelCoin[], locktime: number): string {
  const inputs = points.map((point) => {
    const { txid, vout } = split(point);
    return `${Buffer.from(txid, 'hex').reverse().toString('hex')}${uint32(vout)}0000000000`;
  });
  const outputs = to.map(({ script, sats }) => {
    const value = Buffer.alloc(8);
    value.writeBigUInt64LE(sats);
    return `${value.toString('hex')}${size(script.length / 2)}${script}`;
  });
  const parts = [uint32(2), size(inputs.length), ...inputs, size(outputs.length), ...outputs];
  return `${parts.join('')}${uint32(locktime)}`;
}

function size(count: number): string {
  if (count < 0xfd) return count.toString(16).padStart(2, '0');
  const bytes = Buffer.alloc(3);
  bytes.writeUInt8(0xfd);
  bytes.writeUInt16LE(count, 1);
  return bytes.toString('hex');
}

function uint32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes.toString('hex');
}

function hash256(bytes: Buffer): Buffer {
  return createHash('sha256').update(createHash('sha256').update(bytes).digest()).digest();
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
