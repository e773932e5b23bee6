import { Command } from 'commander';
import { formatFindings } from '../output/formatFindings.ts';
import { formatRegistry } from '../output/formatRegistry.ts';
import { createStyle } from '../output/style.ts';
import { registryDirectory } from '../registryDirectory.ts';
import type { Terminal } from '../terminal.ts';

interface RegistryOptions {
  readonly registry?: string;
  readonly json?: boolean;
}

/** `assay registry`: what the registry holds, and whether it may be used. */
export function registryCommand(terminal: Terminal, end: (exitCode: number) => void): Command {
  const registry = new Command('registry').description('Check and list the registry.');
  registry
    .command('check')
    .description('Check every entry of the registry and report all findings at once.')
    .option('--registry <dir>', 'use this registry instead of the one shipped')
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText(
      'after',
      `
Example:
  assay registry check --registry ./addresses

Exit codes: 0 no findings, 3 findings.`,
    )
    .action(async (options: RegistryOptions) => end(await check(options, terminal)));
  registry
    .command('list')
    .description('List the assets with their coverage, deployments and custody addresses.')
    .option('--registry <dir>', 'use this registry instead of the one shipped')
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText('after', '\nExample:\n  assay registry list')
    .action(async (options: RegistryOptions) => end(await list(options, terminal)));
  return registry;
}

async function check(options: RegistryOptions, terminal: Terminal): Promise<number> {
  const { checkRegistry } = await import('../../registry/checkRegistry.ts');
  const directory = registryDirectory(options.registry, terminal);
  const { registry, findings } = await checkRegistry(directory);
  if (options.json) {
    const document = { ok: findings.length === 0, digest: registry?.digest ?? null, findings };
    terminal.writeOut(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    terminal.writeOut(formatFindings(findings, registry, createStyle(terminal.colors)));
  }
  return findings.length === 0 ? 0 : 3;
}

async function list(options: RegistryOptions, terminal: Terminal): Promise<number> {
  const { loadRegistry } = await import('../../registry/loadRegistry.ts');
  const registry = await loadRegistry(registryDirectory(options.registry, terminal));
  const assets = [...registry.assets.values()];
  if (options.json) {
    terminal.writeOut(`${JSON.stringify({ digest: registry.digest, assets }, null, 2)}\n`);
  } else {
    terminal.writeOut(formatRegistry(assets, createStyle(terminal.colors)));
  }
  return 0;
}
