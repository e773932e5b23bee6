import { z } from 'zod';
import { AssayError } from '../core/assayError.ts';
import { parseBtc } from '../core/parseBtc.ts';
import type { Sats } from '../core/sats.ts';
import { UnixTime } from '../core/unixTime.ts';
import { amountMark } from './quoteAmounts.ts';

/*
 * What assay reads of the answers of Bitcoin Core's RPC. Keys that it does not read are ignored, since
 * every release adds some; those that it reads must be there and have their type.
 */

const hash = /^[0-9a-f]{64}$/;

/** Whether it is a hash as RPC shows it: 64 lower-case hex digits. */
export function isBlockHash(value: unknown): value is string {
  return typeof value === 'string' && hash.test(value);
}

/** Whether it is a whole number of 32 bits without a sign: a height, an index. */
export function isUint32(value: unknown): value is number {
  return typeof value === 'number' && value >>> 0 === value;
}

const Height = z.int().min(0).max(0xffff_ffff);
const BlockHash = z.string().regex(hash);
const Script = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const Time = z.int().min(0).max(0xffff_ffff).transform(UnixTime);

/** An amount in BTC, as `quoteAmounts` leaves it: a string that stood as one is refused. */
const Amount = z.string().transform((text, context): Sats => {
  const sats = readAmount(text);
  if (sats !== undefined) return sats;
  context.addIssue('is not an amount in BTC');
  return z.NEVER;
});

/** The satoshis of an amount as `quoteAmounts` leaves it, or undefined for any other text. */
export function readAmount(text: string): Sats | undefined {
  if (!text.startsWith(amountMark)) return undefined;
  try {
    return parseBtc(text.slice(amountMark.length));
  } catch (thrown) {
    if (thrown instanceof AssayError) return undefined;
    throw thrown;
  }
}

/** `getblockhash` */
export const CoreBlockHash = BlockHash;

/** What is serialised, such as a header or a transaction. */
export const CoreHex = z.string().regex(/^(?:[0-9a-f]{2})+$/);

/** `getblockchaininfo` */
export const CoreChainInfo = z.object({
  chain: z.string(),
  blocks: Height,
  bestblockhash: BlockHash,
  initialblockdownload: z.boolean(),
  pruned: z.boolean(),
  /** The lowest block that is kept, on a pruned node. */
  pruneheight: Height.optional(),
  /** On a signet, from Bitcoin Core 29 on. */
  signet_challenge: Script.optional(),
});
export type CoreChainInfo = z.infer<typeof CoreChainInfo>;

/** `getblockheader`; `confirmations` is −1 for a block outside of the best chain. */
export const CoreBlockHeader = z.object({
  hash: BlockHash,
  height: Height,
  confirmations: z.int(),
  time: Time,
});
export type CoreBlockHeader = z.infer<typeof CoreBlockHeader>;

/** `getblock` with verbosity 1, as far as its first transaction is asked for. */
export const CoreBlockTransactions = z.object({ tx: z.array(BlockHash).min(1) });

/** `scantxoutset status`: null when no scan runs. */
export const CoreScanStatus = z.object({ progress: z.number() }).nullable();

/** `scantxoutset start`; `readUnspents` reads what it found. */
export const CoreScan = z.object({
  success: z.boolean(),
  height: Height,
  bestblock: BlockHash,
  unspents: z.array(z.unknown()),
  total_amount: Amount,
});
export type CoreScan = z.infer<typeof CoreScan>;

const ScriptPubKey = z.object({ hex: Script });

/** `getblock` with verbosity 3: each input but the coinbase's shows the output that it spent. */
export const CoreBlock = z.object({
  hash: BlockHash,
  height: Height,
  time: Time,
  /** Absent from the genesis block. */
  previousblockhash: BlockHash.optional(),
  tx: z.array(
    z.object({
      txid: BlockHash,
      vin: z.array(
        z.object({
          coinbase: z.string().optional(),
          txid: BlockHash.optional(),
          vout: Height.optional(),
          prevout: z
            .object({ height: Height, value: Amount, scriptPubKey: ScriptPubKey })
            .optional(),
        }),
      ),
      vout: z.array(z.object({ n: Height, value: Amount, scriptPubKey: ScriptPubKey })),
    }),
  ),
});
export type CoreBlock = z.infer<typeof CoreBlock>;
