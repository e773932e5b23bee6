import { AssayError } from '../core/assayError.ts';
import { fileUnreadable } from '../core/fileUnreadable.ts';
import { readSecretFile } from '../files/readSecretFile.ts';

const maxBytes = 4096;

/**
 * The passphrase in a file: its text without one line break at the end, which editors and `echo`
 * add.
 *
 * @throws AssayError FILE_UNREADABLE, SECRET_EXPOSED, PASSPHRASE_MISSING if nothing is left
 */
export async function readPassphrase(path: string): Promise<string> {
  let text: string | undefined;
  try {
    text = await readSecretFile(path, maxBytes);
  } catch (thrown) {
    if (thrown instanceof AssayError) throw thrown;
    throw fileUnreadable(`${path} could not be read`, thrown);
  }
  const passphrase = text?.replace(/\r?\n$/, '');
  if (passphrase) return passphrase;
  throw new AssayError('PASSPHRASE_MISSING', {
    message:
      text === undefined
        ? `${path} is longer than ${maxBytes} bytes`
        : `${path} holds no passphrase`,
    fix: 'Write the passphrase, and nothing else, into the file.',
  });
}
