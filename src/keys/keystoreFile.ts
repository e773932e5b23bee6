import { randomUUID } from 'node:crypto';
import { link, open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AssayError } from '../core/assayError.ts';
import { malformedKeystore, systemCode, unreadable } from './errors.ts';
import { Keystore } from './keystore.ts';
import { readSmallFile } from './readSmallFile.ts';

const maxBytes = 64 * 1024;

/**
 * The key file at a path, parsed; not yet opened.
 *
 * @throws AssayError KEYSTORE_NOT_FOUND, KEYSTORE_MALFORMED, FILE_UNREADABLE
 */
export async function readKeystore(path: string): Promise<Keystore> {
  let text: string | undefined;
  try {
    text = await readSmallFile(path, maxBytes);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') {
      throw new AssayError('KEYSTORE_NOT_FOUND', { message: `there is no key file ${path}` });
    }
    throw unreadable(path, 'read', thrown);
  }
  if (text === undefined) throw malformedKeystore(`${path} is longer than ${maxBytes} bytes`);
  const parsed = Keystore.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw malformedKeystore(`${path} is wrong at /${issue?.path.join('/') ?? ''}`);
}

/**
 * Writes a key file that only its owner can read (mode 0600): whole or not at all, and never over
 * another file.
 *
 * @throws AssayError KEYSTORE_EXISTS, FILE_UNREADABLE
 */
export async function writeKeystore(path: string, keystore: Keystore): Promise<void> {
  const draft = join(dirname(path), `.keystore-${randomUUID()}`);
  try {
    await writeDurably(draft, `${JSON.stringify(keystore, null, 2)}\n`);
    // A link fails where the name is taken; a rename would replace what is there.
    await link(draft, path);
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') {
      throw new AssayError('KEYSTORE_EXISTS', { message: `there is a file at ${path} already` });
    }
    throw unreadable(path, 'written', thrown);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedKeystore(`${path} is not JSON`);
  }
}
