import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { ChainId, TokenId } from '../core/caip.ts';
import type { Digest } from '../core/canonicalJson.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { DiscoveryEntry } from './discoveryEntry.ts';
import type { FeedEntry } from './feedEntry.ts';
import type { exclusionReasons } from './liabilityEntry.ts';
import type { lockboxKinds } from './lockboxEntry.ts';
import type { ContractId } from './parseContract.ts';

/** Who says so, where and when. */
export interface Provenance {
  /** `published` by the issuer or custodian, `derived` from a published key, `claimed` by others. */
  readonly kind: 'published' | 'derived' | 'claimed';
  /** Who says so. */
  readonly by: string;
  /** Where: a URL, or a document with its version. */
  readonly source: string;
  /** When that was read, or last changed: YYYY-MM-DD. */
  readonly date: string;
  readonly note?: string | undefined;
}

export type ScriptType = 'p2pkh' | 'p2sh' | 'p2wpkh' | 'p2wsh' | 'p2tr';

/** What the asset's folder `evidence/` shows about an address; verified when it was loaded. */
export type ControlEvidence =
  /** A signature over a challenge of ours. */
  | {
      readonly grade: 'proven';
      /** The file, below the registry's directory. */
      readonly file: string;
      readonly date: UnixTime;
      /** Nobody can have signed before this block was mined. */
      readonly bitcoinPoint: Pick<ChainPoint, 'chain' | 'height' | 'hash'>;
    }
  /** Recomputed from a descriptor that the issuer or custodian published. */
  | { readonly grade: 'derived'; readonly file: string; readonly source: string };

/** An address at which a custodian keeps coins of the asset. */
export interface CustodyAddress {
  readonly address: string;
  /** scriptPubKey in lower-case hex, derived from the address. */
  readonly script: string;
  /** Derived from the script. A P2SH may hide a nested SegWit script; it stays `p2sh`. */
  readonly scriptType: ScriptType;
  readonly custodian: string;
  readonly provenance: readonly Provenance[];
  /** First and last day on which the coins here were the asset's: YYYY-MM-DD, both inclusive. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly note?: string | undefined;
  /** Left out where there is none. */
  readonly evidence?: readonly ControlEvidence[] | undefined;
}

/** How much may be missing in a lockbox while messages between two chains are under way. */
export interface LockboxPolicy {
  /** In the smallest unit of the token that lies there: a positive integer as decimal text. */
  readonly toleranceUnits: string;
  /** A shortfall that stood so long ago already is no matter of messages under way. */
  readonly durationSeconds: number;
}

/** A contract that keeps tokens whose copies go round elsewhere. */
export interface Lockbox {
  /** Its key in the file. */
  readonly key: string;
  readonly contract: ContractId;
  readonly kind: (typeof lockboxKinds)[number];
  /** The deployment whose tokens lie there. */
  readonly locks?: TokenId | undefined;
  /** Without one nothing may be missing at any time. */
  readonly policy?: LockboxPolicy | undefined;
  readonly provenance: readonly Provenance[];
  readonly note?: string | undefined;
}

/** An on-chain feed about the asset: a claim to compare, never counted. */
export interface Feed {
  readonly contract: ContractId;
  readonly kind: FeedEntry['kind'];
  readonly name: string;
  readonly decimals: number;
  readonly heartbeatSeconds?: number | undefined;
  readonly provenance: readonly Provenance[];
  readonly note?: string | undefined;
}

/** A holding that is no liability of the issuer, or that is counted elsewhere. */
export interface Exclusion {
  /** A canonical deployment of the asset. */
  readonly token: TokenId;
  /** The account or contract on the token's chain, in that chain's own writing. */
  readonly holder: string;
  readonly reason: (typeof exclusionReasons)[number];
  readonly provenance: readonly Provenance[];
  readonly note?: string | undefined;
}

/** Where it is read how much BTC tokens stand for. */
export interface Rate {
  /** Canonical deployments of the asset. */
  readonly tokens: readonly TokenId[];
  /** The contract of one of the asset's feeds of kind `chainlink-exchange-rate`, on any chain. */
  readonly feed: ContractId;
  readonly provenance: readonly Provenance[];
}

/** What the issuer owes: the canonical supplies less what is excluded, each at its rate. */
export interface LiabilityFormula {
  readonly exclude: readonly Exclusion[];
  /** Tokens that are not named stand for one BTC each. */
  readonly rates: readonly Rate[];
}

/** A contract or account that decides over the tokens, or belongs to their machinery. */
export interface ControlContract {
  readonly role: string;
  readonly contract: ContractId;
  readonly provenance: readonly Provenance[];
  readonly note?: string | undefined;
}

/** One token contract or mint on one chain. */
export interface Deployment {
  readonly token: TokenId;
  readonly chain: ChainId;
  /** `erc20`, `token`, `coin`, …: the CAIP-19 namespace. */
  readonly standard: string;
  readonly reference: string;
  /** Minted and burnt by the issuer, or a copy of tokens that are locked elsewhere. */
  readonly kind: 'canonical' | 'bridged';
  readonly decimals: number;
  readonly symbol: string;
  /**
   * Where the tokens lie that this is a copy of, or `unknown`; set on every bridged deployment, and
   * on a canonical one of which part is such a copy.
   */
  readonly lockbox?: Lockbox | 'unknown' | undefined;
  /** The storage slot of the total supply: 32 bytes in hex or a small integer; where it is known. */
  readonly supplySlot?: string | undefined;
  readonly provenance: readonly Provenance[];
  /** How a bridged copy came about, doubts, … */
  readonly note?: string | undefined;
}

/** What the registry knows to be missing. */
export interface CoverageGap {
  readonly side: 'reserves' | 'supply';
  readonly what: string;
  readonly why: string;
}

export interface Coverage {
  readonly status: 'complete' | 'partial' | 'retired';
  /** Empty unless `partial`. */
  readonly missing: readonly CoverageGap[];
}

export interface AssetPolicy {
  /** Blocks that bury an audited state, itself included: H = tip − (confirmations − 1). */
  readonly confirmations: number;
  /** Past this difference between the two sides' block times the verdict is indeterminate. */
  readonly maxSkewSeconds: number;
  /** Past this age of the audited Bitcoin block the verdict is indeterminate. */
  readonly maxAgeSeconds: number;
  /** How long an attestation stands. */
  readonly validForSeconds: number;
  /** How many operators must agree on each figure. */
  readonly quorum: number;
  /** How long a signed challenge keeps its address proven. */
  readonly maxProofAgeDays: number;
}

/** The JSON of an asset's files, as it was read: from it the digest can be computed again. */
export interface AssetFiles {
  readonly id: string;
  readonly asset: unknown;
  readonly reserves: unknown;
  /** By name; left out where there is none. */
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/** A wrapped asset under audit, parsed and checked. */
export interface Asset {
  readonly id: string;
  readonly name: string;
  readonly symbol: string;
  readonly issuer: string;
  readonly network: BitcoinNetwork;
  readonly policy: AssetPolicy;
  readonly coverage: Coverage;
  readonly deployments: readonly Deployment[];
  readonly custody: readonly CustodyAddress[];
  /** The shared pool by its name, where the coins back other assets too: each of them declares it. */
  readonly pool?: string | undefined;
  /** Also those that no listed deployment is a copy of. */
  readonly lockboxes?: readonly Lockbox[] | undefined;
  /** Left out where the liability is the sum of the canonical supplies. */
  readonly liability?: LiabilityFormula | undefined;
  readonly feeds?: readonly Feed[] | undefined;
  readonly control?: readonly ControlContract[] | undefined;
  /** Where custody addresses are published, as the file writes it; contracts are CAIP-10. */
  readonly discovery?: readonly DiscoveryEntry[] | undefined;
  /** Where the issuer publishes its own figures. */
  readonly disclosures?: readonly string[] | undefined;
  /** The day by which somebody should have looked at the entry again: YYYY-MM-DD. */
  readonly reviewBy?: string | undefined;
  /** What a reader should know besides. */
  readonly notes?: readonly string[] | undefined;
  /** SHA-256 of the canonical JSON of the asset's files, evidence included: see `digestAsset`. */
  readonly digest: Digest;
  /** The same without evidence: what a challenge names, so that recording a proof does not void it. */
  readonly listsDigest: Digest;
  /** Of the asset, or of all on its shared pool by id; left out where it was not read from files. */
  readonly files?: readonly AssetFiles[] | undefined;
}

/** The registry: reviewed data, read whole or not at all. */
export interface Registry {
  /** By id, in the order of the ids. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** SHA-256 of the canonical JSON of all asset digests by id. */
  readonly digest: Digest;
}
