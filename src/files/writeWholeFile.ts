import { open, rm } from 'node:fs/promises';
import { AssayError } from '../core/assayError.ts';
import { fileUnreadable } from '../core/fileUnreadable.ts';
import type { OutputFile } from './outputFile.ts';
import { partOf } from './partOf.ts';
import { placeFile } from './placeFile.ts';

/** For what everybody may read, and for what only its owner may. */
export type FileMode = 0o666 | 0o600;

/**
 * Writes a file: whole and on the disk, or not at all.
 *
 * @throws AssayError FILE_EXISTS, FILE_PROTECTED, FILE_UNREADABLE
 */
export async function writeWholeFile(
  target: OutputFile,
  text: string,
  mode: FileMode = 0o666,
): Promise<void> {
  const part = partOf(target.path);
  try {
    await writeDurably(part, text, mode);
    await placeFile(part, target);
  } catch (thrown) {
    await rm(part, { force: true }).catch(() => undefined);
    throw thrown instanceof AssayError
      ? thrown
      : fileUnreadable(`${target.path} could not be written`, thrown);
  }
}

async function writeDurably(path: string, text: string, mode: FileMode): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
