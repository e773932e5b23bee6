import { Command } from 'commander';
import { AssayError } from '../../core/assayError.ts';
import { loadInTurn } from '../../core/loadInTurn.ts';
import { readPassphrase } from '../readPassphrase.ts';
import type { Terminal } from '../terminal.ts';

interface GenerateOptions {
  readonly keystore?: string;
  readonly passphraseFile?: string;
}

/** `assay keys`: signing keys in encrypted files. */
export function keysCommand(terminal: Terminal, end: (exitCode: number) => void): Command {
  const keys = new Command('keys').description('Make and show signing keys.');
  keys
    .command('generate')
    .description('Make a new key and write it, encrypted, to a file (Web3 Secret Storage v3).')
    .option('--keystore <file>', 'where to write it; nothing is overwritten')
    .option('--passphrase-file <file>', 'where the passphrase stands; else it is asked for')
    .addHelpText('after', '\nExample:\n  assay keys generate --keystore assay-key.json')
    .action(async (options: GenerateOptions) => {
      const { createKeystore } = await loadInTurn(() => import('../../keys/createKeystore.ts'));
      const file = keystoreFile(options.keystore, terminal);
      const passphrase = await choosePassphrase(options.passphraseFile, terminal);
      terminal.writeOut(`${await createKeystore(file, passphrase)}\n`);
      terminal.writeError(`The key is in ${file}. Without its passphrase it is lost.\n`);
      end(0);
    });
  keys
    .command('show')
    .description('Show the address of a key file: what verifiers have to trust.')
    .option('--keystore <file>', 'the key file')
    .addHelpText('after', '\nExample:\n  assay keys show --keystore assay-key.json')
    .action(async (options: { readonly keystore?: string }) => {
      const { readKeystoreAddress } = await loadInTurn(
        () => import('../../keys/createKeystore.ts'),
      );
      terminal.writeOut(`${await readKeystoreAddress(keystoreFile(options.keystore, terminal))}\n`);
      end(0);
    });
  return keys;
}

function keystoreFile(option: string | undefined, terminal: Terminal): string {
  const file = option ?? terminal.environment.keystore;
  if (file !== undefined) return file;
  throw new AssayError('USAGE_INVALID', {
    message: 'no key file is named',
    fix: 'Name it with --keystore FILE or in ASSAY_KEYSTORE.',
  });
}

async function choosePassphrase(file: string | undefined, terminal: Terminal): Promise<string> {
  const asks = file === undefined && terminal.environment.passphraseFile === undefined;
  const passphrase = await readPassphrase(file, 'New passphrase: ', terminal);
  if (asks && passphrase !== (await terminal.askSecret?.('The same again: '))) {
    throw new AssayError('PASSPHRASE_WRONG', { message: 'the two passphrases differ' });
  }
  return passphrase;
}
