import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address, Hash, TransactionReceipt } from 'viem';
import { type AnvilClient, createAnvilClient } from './createAnvilClient.ts';
import { type GuardedProcess, guardProcess } from './guardProcess.ts';
import { locateAnvil } from './locateAnvil.ts';
import type { Program } from './runProgram.ts';

/** A block of a development chain; `timestamp` in Unix seconds. */
export type EvmBlock = { readonly number: bigint; readonly hash: Hash; readonly timestamp: number };

/**
 * A running anvil. Nothing is mined unless asked for, and every block has exactly the timestamp
 * that it was asked to have.
 *
 * `safe` is 1 block below `latest` and `finalized` is 2 below (never under the genesis block).
 */
export type Anvil = AsyncDisposable & {
  readonly pid: number;
  readonly url: string;
  readonly chainId: number;
  readonly client: AnvilClient;
  /** Ten unlocked accounts with 10,000 ether each, the same in every run. */
  readonly accounts: readonly Address[];
  readLatest(): Promise<EvmBlock>;
  /** Mines one block, with the transactions that wait. `timestamp` must be past the latest one's. */
  mineAt(timestamp: number): Promise<EvmBlock>;
  /** Mines `count` blocks: the first at `firstTimestamp`, each other `secondsPerBlock` later. */
  mineMany(blocks: {
    readonly count: number;
    readonly firstTimestamp: number;
    readonly secondsPerBlock: number;
  }): Promise<EvmBlock>;
  /**
   * Sends a transaction and mines it in a block at `timestamp`.
   * @throws Error when it reverts
   */
  transactAt(timestamp: number, send: () => Promise<Hash>): Promise<TransactionReceipt>;
  /** Ends the node and removes its files. */
  stop(): Promise<void>;
  /** Ends the node at once, as a crash would (SIGKILL). Does the same as {@link stop}. */
  kill(): Promise<void>;
};

const startTimeoutMs = 30_000;

/**
 * Starts anvil on loopback and a free port, from an empty state, and waits until it listens.
 *
 * @param options.genesisTime Unix seconds of block 0
 * @param options.hardfork default `cancun`: from Prague on, anvil keeps block hashes in the state
 * (EIP-2935) and mines empty blocks ten times slower
 * @throws Error with its last lines of output when anvil ends before it listens
 */
export async function startAnvil(options: {
  readonly chainId: number;
  readonly genesisTime: number;
  readonly hardfork?: string;
  readonly extraArgs?: readonly string[];
  readonly program?: Program;
}): Promise<Anvil> {
  const { chainId, genesisTime, hardfork = 'cancun', extraArgs = [] } = options;
  const program = options.program ?? (await locateAnvil());
  const folder = await mkdtemp(join(tmpdir(), 'assay-anvil-'));
  const port = Promise.withResolvers<number>();
  let node: GuardedProcess;
  try {
    node = await guardProcess({
      file: program.file,
      args: [
        ...program.args,
        ...['--host', '127.0.0.1', '--port', '0', '--no-mining', '--slots-in-an-epoch', '1'],
        ...['--chain-id', String(chainId), '--timestamp', String(genesisTime)],
        ...['--hardfork', hardfork, '--cache-path', folder, ...extraArgs],
      ],
      folder,
      onLine: (line) => {
        const listening = /^Listening on .*:(\d+)$/.exec(line);
        if (listening !== null) port.resolve(Number(listening[1]));
      },
    });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  void node.exited.then((status) =>
    port.reject(new Error(`anvil ended (${status}) before it listened:\n${node.lastLines()}`)),
  );
  const timer = setTimeout(
    () => port.reject(new Error(`anvil did not listen within ${startTimeoutMs / 1000} s`)),
    startTimeoutMs,
  );
  try {
    return await describeNode(node, { port: await port.promise, chainId });
  } catch (error) {
    await node.kill();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function describeNode(
  node: GuardedProcess,
  options: { readonly port: number; readonly chainId: number },
): Promise<Anvil> {
  const { port, chainId } = options;
  const url = `http://127.0.0.1:${port}`;
  const client = createAnvilClient(url, chainId);
  const accounts = await client.getAddresses();

  const readLatest = async (): Promise<EvmBlock> => {
    const { number, hash, timestamp } = await client.getBlock({ blockTag: 'latest' });
    return { number, hash, timestamp: Number(timestamp) };
  };
  const mineMany: Anvil['mineMany'] = async ({ count, firstTimestamp, secondsPerBlock }) => {
    // Without an interval anvil would add the real time that mining takes.
    await client.setBlockTimestampInterval({ interval: secondsPerBlock });
    await client.setNextBlockTimestamp({ timestamp: BigInt(firstTimestamp) });
    await client.mine({ blocks: count });
    const latest = await readLatest();
    const expected = firstTimestamp + (count - 1) * secondsPerBlock;
    if (latest.timestamp !== expected) {
      throw new Error(`anvil mined a block at ${latest.timestamp}, not at ${expected}`);
    }
    return latest;
  };
  const mineAt: Anvil['mineAt'] = (timestamp) =>
    mineMany({ count: 1, firstTimestamp: timestamp, secondsPerBlock: 1 });

  return {
    pid: node.pid,
    url,
    chainId,
    client,
    accounts,
    readLatest,
    mineAt,
    mineMany,
    transactAt: async (timestamp, send) => {
      const hash = await send();
      await mineAt(timestamp);
      const receipt = await client.getTransactionReceipt({ hash });
      if (receipt.status !== 'success') throw new Error(`transaction ${hash} reverted`);
      return receipt;
    },
    stop: node.kill,
    kill: node.kill,
    [Symbol.asyncDispose]: node.kill,
  };
}
