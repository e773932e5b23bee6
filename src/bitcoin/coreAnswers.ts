import { z } from 'zod';
import { AssayError } from '../core/assayError.ts';
import { parseBtc } from '../core/parseBtc.ts';
import type { Sats } from '../core/sats.ts';
import { UnixTime } from '../core/unixTime.ts';
import { amountMark } from './quoteAmounts.ts';
import type { ScriptUtxo } from './undoBlocks.ts';

/*
 * What assay reads of the answers of Bitcoin Core's RPC. Keys that it does not read are ignored, since
 * every release adds some; those that it reads must be there and have their type.
 */

const hash = /^[0-9a-f]{64}$/;
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

function readAmount(text: string): Sats | undefined {
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

/** `getblockchaininfo` */
export const CoreChainInfo = z.object({
  chain: z.string(),
  blocks: Height,
  bestblockhash: BlockHash,
  initialblockdownload: z.boolean(),
  pruned: z.boolean(),
  /** The lowest block that is kept, on a pruned node. */
  pruneheight: Height.optional(),
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

/** `scantxoutset status`: null when no scan runs. */
export const CoreScanStatus = z.object({ progress: z.number() }).nullable();

/** `scantxoutset start` */
export const CoreScan = z.object({
  success: z.boolean(),
  height: Height,
  bestblock: BlockHash,
  unspents: z.array(z.unknown()).transform((values, context): ScriptUtxo[] => {
    const utxos: ScriptUtxo[] = [];
    for (const [index, value] of values.entries()) {
      const utxo = readUnspent(value);
      if (utxo) {
        utxos.push(utxo);
        continue;
      }
      context.addIssue({ code: 'custom', path: [index], message: 'is no unspent output' });
      return z.NEVER;
    }
    return utxos;
  }),
  total_amount: Amount,
});
export type CoreScan = z.infer<typeof CoreScan>;

/** By hand: there may be a hundred thousand of these, and a schema would take as long as JSON.parse. */
function readUnspent(value: unknown): ScriptUtxo | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('txid' in value && 'vout' in value && 'scriptPubKey' in value)) return undefined;
  if (!('amount' in value && 'height' in value)) return undefined;
  const { txid, vout, scriptPubKey: script, amount, height } = value;
  if (typeof txid !== 'string' || !hash.test(txid)) return undefined;
  // Its digits need no look: a script that is none of those that were asked for is refused anyway.
  if (typeof script !== 'string') return undefined;
  if (!isUint32(vout) || !isUint32(height) || typeof amount !== 'string') return undefined;
  const sats = readAmount(amount);
  return sats === undefined ? undefined : { txid, vout, sats, height, script };
}

function isUint32(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value >>> 0 === value;
}

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
