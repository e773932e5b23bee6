import type { Address, Hash } from 'viem';

/** What is moved in a block at `at` (Unix seconds); `amount` in the token's smallest unit. */
export type BridgeMove = { readonly amount: bigint; readonly at: number };

/** The block in which something was moved, and under which identifier the bridge tells of it. */
export type Moved = { readonly blockNumber: bigint; readonly message: Hash };

/**
 * A bridge between two development chains. Nothing goes from one to the other by itself: whoever holds
 * it says when tokens are locked and when copies are minted, and may mint what was never locked. On
 * both chains the first account owns the contracts and the tokens.
 */
export type Bridge = {
  /** The contract that keeps tokens, on their own chain. */
  readonly lockbox: Address;
  /** The token that goes round in their place, on the other chain. */
  readonly copy: Address;
  /** Locks tokens of the owner, who approves it in the same block. */
  lock(move: BridgeMove): Promise<Moved>;
  /** Mints copies to the owner, for the lock that is named or for none. */
  mint(move: BridgeMove & { readonly message?: Hash }): Promise<Moved>;
  /** Burns copies of the owner. */
  burn(move: BridgeMove): Promise<Moved>;
  /** Gives tokens out of the lockbox back to the owner, for the burn that is named or for none. */
  release(move: BridgeMove & { readonly message?: Hash }): Promise<Moved>;
};

/** The two chains of a bridge, the token, and how its copy is to be named. */
export type BridgeDeployment = {
  readonly token: Address;
  readonly name: string;
  readonly symbol: string;
  readonly decimals: number;
  /** When the contracts are deployed, one block on each chain. */
  readonly at: number;
};

/** What a bridge that was told of no message says it is about. */
export const noMessage: Hash = `0x${'00'.repeat(32)}`;
