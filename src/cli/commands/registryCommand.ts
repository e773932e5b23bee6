import { Command, InvalidArgumentError } from 'commander';
import { loadInTurn } from '../../core/loadInTurn.ts';
import { formatTime } from '../../core/unixTime.ts';
import { formatFindings } from '../output/formatFindings.ts';
import { formatRegistry } from '../output/formatRegistry.ts';
import { jsonText } from '../output/jsonText.ts';
import { createStyle } from '../output/style.ts';
import { withReach } from '../reachOf.ts';
import { registryDirectory } from '../registryDirectory.ts';
import type { Terminal } from '../terminal.ts';
import { registryControlCommands } from './registryControlCommands.ts';
import { registryDiffCommand } from './registryDiffCommand.ts';
import { registryDiscoverCommand } from './registryDiscoverCommand.ts';
import { registryShowCommand } from './registryShowCommand.ts';

interface RegistryOptions {
  readonly registry?: string;
  readonly json?: boolean;
}

interface CheckOptions extends RegistryOptions {
  readonly strict?: boolean;
  readonly asOf?: string;
}

/** `assay registry`: what the registry holds, and whether it may be used. */
export function registryCommand(terminal: Terminal, end: (exitCode: number) => void): Command {
  const registry = new Command('registry').description('Check and list the registry.');
  registry
    .command('check')
    .description('Check every entry of the registry and report all findings at once.')
    .option('--registry <dir>', 'use this registry instead of the one shipped')
    .option('--strict', 'take warnings, such as an overdue review, for errors')
    .option('--as-of <date>', 'hold dates to this day, YYYY-MM-DD (default: today)', parseDay)
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText(
      'after',
      `
Example:
  assay registry check --strict --as-of 2026-12-01

Exit codes: 0 no errors (there may be warnings), 3 errors.`,
    )
    .action(async (options: CheckOptions) => end(await check(options, terminal)));
  registry
    .command('list')
    .description('List the assets: coverage, which deployments can be read, custody addresses.')
    .option('--registry <dir>', 'use this registry instead of the one shipped')
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText('after', '\nExample:\n  assay registry list')
    .action(async (options: RegistryOptions) => end(await list(options, terminal)));
  registry.addCommand(registryShowCommand(terminal, end));
  registry.addCommand(registryDiffCommand(terminal, end));
  registry.addCommand(registryDiscoverCommand(terminal, end));
  for (const one of registryControlCommands(terminal, end)) registry.addCommand(one);
  return registry;
}

async function check(options: CheckOptions, terminal: Terminal): Promise<number> {
  const { checkRegistry } = await loadInTurn(() => import('../../registry/checkRegistry.ts'));
  const { errorsOf, holdStrictly } = await loadInTurn(() => import('../../registry/finding.ts'));
  const directory = registryDirectory(options.registry, terminal);
  const asOf = options.asOf ?? formatTime(terminal.clock()).slice(0, 10);
  const { registry, findings: found } = await checkRegistry(directory, asOf);
  const findings = options.strict ? holdStrictly(found) : found;
  const ok = errorsOf(findings).length === 0;
  if (options.json) {
    const document = { ok, asOf, digest: registry?.digest ?? null, findings };
    terminal.writeOut(jsonText(document));
  } else {
    terminal.writeOut(formatFindings(findings, registry, createStyle(terminal.colors)));
  }
  return ok ? 0 : 3;
}

/** A day that the calendar has, as YYYY-MM-DD. */
function parseDay(value: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(value)) return value;
  throw new InvalidArgumentError('It must be a day of the calendar as YYYY-MM-DD.');
}

async function list(options: RegistryOptions, terminal: Terminal): Promise<number> {
  const { loadRegistry } = await loadInTurn(() => import('../../registry/loadRegistry.ts'));
  const registry = await loadRegistry(registryDirectory(options.registry, terminal));
  const assets = [...registry.assets.values()];
  if (options.json) {
    const document = { digest: registry.digest, assets: assets.map(withReach) };
    terminal.writeOut(jsonText(document));
  } else {
    terminal.writeOut(formatRegistry(assets, createStyle(terminal.colors)));
  }
  return 0;
}
