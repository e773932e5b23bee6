import { z } from 'zod';
import type { RpcCall } from './bitcoinRpc.ts';
import type { Miner } from './createMiner.ts';
import type { Anvil } from './startAnvil.ts';
import type { Bitcoind } from './startBitcoind.ts';

/** A block of the Bitcoin chain; `time` is its header's, in Unix seconds. */
export type BitcoinBlock = {
  readonly height: number;
  readonly hash: string;
  readonly time: number;
};

/**
 * One clock for all chains, which moves only when it is told to: every block's time is exactly the
 * clock's at the moment it was mined. Calls take turns, in the order in which they were made.
 */
export type Timeline = {
  /** The clock, in Unix seconds. */
  now(): number;
  readBitcoinTip(): Promise<BitcoinBlock>;
  /** Time goes by on all chains, and Bitcoin blocks are found, `secondsPerBlock` (600) apart. */
  advance(by: {
    readonly bitcoinBlocks: number;
    readonly secondsPerBlock?: number;
  }): Promise<BitcoinBlock>;
  /** Time goes by without a Bitcoin block; EVM blocks flow. */
  wait(seconds: number): Promise<void>;
  /** Mines Bitcoin blocks while the EVM chains stand still (until the next advance or wait). */
  mineBitcoin(blocks: number, secondsPerBlock?: number): Promise<BitcoinBlock>;
  /** Mines blocks on one EVM chain while the others stand still, `secondsPerBlock` (12) apart. */
  mineEvm(chainId: number, blocks: number, secondsPerBlock?: number): Promise<void>;
  /**
   * Replaces the newest `depth` Bitcoin blocks by `depth` + 1 others, 1 second apart. Their
   * transactions are mined again (`kept`), or stay out (`dropped`: they are back in the mempool and
   * the next ordinary block takes them).
   */
  reorgBitcoin(how: {
    readonly depth: number;
    readonly transactions: 'kept' | 'dropped';
  }): Promise<BitcoinBlock>;
};

/** A timeline that others, too, can do things on: `act` gets the next second, for itself. */
export type OpenTimeline = Timeline & {
  nextSecond<T>(act: (at: number) => Promise<T>): Promise<T>;
};

const BlockHeader = z.object({ height: z.number(), hash: z.string(), time: z.number() });

/** Puts running chains on one clock, which starts at `startTime`; no block may be later than it. */
export function createTimeline(chains: {
  readonly bitcoind: Bitcoind;
  readonly anvils: readonly Anvil[];
  readonly miner: Miner;
  readonly startTime: number;
  /** How far apart EVM blocks are while time goes by. */
  readonly evmBlockSeconds: number;
}): OpenTimeline {
  const { bitcoind, anvils, miner, evmBlockSeconds } = chains;
  let time = chains.startTime;
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = turn.then(act);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const readBitcoinTip = async (): Promise<BitcoinBlock> => {
    const hash = await bitcoind.rpc('getbestblockhash');
    return BlockHeader.parse(await bitcoind.rpc('getblockheader', [hash]));
  };

  const setBitcoinClock = (at: number): RpcCall => ({ method: 'setmocktime', params: [at] });

  const findBlocks = async (blocks: number, secondsPerBlock: number): Promise<BitcoinBlock> => {
    const calls = Array.from({ length: blocks }, (_, index): RpcCall[] => [
      setBitcoinClock(time + (index + 1) * secondsPerBlock),
      { method: 'generatetoaddress', params: [1, miner.address] },
    ]);
    await bitcoind.batch(calls.flat());
    return readBitcoinTip();
  };

  const flowTo = async (anvil: Anvil, end: number): Promise<void> => {
    const latest = await anvil.readLatest();
    const count = Math.floor((end - latest.timestamp) / evmBlockSeconds);
    if (count < 1) return;
    await anvil.mineMany({
      count,
      firstTimestamp: latest.timestamp + evmBlockSeconds,
      secondsPerBlock: evmBlockSeconds,
    });
  };

  return {
    now: () => time,
    readBitcoinTip,
    advance: ({ bitcoinBlocks, secondsPerBlock = 600 }) =>
      inTurn(async () => {
        const end = time + bitcoinBlocks * secondsPerBlock;
        const [tip] = await Promise.all([
          findBlocks(bitcoinBlocks, secondsPerBlock),
          ...anvils.map((anvil) => flowTo(anvil, end)),
        ]);
        time = end;
        return tip;
      }),
    wait: (seconds) =>
      inTurn(async () => {
        time += seconds;
        await Promise.all([
          bitcoind.batch([setBitcoinClock(time)]),
          ...anvils.map((anvil) => flowTo(anvil, time)),
        ]);
      }),
    mineBitcoin: (blocks, secondsPerBlock = 600) =>
      inTurn(async () => {
        const tip = await findBlocks(blocks, secondsPerBlock);
        time += blocks * secondsPerBlock;
        return tip;
      }),
    mineEvm: (chainId, blocks, secondsPerBlock = 12) =>
      inTurn(async () => {
        if (blocks < 1) return;
        const firstTimestamp = time + secondsPerBlock;
        await findAnvil(anvils, chainId).mineMany({
          count: blocks,
          firstTimestamp,
          secondsPerBlock,
        });
        time += blocks * secondsPerBlock;
        await bitcoind.batch([setBitcoinClock(time)]);
      }),
    reorgBitcoin: ({ depth, transactions }) =>
      inTurn(async () => {
        const { height } = await readBitcoinTip();
        const fork = await bitcoind.rpc('getblockhash', [height - depth + 1]);
        await bitcoind.rpc('invalidateblock', [fork]);
        const find: RpcCall =
          transactions === 'kept'
            ? { method: 'generatetoaddress', params: [1, miner.address] }
            : { method: 'generateblock', params: [miner.address, []] };
        const calls = Array.from({ length: depth + 1 }, (_, index) => [
          setBitcoinClock(time + index + 1),
          find,
        ]);
        await bitcoind.batch(calls.flat());
        time += depth + 1;
        return readBitcoinTip();
      }),
    nextSecond: (act) =>
      inTurn(async () => {
        time += 1;
        return act(time);
      }),
  };
}

/** @throws Error for a chain that was not started */
export function findAnvil(anvils: readonly Anvil[], chainId: number): Anvil {
  const found = anvils.find((anvil) => anvil.chainId === chainId);
  if (found === undefined) throw new Error(`there is no anvil with chain id ${chainId}`);
  return found;
}
