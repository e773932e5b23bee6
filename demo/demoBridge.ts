import type { Moved } from '../devnet/bridge.ts';
import { deployLockBridge } from '../devnet/deployLockBridge.ts';
import { deployOft } from '../devnet/deployOft.ts';
import type { Devnet, DevnetToken } from '../devnet/startDevnet.ts';

/** What a bridge of the demo is to be. */
export interface BridgePlan {
  /** Of its lockbox in the registry. */
  readonly key: string;
  readonly kind: 'oft-adapter' | 'canonical-bridge';
  /** The name of the copy. */
  readonly name: string;
  readonly symbol: string;
  /** Where the copy is to go round. */
  readonly awayChainId: number;
}

/**
 * A bridge for a token of the demo: real contracts on two chains. What it does is mined in blocks of
 * their own, and written down, so that it is known what an audit has to find. Amounts are in the
 * token's own units.
 */
export interface DemoBridge extends BridgePlan {
  /** The token that is locked. */
  readonly token: DevnetToken;
  readonly lockbox: DevnetToken['address'];
  readonly copy: DevnetToken['address'];
  /** Tokens are locked and as many copies minted. */
  carryOver(amount: bigint): Promise<void>;
  /** Copies are burnt and as many tokens given out again. */
  carryBack(amount: bigint): Promise<void>;
  /** Copies are minted for which nothing was locked. */
  mintUnbacked(amount: bigint): Promise<void>;
  /** What lies in the lockbox as of a block of the token's chain. */
  lockedAt(block: bigint): bigint;
  /** How many copies there are as of a block of their own chain. */
  mintedAt(block: bigint): bigint;
}

const deploy = { 'oft-adapter': deployOft, 'canonical-bridge': deployLockBridge } as const;

interface Entry {
  readonly block: bigint;
  readonly amount: bigint;
}

/** Deploys both sides of a bridge; nothing is locked or minted yet. */
export async function openBridge(
  plan: BridgePlan,
  token: DevnetToken,
  devnet: Devnet,
): Promise<DemoBridge> {
  const { kind, name, symbol, awayChainId } = plan;
  const { address, decimals, chainId } = token;
  const [home, away] = [devnet.anvil(chainId), devnet.anvil(awayChainId)];
  const bridge = await inNextSecond(devnet, (at) =>
    deploy[kind](home, away, { token: address, name, symbol, decimals, at }),
  );
  const locked: Entry[] = [];
  const minted: Entry[] = [];

  const act = async (
    move: 'lock' | 'mint' | 'burn' | 'release',
    amount: bigint,
    message?: Moved['message'],
  ): Promise<Moved> => {
    const moved = await inNextSecond(devnet, (at) =>
      bridge[move]({ amount, at, ...(message && { message }) }),
    );
    const change = move === 'lock' || move === 'mint' ? amount : -amount;
    const entries = move === 'lock' || move === 'release' ? locked : minted;
    entries.push({ block: moved.blockNumber, amount: change });
    return moved;
  };

  return {
    ...plan,
    token,
    lockbox: bridge.lockbox,
    copy: bridge.copy,
    carryOver: async (amount) => {
      const { message } = await act('lock', amount);
      await act('mint', amount, message);
    },
    carryBack: async (amount) => {
      const { message } = await act('burn', amount);
      await act('release', amount, message);
    },
    mintUnbacked: async (amount) => {
      await act('mint', amount);
    },
    lockedAt: (block) => sumUpTo(locked, block),
    mintedAt: (block) => sumUpTo(minted, block),
  };
}

/** Acts a second after the newest block of any chain, and lets that second pass on all of them. */
async function inNextSecond<T>(devnet: Devnet, act: (at: number) => Promise<T>): Promise<T> {
  const result = await act(devnet.now() + 1);
  await devnet.wait(1);
  return result;
}

function sumUpTo(entries: readonly Entry[], block: bigint): bigint {
  return entries
    .filter((entry) => entry.block <= block)
    .reduce((sum, { amount }) => sum + amount, 0n);
}
