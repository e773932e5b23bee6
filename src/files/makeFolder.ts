import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readSystemFailure } from '../core/systemFailure.ts';

/**
 * Makes a folder, and those above it that are missing. Not by the option `recursive` of Node.js, which
 * never ends where the system says of a folder that is there that it is not, as below /proc.
 *
 * @throws what the system says where it cannot be made, or a file is in the way
 */
export async function makeFolder(path: string): Promise<void> {
  if (await makeOne(path)) return;
  const above = dirname(path);
  if (above !== path) await makeFolder(above);
  if (await makeOne(path)) return;
  await mkdir(path);
}

/** False where the folder above is not there. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (thrown) {
    const code = readSystemFailure(thrown)?.code;
    if (code === 'ENOENT') return false;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return true;
    throw thrown;
  }
}
