import { Command } from 'commander';
import { loadInTurn } from '../../core/loadInTurn.ts';
import type { Terminal } from '../terminal.ts';

/** `assay serve`: audits at an interval and serves the latest answers. */
export function serveCommand(terminal: Terminal, end: (exitCode: number) => void): Command {
  return new Command('serve')
    .description('Audit assets at an interval and serve the latest attestations over REST.')
    .option('--config <file>', 'the config file (JSON)', 'assay.json')
    .addHelpText(
      'after',
      `
Example of a config file (paths are relative to it):
  {
    "assets": ["wbtc"],
    "bitcoin": ["core+http://127.0.0.1:8332?cookie=/home/me/.bitcoin/.cookie"],
    "rpc": { "eip155:1": ["http://127.0.0.1:8545"] },
    "graph": true,
    "keystore": "assay-key.json",
    "passphraseFile": "passphrase",
    "listen": { "host": "127.0.0.1", "port": 8080 }
  }
With "graph", bridged copies and their lockboxes are read too: what
/v1/assets/ASSET/graph serves, and the edge of a copy at /v1/tokens.

Example:
  assay serve --config assay.json`,
    )
    .action(async (options: { readonly config: string }) => {
      const { serve } = await loadInTurn(() => import('../serve.ts'));
      await serve(options.config, terminal);
      end(0);
    });
}
