import { AssayError } from '../core/assayError.ts';
import type { CallOutcome, ChainReader } from './chainReader.ts';
import { contractMismatch } from './contractErrors.ts';

/** The bytes that a call gave. @throws AssayError why it gave none */
export function returned(reader: ChainReader, outcome: CallOutcome | undefined): `0x${string}` {
  if (!outcome) throw contractMismatch(reader, 'does not answer');
  if ('refused' in outcome) throw outcome.refused;
  return outcome.data;
}

/**
 * What a decoder makes of a contract's bytes. The decoder's own errors quote what a stranger wrote, and
 * are left out.
 *
 * @throws AssayError DISCOVERY_CONTRACT_MISMATCH
 */
export function decodeOrRefuse<T>(reader: ChainReader, decode: () => T): T {
  try {
    return decode();
  } catch (thrown) {
    if (thrown instanceof AssayError) throw thrown;
    throw contractMismatch(reader, 'answers in another form than its interface has');
  }
}
