import { AssayError } from '../core/assayError.ts';
import { systemCode, unreadable } from '../files/errors.ts';
import { readSecretFile } from '../files/readSecretFile.ts';
import { writeWholeFile } from '../files/writeWholeFile.ts';
import { malformedKeystore } from './errors.ts';
import { Keystore } from './keystore.ts';

const maxBytes = 64 * 1024;

/**
 * The key file at a path, parsed; not yet opened.
 *
 * @throws AssayError KEYSTORE_NOT_FOUND, KEYSTORE_MALFORMED, SECRET_EXPOSED, FILE_UNREADABLE
 */
export async function readKeystore(path: string): Promise<Keystore> {
  let text: string | undefined;
  try {
    text = await readSecretFile(path, maxBytes);
  } catch (thrown) {
    if (thrown instanceof AssayError) throw thrown;
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
  try {
    const text = `${JSON.stringify(keystore, null, 2)}\n`;
    await writeWholeFile({ path, replace: false }, text, 0o600);
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'FILE_EXISTS') {
      throw new AssayError('KEYSTORE_EXISTS', { message: `there is a file at ${path} already` });
    }
    throw thrown;
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedKeystore(`${path} is not JSON`);
  }
}
