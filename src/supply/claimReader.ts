import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import type { UnixTime } from '../core/unixTime.ts';

/** What a source needs to know of an on-chain feed of somebody's reserves. */
export interface FeedToRead {
  /** CAIP-10: `eip155:1:0x…`. */
  readonly contract: string;
  /** As the registry has them; read back and compared. */
  readonly decimals: number;
  /** How long an answer may stand; left out where it is not known. */
  readonly heartbeatSeconds?: number | undefined;
}

/**
 * What makes a feed's answer worthless: no contract or function there (`absent`); it reverts
 * (`reverted`); it answers in another form (`malformed`); other decimals than the registry says
 * (`decimals`); a value that is zero or negative (`not-positive`); an answer carried over from an
 * earlier round (`incomplete-round`); never updated (`never-updated`), or after the block (`future`).
 */
export type FeedFault =
  | 'absent'
  | 'reverted'
  | 'malformed'
  | 'decimals'
  | 'not-positive'
  | 'incomplete-round'
  | 'never-updated'
  | 'future';

/** What a feed claims at one block: to be shown beside our own figure, never in its place. */
export type FeedClaim = { readonly contract: string } & (
  | {
      readonly valid: true;
      /** In units of `decimals`. */
      readonly value: bigint;
      readonly decimals: number;
      readonly roundId: bigint;
      readonly updatedAt: UnixTime;
      /** From its update to the time of the block. */
      readonly ageSeconds: number;
      readonly heartbeatSeconds: number | null;
      /** Whether it is older than its heartbeat; null where that is not known. */
      readonly stale: boolean | null;
    }
  | {
      readonly valid: false;
      readonly reason: FeedFault;
      /** The reason in words, naming the feed. */
      readonly message: string;
    }
);

/** Reads claims that others publish on the chain. */
export interface ClaimReader {
  /**
   * What each feed answered at the block, read by its hash; in the order of the request.
   *
   * @throws AssayError SOURCE_*, SUPPLY_STATE_UNAVAILABLE
   */
  readFeedClaims(
    feeds: readonly FeedToRead[],
    point: ChainPoint,
    context?: ReadContext,
  ): Promise<readonly FeedClaim[]>;
}
