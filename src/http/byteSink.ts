/** Bytes as they arrive, in one piece. */
export interface ByteSink {
  readonly length: number;
  add(chunk: Uint8Array): void;
  /** All of them; the sink is empty then. */
  take(): Buffer;
}

const firstBytes = 4096;

/**
 * Makes a sink. It keeps no chunks: a server that sends an answer byte by byte would make each of them
 * cost a hundred.
 */
export function createByteSink(): ByteSink {
  let bytes = Buffer.alloc(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(chunk) {
      const needed = length + chunk.length;
      if (needed > bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(needed, 2 * bytes.length, firstBytes));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(chunk, length);
      length = needed;
    },
    take() {
      const all = bytes.subarray(0, length);
      bytes = Buffer.alloc(0);
      length = 0;
      return all;
    },
  };
}
