import { writeFile } from 'node:fs/promises';
import { AssayError } from '../core/assayError.ts';

/** Writes a file that must not be there yet. @throws AssayError FILE_UNREADABLE */
export async function writeNewFile(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    throw new AssayError('FILE_UNREADABLE', {
      message: `cannot write ${file}, or it is there already`,
      cause,
    });
  }
}
