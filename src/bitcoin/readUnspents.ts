import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import type { Utxo } from './bitcoinSource.ts';
import { type CoreScan, isBlockHash, isUint32, readAmount } from './coreAnswers.ts';
import type { UtxosByScript } from './undoBlocks.ts';

/**
 * The outputs of a `scantxoutset` by script; every script that was asked for has an entry.
 *
 * Checked by hand: there may be hundreds of thousands, and a schema would take longer than JSON.parse
 * and make each of them twice.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID for anything but outputs of the scripts that
 * add up to the scan's total
 */
export function readUnspents(
  scan: CoreScan,
  scripts: ReadonlySet<string>,
  source: SourceRef,
): UtxosByScript {
  const byScript = new Map<string, Utxo[]>();
  for (const script of scripts) byScript.set(script, []);
  let sum = 0n;
  for (const [index, value] of scan.unspents.entries()) {
    const unspent = readUnspent(value);
    if (unspent === undefined) {
      throw sourceResponseInvalid(source, `answered scantxoutset with a wrong unspents.${index}`);
    }
    const held = byScript.get(unspent.script);
    if (held === undefined) {
      throw sourceResponseInvalid(source, 'found an output of a script that was not asked for');
    }
    held.push(unspent.utxo);
    sum += unspent.utxo.sats;
  }
  if (sum !== scan.total_amount) {
    throw sourceResponseInvalid(source, 'gave a total_amount that is not the sum of its outputs');
  }
  return byScript;
}

function readUnspent(value: unknown): { script: string; utxo: Utxo } | undefined {
  if (!isRecord(value)) return undefined;
  const { txid, vout, scriptPubKey: script, amount, height } = value;
  if (!isBlockHash(txid) || !isUint32(vout) || !isUint32(height)) return undefined;
  if (typeof script !== 'string' || typeof amount !== 'string') return undefined;
  const sats = readAmount(amount);
  return sats === undefined ? undefined : { script, utxo: { txid, vout, sats, height } };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
