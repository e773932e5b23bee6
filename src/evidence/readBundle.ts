import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { sameBytes } from '../control/sameBytes.ts';
import { createBundleOrder, findRecordType } from './bundleOrder.ts';
import {
  type BundleRecord,
  type EndRecord,
  longestBundle,
  longestPayload,
  longestRegistryPayload,
  magic,
  type RecordType,
} from './bundleRecord.ts';
import { type ByteQueue, createByteQueue } from './byteQueue.ts';
import { decodeRecord } from './decodeRecord.ts';
import { malformed, tooLarge } from './errors.ts';
import { pumpStream } from './pumpStream.ts';

const frameLength = 5;

/** Bounds on what is read; each has a default. */
export interface BundleLimits {
  /** Bytes of the uncompressed bundle. */
  readonly maxLength?: number | undefined;
}

/**
 * Reads the records of an evidence bundle from the bytes of its file, one at a time, and its digest
 * last. Nothing is trusted: not the order, the lengths or the counts. Only the form is checked here;
 * what the records show is for `verifyBundle`. Bytes of records are views of what was read.
 *
 * @throws AssayError EVIDENCE_MALFORMED, EVIDENCE_TOO_LARGE; also where anything follows the end
 */
export async function* readBundle(
  file: AsyncIterable<Uint8Array>,
  { maxLength = longestBundle }: BundleLimits = {},
): AsyncGenerator<BundleRecord | EndRecord> {
  const pieces = pumpStream(file, new DecompressionStream('deflate'));
  try {
    yield* readRecords(createByteQueue(pieces, maxLength));
  } finally {
    await pieces.return(undefined);
  }
}

async function* readRecords(queue: ByteQueue): AsyncGenerator<BundleRecord | EndRecord> {
  const hash = sha256.create();
  const order = createBundleOrder();
  const start = utf8ToBytes(magic);
  const hasStart = await queue.fill(start.length);
  if (!hasStart || !sameBytes(queue.peek(start.length), start)) {
    throw malformed('does not begin as one');
  }
  hash.update(queue.take(start.length));
  let length = start.length;
  for (;;) {
    if (queue.ready < frameLength && !(await queue.fill(frameLength))) throw cutShort();
    const { type, payloadLength } = readFrame(queue.peek(frameLength));
    const recordLength = frameLength + payloadLength;
    if (queue.ready < recordLength && !(await queue.fill(recordLength))) throw cutShort();
    const bytes = queue.take(recordLength);
    const payload = bytes.subarray(frameLength);
    length += recordLength;
    if (type === 'end') {
      if (!sameBytes(payload, hash.clone().digest())) {
        throw malformed('does not end with the hash of what it holds');
      }
      order.end();
      if (await queue.fill(1)) throw malformed('goes on after its end');
      yield { type, digest: `0x${bytesToHex(hash.update(bytes).digest())}`, length };
      return;
    }
    const record = decodeRecord(type, payload);
    order.accept(record);
    // Last, since it takes the longest: what is not a record is not hashed.
    hash.update(bytes);
    yield record;
  }
}

function readFrame(frame: Uint8Array): { type: RecordType; payloadLength: number } {
  const type = findRecordType(frame[0] ?? 0);
  if (!type) throw malformed('has a record of a type that assay does not know');
  const payloadLength = new DataView(frame.buffer, frame.byteOffset).getUint32(1);
  const longest = type === 'registry' ? longestRegistryPayload : longestPayload;
  if (payloadLength > longest) throw tooLarge(`has a ${type} record of ${payloadLength} bytes`);
  return { type, payloadLength };
}

function cutShort() {
  return malformed('is cut short');
}
