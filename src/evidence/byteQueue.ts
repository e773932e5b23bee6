import { AssayError } from '../core/assayError.ts';
import { malformed, tooLarge } from './errors.ts';

/** Bytes that come in pieces, taken in other pieces. */
export interface ByteQueue {
  /** How many bytes can be taken at once. */
  readonly ready: number;
  /** Waits for so many bytes, and answers whether they came before the end. */
  fill(length: number): Promise<boolean>;
  /** The next bytes, which must be ready, as a view; they stay in the queue. */
  peek(length: number): Uint8Array;
  /** As `peek`, and takes them. */
  take(length: number): Uint8Array;
}

/** A queue over these pieces, which may have no more than `limit` bytes in all. */
export function createByteQueue(pieces: AsyncIterator<Uint8Array>, limit: number): ByteQueue {
  let buffer = new Uint8Array();
  let at = 0;
  let total = 0;
  let isOver = false;
  async function fill(length: number): Promise<boolean> {
    const parts: Uint8Array[] = [buffer.subarray(at)];
    let ready = buffer.length - at;
    while (ready < length && !isOver) {
      const next = await readNext();
      if (!next) break;
      parts.push(next);
      ready += next.length;
    }
    buffer = joinParts(parts, ready);
    at = 0;
    return ready >= length;
  }
  async function readNext(): Promise<Uint8Array | undefined> {
    let next: IteratorResult<Uint8Array, unknown>;
    try {
      next = await pieces.next();
    } catch (cause) {
      if (cause instanceof AssayError) throw cause;
      throw malformed('is not one whole zlib stream', cause);
    }
    if (next.done) {
      isOver = true;
      return undefined;
    }
    total += next.value.length;
    if (total > limit) throw tooLarge(`has more than ${limit} bytes uncompressed`);
    return next.value;
  }
  return {
    get ready() {
      return buffer.length - at;
    },
    fill,
    peek: (length) => buffer.subarray(at, at + length),
    take(length) {
      at += length;
      return buffer.subarray(at - length, at);
    },
  };
}

function joinParts(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
