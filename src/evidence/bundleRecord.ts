import { z } from 'zod';
import type { Digest } from '../core/canonicalJson.ts';
import { AssetId } from '../registry/assetFile.ts';
import type { SupplyProof } from './evmSupplyProof.ts';

/** The first bytes of a bundle, before its records. */
export const magic = 'assay.evidence/1\n';

/** No record's payload is longer; a registry record holds whole files and may be. */
export const longestPayload = 16 * 2 ** 20;
export const longestRegistryPayload = 64 * 2 ** 20;

/** No bundle is longer than this, uncompressed. */
export const longestBundle = 2 ** 30;

/** A record of headers holds so many, unless it is the last. */
export const headersPerRecord = 2016;

const count = z.int().min(0).max(100_000_000);

/** What a bundle says about itself, ahead of everything else. */
export const Manifest = z.strictObject({
  schema: z.literal('assay.evidence/1'),
  /** The audited asset, or all assets on its shared pool, in the order of their ids. */
  assets: z.array(AssetId).min(1).max(100),
  /** The audited block H. */
  bitcoinPoint: z.strictObject({
    chain: z.string().max(41),
    height: z.int().min(0).max(0xffff_ffff),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    time: z.int().min(0).max(0xffff_ffff),
  }),
  /**
   * Whether the headers up to H are in the bundle, or in a header store of the reader. Those of the
   * moment are in the bundle in either case.
   */
  headers: z.enum(['linked', 'store']),
  /** The blocks whose times tell when H was mined; left out in old bundles. */
  moment: z
    .strictObject({
      fromHeight: z.int().min(0).max(0xffff_ffff),
      toHeight: z.int().min(0).max(0xffff_ffff),
    })
    .optional(),
  /** How many records of each kind follow, and how many outputs they show. */
  blocks: count,
  transactions: count,
  outputs: count,
  proofs: count,
});

export type Manifest = z.infer<typeof Manifest>;

/** The files of one asset as they are, so that their digest can be computed again. */
export const RegistryRecord = z.strictObject({
  id: AssetId,
  asset: z.unknown(),
  reserves: z.unknown(),
  /** By name; left out where there is none. */
  evidence: z.record(z.string().max(255), z.unknown()).optional(),
});

export type RegistryRecord = z.infer<typeof RegistryRecord>;

/** What a bundle holds, in the order in which its records must come. Bytes are views, not copies. */
export type BundleRecord =
  | { readonly type: 'manifest'; readonly manifest: Manifest }
  | { readonly type: 'registry'; readonly registry: RegistryRecord }
  /** Headers of 80 bytes each, from a height on. */
  | { readonly type: 'headers'; readonly start: number; readonly headers: Uint8Array }
  | CoinbaseRecord
  /** The block of the transactions that follow; with its header where a store has the others. */
  | { readonly type: 'block'; readonly height: number; readonly header?: Uint8Array | undefined }
  | TransactionRecord
  | { readonly type: 'supply'; readonly proof: SupplyProof };

/** The coinbase of the audited block, which begins with the block's height; left out of old bundles. */
export interface CoinbaseRecord {
  readonly type: 'coinbase';
  /** As in a transaction's record. */
  readonly branch: Uint8Array;
  readonly transaction: Uint8Array;
}

/** A transaction with outputs that belong to the reserves, and its way to the Merkle root. */
export interface TransactionRecord {
  readonly type: 'transaction';
  /** Its place in the block, the coinbase being 0. */
  readonly position: number;
  /** The siblings from the leaf upwards, 32 bytes each, in the byte order in which they are hashed. */
  readonly branch: Uint8Array;
  /** Which outputs are counted, ascending. */
  readonly outputs: readonly number[];
  /** Without witnesses: its double SHA-256 is the txid. */
  readonly transaction: Uint8Array;
}

/** What a reader yields last: the digest of a bundle that is whole. */
export interface EndRecord {
  readonly type: 'end';
  /** SHA-256 of the uncompressed bundle. */
  readonly digest: Digest;
  /** Bytes of the uncompressed bundle. */
  readonly length: number;
}

/** The byte that tells the type of a record. */
export const recordTypes = {
  manifest: 1,
  registry: 2,
  headers: 3,
  block: 4,
  transaction: 5,
  supply: 6,
  end: 7,
  coinbase: 8,
} as const;

export type RecordType = keyof typeof recordTypes;
