/** Reads bytes from front to back; whatever is not there is a RangeError. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes that were not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  skip(length: number): void {
    this.#advance(length);
  }

  /** A view of the next bytes, not a copy. */
  take(length: number): Uint8Array {
    const from = this.#advance(length);
    return this.#bytes.subarray(from, this.#at);
  }

  /** Big-endian, as the bundle has it. */
  readUint32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** Little-endian, as Bitcoin has it. */
  readUint64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  /** Bitcoin's CompactSize up to 2^32 - 1, in its shortest form only. */
  readCompactSize(): number {
    const first = this.#view.getUint8(this.#advance(1));
    if (first < 0xfd) return first;
    if (first === 0xff) throw new RangeError('has a length past 4 GB');
    const isShort = first === 0xfd;
    const size = isShort
      ? this.#view.getUint16(this.#advance(2), true)
      : this.#view.getUint32(this.#advance(4), true);
    if (size < (isShort ? 0xfd : 0x1_0000)) {
      throw new RangeError('has a length that is not in its shortest form');
    }
    return size;
  }

  /** Answers where the bytes begin that it goes past. */
  #advance(length: number): number {
    const from = this.#at;
    if (length > this.left) throw new RangeError('is cut short');
    this.#at += length;
    return from;
  }
}
