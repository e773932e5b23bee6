import { Command } from 'commander';
import { loadInTurn } from '../../core/loadInTurn.ts';
import type { DiffOptions } from '../diffRegistry.ts';
import { collect } from '../parseOption.ts';
import type { Terminal } from '../terminal.ts';

/** `assay registry diff`: what changed between two states of the registry. */
export function registryDiffCommand(terminal: Terminal, end: (exitCode: number) => void): Command {
  return new Command('diff')
    .description('Show what changed between two states of the registry.')
    .argument('<before>', 'a directory, or a git revision')
    .argument('<after>', 'a directory, or a git revision')
    .option('--bitcoin <url>', 'a Bitcoin source: shows the coins behind each change', collect, [])
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText(
      'after',
      `
Example:
  assay registry diff HEAD~1 HEAD
  assay registry diff v1.0.0 addresses --bitcoin mempool+https://mempool.space`,
    )
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { diffRegistry } = await loadInTurn(() => import('../diffRegistry.ts'));
      end(await diffRegistry(before, after, options, terminal));
    });
}
