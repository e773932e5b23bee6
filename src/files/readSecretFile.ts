import { type FileHandle, open } from 'node:fs/promises';
import { AssayError } from '../core/assayError.ts';
import { readUpTo } from './readSmallFile.ts';

/** Permissions of anybody but the owner. */
const ofOthers = 0o077;
const root = 0;

/**
 * The text of a small file that holds a secret, or undefined if it has more than `maxBytes`. The file
 * that is judged is the one that is read: it is opened once. On Windows, whose permissions are others,
 * it is read as it is.
 *
 * @throws AssayError SECRET_EXPOSED where anybody but its owner and the system may read or change it
 */
export async function readSecretFile(path: string, maxBytes: number): Promise<string | undefined> {
  const file = await open(path, 'r');
  try {
    await refuseExposed(path, file);
    return await readUpTo(file, maxBytes);
  } finally {
    await file.close();
  }
}

async function refuseExposed(path: string, file: FileHandle): Promise<void> {
  const user = process.geteuid?.();
  if (user === undefined) return;
  const exposure = exposureOf(await file.stat(), user);
  if (exposure === undefined) return;
  throw new AssayError('SECRET_EXPOSED', {
    message: `${path} holds a secret and ${exposure}`,
    fix: `Make it yours alone: chmod 600 '${path}'. If others may have read it, make a new one.`,
  });
}

/** To whom a file is open besides the user (an id) and the system; undefined where to nobody. */
export function exposureOf(
  { uid, mode }: { readonly uid: number; readonly mode: number },
  user: number,
): string | undefined {
  if (uid !== user && uid !== root) return `belongs to another user of this machine (${uid})`;
  if ((mode & ofOthers) === 0) return undefined;
  const shown = (mode & 0o777).toString(8).padStart(3, '0');
  return `is open to other users of this machine (mode ${shown})`;
}
