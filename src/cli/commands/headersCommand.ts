import { Command, Option } from 'commander';
import { bitcoinNetworks } from '../../core/bitcoinNetwork.ts';
import { loadInTurn } from '../../core/loadInTurn.ts';
import { collect } from '../parseOption.ts';
import type { SyncOptions } from '../syncHeaders.ts';
import type { Terminal } from '../terminal.ts';

/** `assay headers`: the header store that evidence bundles may lean on. */
export function headersCommand(terminal: Terminal, end: (exitCode: number) => void): Command {
  const headers = new Command('headers').description('Keep a store of Bitcoin block headers.');
  headers
    .command('sync')
    .description('Fetch the headers that a store lacks, and check work and difficulty of each.')
    .requiredOption('--headers <file>', 'the store: 80 bytes for each header from genesis on')
    .option('--bitcoin <url>', 'a Bitcoin source; repeat for more (default: public)', collect, [])
    .addOption(
      new Option('--network <name>', 'the Bitcoin network')
        .choices(bitcoinNetworks.map(({ name }) => name))
        .default('mainnet'),
    )
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText(
      'after',
      `
Example:
  assay headers sync --headers headers.dat --bitcoin core+http://127.0.0.1:8332

No source is trusted for a header: each must build on the one before, with the
work that the rules of difficulty ask for. Exit codes: 0 the store is up to
date, 2 no source could be read, 3 bad input.`,
    )
    .action(async (options: SyncOptions) => {
      const { syncHeaders } = await loadInTurn(() => import('../syncHeaders.ts'));
      end(await syncHeaders(options, terminal));
    });
  return headers;
}
