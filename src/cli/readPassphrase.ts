import { AssayError } from '../core/assayError.ts';
import { readPassphrase as readPassphraseFile } from '../keys/readPassphrase.ts';
import type { Terminal } from './terminal.ts';

/**
 * The passphrase of a key file: from the file that is named, else asked for at the terminal. There is
 * no option that takes it on the command line, where other users of the machine could read it.
 *
 * @throws AssayError PASSPHRASE_MISSING where there is neither a file nor a terminal
 */
export async function readPassphrase(
  file: string | undefined,
  prompt: string,
  terminal: Terminal,
): Promise<string> {
  const named = file ?? terminal.environment.passphraseFile;
  if (named !== undefined) return readPassphraseFile(named);
  if (!terminal.askSecret) throw new AssayError('PASSPHRASE_MISSING');
  const passphrase = await terminal.askSecret(prompt);
  if (passphrase === '') {
    throw new AssayError('PASSPHRASE_MISSING', { message: 'the passphrase is empty' });
  }
  return passphrase;
}
