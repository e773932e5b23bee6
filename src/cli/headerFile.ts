import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AssayError } from '../core/assayError.ts';
import { fileUnreadable } from '../core/fileUnreadable.ts';
import { readSystemFailure } from '../core/systemFailure.ts';
import { headerLength } from '../evidence/blockHeader.ts';
import type { HeaderReader } from '../evidence/headerStore.ts';

/** A header store in a file: see `openHeaderStore` for its form. */
export interface HeaderFile {
  readonly headerAt: HeaderReader;
  /** How many whole headers the file has. */
  readonly count: number;
  close(): void;
}

/**
 * Opens a header store to be read. Its headers are not checked here: what they are used for checks
 * those that matter, and `assay headers sync` all of them.
 *
 * @throws AssayError FILE_UNREADABLE
 */
export function openHeaderFile(file: string): HeaderFile {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (cause) {
    const { message, fix } = fileUnreadable(`cannot read ${file}`, cause);
    const isMissing = readSystemFailure(cause)?.code === 'ENOENT';
    throw new AssayError('FILE_UNREADABLE', {
      message,
      fix: isMissing ? 'Fill it first: assay headers sync --headers FILE.' : fix,
      cause,
    });
  }
  const stat = fstatSync(descriptor);
  if (stat.isDirectory()) {
    closeSync(descriptor);
    throw fileUnreadable(`cannot read ${file}`, { code: 'EISDIR' });
  }
  const count = Math.floor(stat.size / headerLength);
  return {
    count,
    headerAt(height) {
      if (height < 0 || height >= count) return undefined;
      const header = new Uint8Array(headerLength);
      const read = readSync(descriptor, header, 0, headerLength, height * headerLength);
      return read === headerLength ? header : undefined;
    },
    close: () => closeSync(descriptor),
  };
}
