import { type Custodian, createCustodian } from './createCustodian.ts';
import { createMiner, type Miner } from './createMiner.ts';
import { createTimeline, findAnvil, type OpenTimeline, type Timeline } from './createTimeline.ts';
import { deployContract, deployToken, type Token } from './deployToken.ts';
import { type Anvil, startAnvil } from './startAnvil.ts';
import { type Bitcoind, startBitcoind } from './startBitcoind.ts';

/** A token whose changes are each mined in a block of their own, at the clock's next second. */
export type DevnetToken = Omit<Token, 'mint' | 'burn'> & {
  /** Answers the block's number. */
  mint(amount: bigint, to?: Token['owner']): Promise<bigint>;
  /** Answers the block's number. */
  burn(amount: bigint, from?: Token['owner']): Promise<bigint>;
};

/** One Bitcoin chain and any number of EVM chains on one clock. */
export type Devnet = Timeline &
  AsyncDisposable & {
    readonly bitcoind: Bitcoind;
    readonly miner: Miner;
    readonly anvils: readonly Anvil[];
    /** @throws Error for a chain that was not started */
    anvil(chainId: number): Anvil;
    /** Deploys contracts/WrappedToken.sol. */
    deployToken(
      chainId: number,
      token: { readonly name: string; readonly symbol: string; readonly decimals: number },
    ): Promise<DevnetToken>;
    /** Deploys a contract of devnet/contracts that has no constructor arguments. */
    deployContract(chainId: number, contract: string): Promise<Token['address']>;
    createCustodian(custodian: {
      readonly name: string;
      readonly seed?: string;
    }): Promise<Custodian>;
    /** Ends all nodes and removes their data. Safe to call twice. */
    stop(): Promise<void>;
  };

/** The subsidy halves every 150 blocks on regtest: 150 leave the miner 2,500 mature bitcoin. */
const firstBlocks = 150;
const firstBlockSeconds = 600;

/**
 * Starts bitcoind and one anvil per chain id, in parallel. The Bitcoin chain has 150 blocks, the
 * last at `startTime`; its miner has mature coins; each EVM chain begins with its genesis block at
 * `startTime`. No process outlives this one, however it ends.
 *
 * @param options.chainIds default 31337
 * @param options.startTime Unix seconds; default 1 January 2026
 * @param options.evmBlockSeconds how far apart EVM blocks are while time goes by; default 60
 * @param options.bitcoindArgs more arguments for bitcoind, such as `-prune=1`
 * @throws Error when a node cannot be found or does not start; those that did are ended
 */
export async function startDevnet(
  options: {
    readonly chainIds?: readonly number[];
    readonly startTime?: number;
    readonly evmBlockSeconds?: number;
    readonly bitcoindArgs?: readonly string[];
  } = {},
): Promise<Devnet> {
  const { chainIds = [31337], startTime = 1_767_225_600, evmBlockSeconds = 60 } = options;
  const originTime = startTime - firstBlocks * firstBlockSeconds;
  const bitcoinStart = startBitcoind({
    mockTime: originTime,
    extraArgs: options.bitcoindArgs ?? [],
  });
  const evmStarts = chainIds.map((chainId) => startAnvil({ chainId, genesisTime: startTime }));
  const stop = async (): Promise<void> => {
    const started = await Promise.allSettled([bitcoinStart, ...evmStarts]);
    await Promise.all(
      started.map((node) => (node.status === 'fulfilled' ? node.value.stop() : undefined)),
    );
  };
  try {
    const [bitcoind, anvils] = await Promise.all([bitcoinStart, Promise.all(evmStarts)]);
    const miner = await createMiner(bitcoind);
    const origin = { bitcoind, anvils: [], miner, startTime: originTime, evmBlockSeconds };
    await createTimeline(origin).mineBitcoin(firstBlocks, firstBlockSeconds);
    const timeline = createTimeline({ ...origin, anvils, startTime });
    return describeDevnet({ bitcoind, anvils, miner, timeline, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

function describeDevnet(parts: {
  readonly bitcoind: Bitcoind;
  readonly anvils: readonly Anvil[];
  readonly miner: Miner;
  readonly timeline: OpenTimeline;
  readonly stop: () => Promise<void>;
}): Devnet {
  const { bitcoind, anvils, miner, stop } = parts;
  const { nextSecond, ...timeline } = parts.timeline;
  return {
    ...timeline,
    bitcoind,
    miner,
    anvils,
    anvil: (chainId) => findAnvil(anvils, chainId),
    deployToken: async (chainId, token) => {
      const anvil = findAnvil(anvils, chainId);
      const { mint, burn, ...deployed } = await nextSecond((at) =>
        deployToken(anvil, { ...token, at }),
      );
      return {
        ...deployed,
        mint: (amount, to = deployed.owner) => nextSecond((at) => mint({ amount, to, at })),
        burn: (amount, from = deployed.owner) => nextSecond((at) => burn({ amount, from, at })),
      };
    },
    deployContract: (chainId, contract) =>
      nextSecond((at) => deployContract(findAnvil(anvils, chainId), { contract, at })),
    createCustodian: (custodian) => createCustodian(bitcoind, { ...custodian, miner }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
