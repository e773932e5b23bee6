import { z } from 'zod';
import { Sats } from '../core/sats.ts';
import { UnixTime } from '../core/unixTime.ts';

/**
 * What an Esplora server answers (https://github.com/Blockstream/esplora/blob/master/API.md), as far
 * as assay reads it. Amounts stand there as JSON integers in satoshis; all fit 2^53.
 */

export const Hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');

const Uint32 = z.int().min(0).max(0xffff_ffff);
const Script = z.string().regex(/^(?:[0-9a-f]{2})*$/, 'expected hex');
const Count = z.int().min(0);
const Amount = z
  .int()
  .min(0)
  .max(21e14)
  .transform((sats) => Sats(BigInt(sats)));
/** Over an address's whole history a sum may exceed all coins there are: they move in circles. */
const Turnover = z
  .int()
  .min(0)
  .transform((sats) => BigInt(sats));

export const TransactionStatus = z.discriminatedUnion('confirmed', [
  z.object({ confirmed: z.literal(true), block_height: Uint32, block_hash: Hash }),
  z.object({ confirmed: z.literal(false) }),
]);
export type TransactionStatus = z.infer<typeof TransactionStatus>;
export type ConfirmedStatus = Extract<TransactionStatus, { confirmed: true }>;

const Output = z.object({ scriptpubkey: Script, value: Amount });

const Input = z
  .object({ txid: Hash, vout: Uint32, is_coinbase: z.boolean(), prevout: Output.nullable() })
  .refine(({ is_coinbase, prevout }) => is_coinbase === (prevout === null), {
    message: 'expected a prevout of every input but a coinbase',
    path: ['prevout'],
  });

export const Transaction = z.object({
  txid: Hash,
  vin: z.array(Input),
  vout: z.array(Output),
  status: TransactionStatus,
});
export type Transaction = z.infer<typeof Transaction>;
export type ConfirmedTransaction = Transaction & { readonly status: ConfirmedStatus };

export const UnspentOutput = z.object({
  txid: Hash,
  vout: Uint32,
  status: TransactionStatus,
  value: Amount,
});
export type UnspentOutput = z.infer<typeof UnspentOutput>;

const Stats = z.object({
  tx_count: Count,
  funded_txo_count: Count,
  funded_txo_sum: Turnover,
  spent_txo_count: Count,
  spent_txo_sum: Turnover,
});
/** What happened to an address over all its history, confirmed or in the mempool. */
export type AddressStats = z.infer<typeof Stats>;

export const AddressSummary = z.object({
  /** One of the two: what the server was asked for. */
  address: z.string().optional(),
  scripthash: z.string().optional(),
  chain_stats: Stats.refine(
    (stats) =>
      stats.spent_txo_count <= stats.funded_txo_count &&
      stats.spent_txo_sum <= stats.funded_txo_sum &&
      (stats.tx_count === 0) === (stats.funded_txo_count === 0),
    { message: 'expected no more to be spent than was received' },
  ),
  mempool_stats: Stats,
});
export type AddressSummary = z.infer<typeof AddressSummary>;

export const BlockSummary = z.object({
  id: Hash,
  height: Uint32,
  version: z.int().min(-0x8000_0000).max(0xffff_ffff),
  timestamp: Uint32.transform((seconds) => UnixTime(seconds)),
  merkle_root: Hash,
  previousblockhash: Hash.nullish(),
  nonce: Uint32,
  bits: Uint32,
});
/** One block, with all that its header has. */
export type BlockSummary = z.infer<typeof BlockSummary>;

/** `/tx/:txid/merkle-proof`: the hashes stand there as explorers show them. */
export const MerkleProof = z.object({
  block_height: Uint32,
  merkle: z.array(Hash).max(15),
  pos: Uint32,
});
export type MerkleProof = z.infer<typeof MerkleProof>;
