/** No piece goes into a stream at once that is longer: what comes out of it is held in memory. */
const longestPiece = 16_384;

/** What a web stream makes of these bytes, piece by piece and no faster than it is asked for. */
export async function* pumpStream(
  bytes: AsyncIterable<Uint8Array>,
  transform: CompressionStream | DecompressionStream,
): AsyncGenerator<Uint8Array> {
  const pieces = cutPieces(bytes);
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  const reader = source.pipeThrough(transform).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function* cutPieces(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += longestPiece) {
      // A copy, since a stream may keep what it is given.
      yield new Uint8Array(chunk.subarray(at, at + longestPiece));
    }
  }
}
