import { Command } from 'commander';
import { loadInTurn } from '../../core/loadInTurn.ts';
import type { DiscoverOptions } from '../discoverAddresses.ts';
import { collect } from '../parseOption.ts';
import type { Terminal } from '../terminal.ts';

/** `assay registry discover`: what others publish about the custody addresses of an asset. */
export function registryDiscoverCommand(
  terminal: Terminal,
  end: (exitCode: number) => void,
): Command {
  return new Command('discover')
    .description('Compare the custody addresses with what issuer and contracts publish.')
    .argument('<asset>', 'id of the asset')
    .option('--registry <dir>', 'use this registry instead of the one shipped')
    .option('--url <kind=url>', "a feed's URL instead of the registry's; repeat", collect, [])
    .option(
      '--rpc <chain=url>',
      'an RPC of a contract chain; repeat (default: public)',
      collect,
      [],
    )
    .option('--bitcoin <url>', 'a Bitcoin source: shows what differing addresses hold', collect, [])
    .option('--proposal <file>', 'write what to change, for review, to this new file')
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText(
      'after',
      `
Example:
  assay registry discover cbbtc --bitcoin mempool+https://mempool.space \\
    --proposal cbbtc-proposal.json
  assay registry discover xbtc --url okx-asset=https://host.example/path

The registry is never changed. Amounts that others publish are claims.
Exit codes: 0 every place was read to the end and nothing differs, 1 something
differs, 2 a place was not read (to the end), 3 bad input; the first of 1, 2, 0.`,
    )
    .action(async (id: string, options: DiscoverOptions) => {
      const { discoverAddresses } = await loadInTurn(() => import('../discoverAddresses.ts'));
      const { readFeed } = await loadInTurn(() => import('../../discovery/readFeed.ts'));
      const { readContract } = await loadInTurn(() => import('../../discovery/readContract.ts'));
      end(await discoverAddresses(id, options, terminal, { readFeed, readContract }));
    });
}
