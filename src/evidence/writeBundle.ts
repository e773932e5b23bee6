import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Digest } from '../core/canonicalJson.ts';
import { createBundleOrder } from './bundleOrder.ts';
import { type BundleRecord, type EndRecord, magic } from './bundleRecord.ts';
import { encodeRecord, framePayload } from './encodeRecord.ts';
import { malformed } from './errors.ts';
import { pumpStream } from './pumpStream.ts';

/** What is written together: enough to keep the compressor busy. */
const chunkLength = 65_536;

/** An evidence bundle that is being written. */
export interface BundleWriting {
  /** The bytes of the file, compressed; to be read once, to the end. */
  readonly file: AsyncIterable<Uint8Array>;
  /**
   * Digest and uncompressed length, once the file was read to its end.
   *
   * @throws AssayError EVIDENCE_MALFORMED before that
   */
  end(): EndRecord;
}

/**
 * Writes an evidence bundle as its records come: a zlib stream (RFC 1950) that holds no more than a few
 * records at a time. The same records give the same uncompressed bytes, and so the same digest. Reading
 * the file throws EVIDENCE_MALFORMED where the records are out of order or not those that the manifest
 * announces.
 */
export function writeBundle(
  records: AsyncIterable<BundleRecord> | Iterable<BundleRecord>,
): BundleWriting {
  let end: EndRecord | undefined;
  const encoded = encodeBundle(records, (record) => {
    end = record;
  });
  return {
    file: pumpStream(encoded, new CompressionStream('deflate')),
    end() {
      if (!end) throw malformed('is not written to its end');
      return end;
    },
  };
}

async function* encodeBundle(
  records: AsyncIterable<BundleRecord> | Iterable<BundleRecord>,
  finish: (end: EndRecord) => void,
): AsyncGenerator<Uint8Array> {
  const order = createBundleOrder();
  const hash = sha256.create();
  let chunk = new Uint8Array(chunkLength);
  let filled = 0;
  let length = 0;
  function* push(bytes: Uint8Array): Generator<Uint8Array> {
    hash.update(bytes);
    length += bytes.length;
    if (filled + bytes.length > chunkLength) {
      yield chunk.subarray(0, filled);
      chunk = new Uint8Array(chunkLength);
      filled = 0;
    }
    if (bytes.length > chunkLength) {
      yield bytes;
      return;
    }
    chunk.set(bytes, filled);
    filled += bytes.length;
  }
  yield* push(utf8ToBytes(magic));
  for await (const record of records) {
    order.accept(record);
    yield* push(encodeRecord(record));
  }
  order.end();
  yield* push(framePayload('end', hash.clone().digest()));
  yield chunk.subarray(0, filled);
  const digest: Digest = `0x${bytesToHex(hash.digest())}`;
  finish({ type: 'end', digest, length });
}
