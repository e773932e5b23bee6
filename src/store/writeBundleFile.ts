import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AssayError } from '../core/assayError.ts';
import type { Digest } from '../core/canonicalJson.ts';
import { fileUnreadable } from '../core/fileUnreadable.ts';
import type { BundleRecord } from '../evidence/bundleRecord.ts';
import { writeBundle } from '../evidence/writeBundle.ts';

export interface BundleFile {
  /** Where the bundle grows: a file that is not there yet. */
  readonly part: string;
  /** What the file is to be called, in words, if it cannot be written. */
  readonly name: string;
  /** Moves the part, whole and on the disk, to where it belongs, or removes it. */
  readonly place: (digest: Digest) => Promise<void>;
}

/**
 * Writes a bundle to a part, which is placed once it is whole; where anything fails, nothing is left.
 *
 * @returns the digest of the bundle
 * @throws AssayError FILE_UNREADABLE, and whatever the records throw
 */
export async function writeBundleFile(
  records: AsyncIterable<BundleRecord>,
  { part, name, place }: BundleFile,
): Promise<Digest> {
  const writing = writeBundle(records);
  try {
    await pipeline(writing.file, createWriteStream(part, { flags: 'wx', flush: true }));
    const { digest } = writing.end();
    await place(digest);
    return digest;
  } catch (cause) {
    await rm(part, { force: true });
    if (cause instanceof AssayError) throw cause;
    throw fileUnreadable(`cannot write ${name}`, cause);
  }
}
