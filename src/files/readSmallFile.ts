import { type FileHandle, open } from 'node:fs/promises';

/**
 * The text of a file that ought to be small, or undefined if it has more than `maxBytes`; a larger
 * file is not read to its end.
 */
export async function readSmallFile(path: string, maxBytes: number): Promise<string | undefined> {
  const file = await open(path, 'r');
  try {
    return await readUpTo(file, maxBytes);
  } finally {
    await file.close();
  }
}

/** The same of a file that is open. */
export async function readUpTo(file: FileHandle, maxBytes: number): Promise<string | undefined> {
  const buffer = Buffer.alloc(maxBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) return buffer.toString('utf8', 0, length);
    length += bytesRead;
  }
  return undefined;
}
