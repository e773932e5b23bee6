import type { Readable } from 'node:stream';
import type { Digest } from '../core/canonicalJson.ts';
import type { BundleRecord } from '../evidence/bundleRecord.ts';

/** The file of a bundle, open to be read. */
export interface OpenBundle {
  /** Of the file, in bytes. */
  readonly length: number;
  /** The bytes of the file. Whoever does not read it to its end destroys it. */
  readonly stream: Readable;
}

/** Where evidence bundles are kept. */
export interface EvidenceStore {
  /**
   * Writes a bundle of the records and keeps it, or throws and keeps nothing.
   *
   * @returns the digest of the bundle
   * @throws AssayError FILE_UNREADABLE, and whatever the records throw
   */
  write(records: AsyncIterable<BundleRecord>): Promise<Digest>;
  /**
   * The bundle of a digest; undefined where it is not, or no longer, kept, and for what is no digest.
   * What was opened can be read to its end, even if the bundle is dropped meanwhile.
   *
   * @throws AssayError FILE_UNREADABLE
   */
  open(digest: string): Promise<OpenBundle | undefined>;
}
