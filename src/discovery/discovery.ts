import type { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { DiscoveryCode } from '../core/codes/discoveryCodes.ts';
import type { Sats } from '../core/sats.ts';
import type { SourceRef } from '../core/source.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { ScriptType } from '../registry/asset.ts';
import type { DiscoveryEntry } from '../registry/discoveryEntry.ts';

/**
 * Words of this folder. A *place* is an entry of `discovery` in asset.json: a feed that the issuer
 * serves, or a contract. A *reading* is what one place said. Amounts in it are the publisher's claims.
 */

/** Something that happened to an address in a contract: set for a merchant, replaced, … */
export interface AddressEvent {
  readonly event: 'set' | 'replaced';
  /** Without time where only the log was read. */
  readonly point: Pick<ChainPoint, 'chain' | 'height' | 'hash'>;
  /** Whose deposit address it is: an account of the contract's chain. */
  readonly account: string;
}

/** What became of a signature that a place stores beside an address. */
export interface PublishedSignature {
  readonly result: 'valid' | 'invalid' | 'inconclusive';
  /** In words of ours: what it proves at most, or why it proves nothing. */
  readonly reason: string;
}

/** An address as one place publishes it. */
export interface PublishedAddress {
  /** As `decodeAddressOf` writes it. */
  readonly address: string;
  /** scriptPubKey in lower-case hex. */
  readonly script: string;
  readonly scriptType: ScriptType;
  /**
   * `custody`: the custodian keeps coins of the asset there; `other`: it is named, but as somebody
   * else's, such as a merchant's own address for redemptions.
   */
  readonly role: 'custody' | 'other';
  /** What the place says it is, in words of ours: "custodial", "deposit address for 0x…". */
  readonly purpose: string;
  /** False where the place has replaced it since. */
  readonly current: boolean;
  /** What the publisher says lies there; null where it says nothing that could be read. */
  readonly claimedSats: Sats | null;
  /** In the order of the chain; left out where the place keeps no history. */
  readonly history?: readonly AddressEvent[];
  readonly signature?: PublishedSignature;
}

/** Something odd in a reading that did not stop it. */
export interface DiscoveryNote {
  readonly code: DiscoveryCode;
  readonly message: string;
}

/** What one place said. */
export interface DiscoveryReading {
  readonly place: DiscoveryEntry;
  /** `issuer`: a feed; `chain`: a contract. */
  readonly side: 'issuer' | 'chain';
  readonly source: SourceRef;
  readonly readAt: UnixTime;
  /** The block as of which a contract was read; null for a feed. */
  readonly point: ChainPoint | null;
  /** When the publisher says its list was made; null where it does not say. */
  readonly publishedAt: UnixTime | null;
  /** Each script once, in the order of the addresses' texts. */
  readonly addresses: readonly PublishedAddress[];
  readonly notes: readonly DiscoveryNote[];
  /** False where an entry could not be understood: then an address that is absent may be there. */
  readonly complete: boolean;
}

/** What came of asking one place. */
export type DiscoveryOutcome =
  | {
      readonly place: DiscoveryEntry;
      readonly side: 'issuer' | 'chain';
      readonly reading: DiscoveryReading;
    }
  | {
      readonly place: DiscoveryEntry;
      readonly side: 'issuer' | 'chain';
      readonly error: AssayError;
    };

/** Entries of one list that are read at most: as many as the registry takes. */
export const maxListed = 200_000;
