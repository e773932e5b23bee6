import { Command, Option } from 'commander';
import { loadInTurn } from '../../core/loadInTurn.ts';
import { collect, parsePositive, parseTime, parseWholeNumber } from '../parseOption.ts';
import type { ReconcileOptions } from '../reconcileAssets.ts';
import type { Terminal } from '../terminal.ts';

/** `assay reconcile`: audits assets once and shows, signs and writes the result. */
export function reconcileCommand(terminal: Terminal, end: (exitCode: number) => void): Command {
  return new Command('reconcile')
    .description('Match the reserves of assets with their token supply, once, at named blocks.')
    .argument('<asset...>', 'ids of assets of the registry, such as wbtc')
    .option('--bitcoin <url>', 'a Bitcoin source; repeat for more (default: public)', collect, [])
    .option('--rpc <chain=url>', 'an RPC of a token chain; repeat (default: public)', collect, [])
    .option('--registry <dir>', 'use this registry instead of the one shipped')
    .addOption(
      new Option('--at-height <n>', 'audit the state as of this Bitcoin block')
        .argParser(parseWholeNumber)
        .conflicts('atTime'),
    )
    .addOption(
      new Option(
        '--at-time <time>',
        'audit the state as of a moment: 2026-11-01T12:00:00Z, or Unix seconds',
      ).argParser(parseTime),
    )
    .addOption(
      new Option('--pairing <how>', 'which block of a token chain belongs to the Bitcoin block')
        .choices(['aligned', 'finalized'])
        .default('aligned'),
    )
    .option('--quorum <n>', 'how many operators must agree on each figure', parsePositive)
    .option(
      '--evidence <file>',
      'write the evidence bundle: from it anyone derives the figures again',
    )
    .option('--headers <file>', 'a header store (`assay headers sync`): the bundle leans on it')
    .option('--graph', 'show what backs the bridged copies, edge by edge')
    .option('--claims', "show what the issuer's feeds claim, beside what was found")
    .option('--sign', 'sign the report: an attestation')
    .option('--keystore <file>', 'the signing key, made by `assay keys generate`')
    .option('--passphrase-file <file>', 'where its passphrase stands; else it is asked for')
    .option('--out <file>', 'write the report, or the attestation, to this new file')
    .option('--force', 'replace the files of --out and --evidence if they are there')
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText(
      'after',
      `
Example, with nodes of one's own:
  assay reconcile wbtc \\
    --bitcoin core+http://127.0.0.1:8332?cookie=/home/me/.bitcoin/.cookie \\
    --rpc eip155:1=http://127.0.0.1:8545

Chains besides eip155:N: solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp, sui:mainnet
(GraphQL at https://, gRPC at grpc+https://), aptos:1, tron:0x2b6653dc,
cosmos:osmosis-1. assay registry show ASSET tells which an asset needs.

Exit codes: 0 backed, 1 under-backed, 2 indeterminate, 3 bad input; for several
assets the first of 1, 2, 0 that occurs.`,
    )
    .action(async (ids: string[], options: ReconcileOptions) => {
      const { reconcileAssets } = await loadInTurn(() => import('../reconcileAssets.ts'));
      end(await reconcileAssets(ids, options, terminal));
    });
}
