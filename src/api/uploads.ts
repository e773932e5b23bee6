import type { Readable } from 'node:stream';
import { AssayError } from '../core/assayError.ts';
import { requestInvalid, serviceBusy } from './errors.ts';

/** The room that all uploads share. */
export interface UploadLimits {
  /** Bytes of all uploads that are under way or being worked on. */
  readonly totalBytes: number;
  /** An upload that takes longer is refused. */
  readonly seconds: number;
  /** One that is slower on average makes way where another finds no room. */
  readonly bytesPerSecond: number;
}

/** A body that is in memory, and takes room until it is released. */
export interface Upload extends Disposable {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Uploads {
  /** How many bytes are reserved. */
  readonly reserved: number;
  /**
   * Reads a body into memory, if there is room for it.
   *
   * @param length as its sender declares it; else room for `limit` is taken
   * @throws AssayError PAYLOAD_TOO_LARGE, SERVICE_BUSY, REQUEST_INVALID where it is not as declared
   */
  read(body: Readable, length: number | undefined, limit: number): Promise<Upload>;
}

/** How long an upload may take to gain speed. */
const graceMilliseconds = 1_000;

interface Reservation {
  readonly size: number;
  readonly startedAt: number;
  arrived: number;
  /** Ends the upload. */
  readonly stop: AbortController;
}

/**
 * Bounds what all uploads together hold in memory. Room is reserved before a byte is read, by the length
 * that is declared: who finds none is refused at once, rather than all of them half-way; those that only
 * trickle make way for others.
 *
 * @param now milliseconds of a clock that is never set
 */
export function createUploads(
  { totalBytes, seconds, bytesPerSecond }: UploadLimits,
  now: () => number = () => performance.now(),
): Uploads {
  const open = new Set<Reservation>();
  let reserved = 0;

  function reserve(size: number): Reservation {
    for (const slow of [...open].filter(isSlow)) {
      if (reserved + size <= totalBytes) break;
      release(slow);
      slow.stop.abort(serviceBusy('the upload was too slow, and made way for another'));
    }
    if (reserved + size > totalBytes) throw serviceBusy('other uploads take all room');
    const one = { size, startedAt: now(), arrived: 0, stop: new AbortController() };
    open.add(one);
    reserved += size;
    return one;
  }

  function isSlow({ startedAt, arrived, size }: Reservation): boolean {
    const expected = ((now() - startedAt - graceMilliseconds) / 1000) * bytesPerSecond;
    // What has arrived whole is being worked on.
    return arrived < size && arrived < expected;
  }

  function release(one: Reservation): void {
    if (open.delete(one)) reserved -= one.size;
  }

  return {
    get reserved() {
      return reserved;
    },
    async read(body, length, limit) {
      if (length !== undefined && length > limit) throw new AssayError('PAYLOAD_TOO_LARGE');
      const one = reserve(length ?? limit);
      const timer = setTimeout(() => {
        one.stop.abort(serviceBusy(`the upload took longer than ${seconds} s`));
      }, seconds * 1000);
      try {
        const bytes = await fill(one, body);
        if (length !== undefined && bytes.length !== length) {
          throw requestInvalid('the body is not as long as Content-Length says');
        }
        return { bytes, [Symbol.dispose]: () => release(one) };
      } catch (thrown) {
        release(one);
        throw thrown;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/**
 * Memory for the whole is named at once, and used as it arrives: nothing is copied or doubled. The stream
 * is never destroyed, since with it would go the connection on which its sender waits to be told.
 */
function fill(one: Reservation, body: Readable): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(new ArrayBuffer(one.size));
  const { signal } = one.stop;
  return new Promise((resolve, reject) => {
    function finish(settle: () => void): void {
      body.off('data', take).off('end', end).off('close', cut).off('error', cut);
      signal.removeEventListener('abort', stop);
      settle();
    }
    function take(chunk: Buffer): void {
      if (one.arrived + chunk.length > one.size) {
        finish(() => reject(new AssayError('PAYLOAD_TOO_LARGE')));
        return;
      }
      bytes.set(chunk, one.arrived);
      one.arrived += chunk.length;
    }
    const end = () => finish(() => resolve(bytes.subarray(0, one.arrived)));
    const cut = () => finish(() => reject(requestInvalid('the upload was cut off')));
    const stop = () => finish(() => reject(signal.reason));
    body.on('data', take).on('end', end).on('close', cut).on('error', cut);
    signal.addEventListener('abort', stop);
  });
}
