import { Command } from 'commander';
import { loadInTurn } from '../../core/loadInTurn.ts';
import { findAsset } from '../findAsset.ts';
import { formatAsset } from '../output/formatAsset.ts';
import { jsonText } from '../output/jsonText.ts';
import { createStyle } from '../output/style.ts';
import { withReach } from '../reachOf.ts';
import { registryDirectory } from '../registryDirectory.ts';
import type { Terminal } from '../terminal.ts';

interface ShowOptions {
  readonly registry?: string;
  readonly json?: boolean;
}

/** `assay registry show`: one asset, each deployment with whether and whence it can be read. */
export function registryShowCommand(terminal: Terminal, end: (exitCode: number) => void): Command {
  return new Command('show')
    .description('Show one asset: its deployments, and which of them can be read from where.')
    .argument('<asset>', 'the id of the asset')
    .option('--registry <dir>', 'use this registry instead of the one shipped')
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText('after', '\nExample:\n  assay registry show wbtc')
    .action(async (id: string, options: ShowOptions) => {
      const { loadRegistry } = await loadInTurn(() => import('../../registry/loadRegistry.ts'));
      const registry = await loadRegistry(registryDirectory(options.registry, terminal));
      const asset = findAsset(registry, id);
      terminal.writeOut(
        options.json
          ? jsonText(withReach(asset))
          : formatAsset(asset, createStyle(terminal.colors)),
      );
      end(0);
    });
}
