import { z } from 'zod';
import { Sats } from '../core/sats.ts';
import { Hash } from './esploraAnswers.ts';

/**
 * What an Electrum server answers, as far as assay reads it: protocol 1.4 to 1.6
 * (https://electrum-protocol.readthedocs.io). Amounts are JSON integers in satoshis; all fit 2^53.
 */

const Uint32 = z.int().min(0).max(0xffff_ffff);
const Hex = z.string().regex(/^(?:[0-9a-f]{2})+$/, 'expected hex');
const HeaderHex = z.string().regex(/^[0-9a-f]{160}$/, 'expected a header of 80 bytes');

/** `server.version`: its software, and the version of the protocol that was agreed upon. */
export const ElectrumVersion = z.tuple([z.string(), z.string()]);

/** `server.features`: a server that names no genesis block is asked for its block 0. */
export const ElectrumFeatures = z.object({ genesis_hash: Hash.optional() });

/** `blockchain.headers.subscribe` */
export const ElectrumTip = z.object({ height: Uint32, hex: HeaderHex });

/** `blockchain.block.header` */
export const ElectrumHeader = HeaderHex;

/** `blockchain.block.headers`: one text up to protocol 1.4, a list from 1.6 on. */
export const ElectrumHeaders = z
  .object({ count: Uint32, hex: z.string().optional(), headers: z.array(HeaderHex).optional() })
  .transform(({ count, hex, headers }, context): Buffer => {
    const text = headers === undefined ? (hex ?? '') : headers.join('');
    if (/^(?:[0-9a-f]{160})*$/.test(text) && text.length === 160 * count) {
      return Buffer.from(text, 'hex');
    }
    context.addIssue('is not as many headers as it says');
    return z.NEVER;
  });

/** `blockchain.scripthash.get_history`; height 0 and -1 mean that it waits in the mempool. */
export const ElectrumHistory = z
  .array(z.object({ tx_hash: Hash, height: z.int().min(-1).max(0xffff_ffff) }))
  .transform((entries, context): ReadonlyMap<string, number> => {
    const heights = new Map(entries.map(({ tx_hash, height }) => [tx_hash, height]));
    if (heights.size === entries.length) return heights;
    context.addIssue('names a transaction twice');
    return z.NEVER;
  });
/** The height of each transaction; 0 or below for those in the mempool. */
export type ElectrumHistory = z.infer<typeof ElectrumHistory>;

export const ElectrumUnspent = z.object({
  tx_hash: Hash,
  tx_pos: Uint32,
  height: z.int().min(-1).max(0xffff_ffff),
  value: z
    .int()
    .min(0)
    .max(21e14)
    .transform((sats) => Sats(BigInt(sats))),
});
export type ElectrumUnspent = z.infer<typeof ElectrumUnspent>;

/** `blockchain.scripthash.listunspent`: as the mempool leaves them. */
export const ElectrumUnspents = z.array(ElectrumUnspent);

/** `blockchain.transaction.get` */
export const ElectrumTransaction = Hex;

/** `blockchain.transaction.id_from_pos` */
export const ElectrumTransactionId = Hash;

/** `blockchain.transaction.get_merkle`: the hashes stand there as explorers show them. */
export const ElectrumMerkle = z.object({
  block_height: Uint32,
  merkle: z.array(Hash).max(15),
  pos: Uint32,
});
export type ElectrumMerkle = z.infer<typeof ElectrumMerkle>;
