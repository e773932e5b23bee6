import { AssayError } from '../core/assayError.ts';
import { fileUnreadable } from '../core/fileUnreadable.ts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import { describeJsonFault, readJson } from '../core/readJson.ts';
import type { JsonBounds } from '../core/scanJson.ts';
import { systemCode } from '../files/errors.ts';
import { readSecretFile } from '../files/readSecretFile.ts';
import { writeWholeFile } from '../files/writeWholeFile.ts';
import { malformedKeystore } from './errors.ts';
import { Keystore } from './keystore.ts';

const maxBytes = 64 * 1024;
const keystoreBounds: JsonBounds = {
  length: maxBytes,
  depth: 8,
  values: 1000,
  members: 100,
  string: 10_000,
};

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
    throw fileUnreadable(`${path} could not be read`, thrown);
  }
  if (text === undefined) throw malformedKeystore(`${path} is longer than ${maxBytes} bytes`);
  const reading = readJson(text, keystoreBounds);
  if (!reading.ok) {
    throw malformedKeystore(`${path} is not JSON (${describeJsonFault(reading.fault)})`);
  }
  const parsed = parseToFirstFault(Keystore, reading.value);
  if (parsed.success) return parsed.data;
  throw malformedKeystore(`${path} is wrong at /${parsed.issue.path.map(String).join('/')}`);
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
