import { ByteReader } from './byteReader.ts';
import { readOutputs } from './strippedTransaction.ts';

/** A coinbase's script has so many bytes, by consensus. */
const shortestScript = 2;
const longestScript = 100;
/** The opcode before the first of those that push 1 to 16. */
const smallNumber = 0x50;
/** No height needs more. */
const longestHeight = 4;

/**
 * The height that a coinbase begins with (BIP 34). The bytes must be one coinbase without witnesses to the
 * last of them, and must not be 64: those could be two hashes of a Merkle tree (CVE-2017-12842).
 *
 * @throws RangeError that says what is wrong
 */
export function coinbaseHeight(transaction: Uint8Array): number {
  if (transaction.length === 64) {
    throw new RangeError('has 64 bytes and could be two hashes of a Merkle tree');
  }
  readOutputs(transaction, []);
  const reader = new ByteReader(transaction);
  reader.skip(4);
  const inputs = reader.readCompactSize();
  const spent = reader.take(36);
  const isNull = spent.every((byte, index) => byte === (index < 32 ? 0 : 0xff));
  if (inputs !== 1 || !isNull) throw new RangeError('is not a coinbase');
  const script = reader.take(reader.readCompactSize());
  if (script.length < shortestScript || script.length > longestScript) {
    throw new RangeError('has a script of a length that no coinbase has');
  }
  return readHeight(script);
}

/** Exactly as consensus writes it: a small number, or the fewest bytes, the least significant first. */
function readHeight(script: Uint8Array): number {
  const [first = 0] = script;
  if (first > smallNumber && first <= smallNumber + 16) return first - smallNumber;
  const bytes = script.subarray(1, 1 + first);
  const last = bytes.at(-1) ?? 0;
  const isPush = first >= 1 && first <= longestHeight && bytes.length === first;
  const isPadded = last === 0 && ((bytes.at(-2) ?? 0) & 0x80) === 0;
  const height = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  if (!isPush || isPadded || last > 0x7f || height <= 16) {
    throw new RangeError('does not begin with a height');
  }
  return height;
}
