import { maxSats } from '../core/sats.ts';
import { ByteReader } from './byteReader.ts';

/** An output as a transaction has it. */
export interface TransactionOutput {
  /** Satoshis. */
  readonly sats: bigint;
  readonly script: Uint8Array;
}

/** The shortest form that an input and an output have. */
const shortestInput = 41;
const shortestOutput = 9;

/**
 * The outputs with these indices, as far as there are such, of a transaction without witnesses, which
 * must be read to its last byte. Indices ascend.
 *
 * @throws RangeError that says what is wrong
 */
export function readOutputs(
  transaction: Uint8Array,
  indices: readonly number[],
): readonly TransactionOutput[] {
  const reader = new ByteReader(transaction);
  reader.skip(4);
  const inputs = readCount(reader, shortestInput);
  if (inputs === 0) throw new RangeError('has no inputs, or carries witnesses');
  for (let index = 0; index < inputs; index += 1) {
    reader.skip(36);
    reader.skip(reader.readCompactSize());
    reader.skip(4);
  }
  const outputs = readCount(reader, shortestOutput);
  const found: TransactionOutput[] = [];
  let total = 0n;
  for (let index = 0; index < outputs; index += 1) {
    const sats = reader.readUint64();
    total += sats;
    if (total > maxSats) throw new RangeError('pays more than 21 million BTC');
    const script = reader.take(reader.readCompactSize());
    if (indices[found.length] === index) found.push({ sats, script });
  }
  reader.skip(4);
  if (reader.left !== 0) throw new RangeError('has bytes after its end');
  return found;
}

function readCount(reader: ByteReader, shortest: number): number {
  const count = reader.readCompactSize();
  if (count * shortest > reader.left) throw new RangeError('is cut short');
  return count;
}

/**
 * Whether 64 bytes could be a transaction without witnesses as well as two hashes: one input, one
 * output, four bytes of scripts between them, and an amount that can exist. Of random bytes, one in
 * 2^43 is.
 */
export function couldBeTransaction(bytes: Uint8Array): boolean {
  if (bytes.length !== 64 || bytes[4] !== 1) return false;
  const inputScript = bytes[41] ?? 0xff;
  if (inputScript > 4 || bytes[46 + inputScript] !== 1) return false;
  if (bytes[55 + inputScript] !== 4 - inputScript) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getBigUint64(47 + inputScript, true) <= maxSats;
}
