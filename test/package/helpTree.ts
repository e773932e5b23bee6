import { type Installed, runInstalled } from './runInstalled.ts';

/** A command as `assay help` shows it. */
export interface ShownCommand {
  /** `registry check` */
  readonly name: string;
  readonly takesJson: boolean;
}

/** All commands of the help tree that have none below them, but `help` itself. */
export async function readHelpTree(
  installed: Installed,
  above: readonly string[] = [],
): Promise<readonly ShownCommand[]> {
  const { exitCode, out } = await runInstalled(installed, [...above, '--help']);
  if (exitCode !== 0) throw new Error(`${above.join(' ')} --help ended with ${exitCode}`);
  const [, list = ''] = /^Commands:\n((?: .*\n)+)/m.exec(out) ?? [];
  const names = [...list.matchAll(/^ {2}([a-z-]+)/gm)].flatMap(([, name = '']) => name);
  if (names.length === 0) return [{ name: above.join(' '), takesJson: /^ +--json\b/m.test(out) }];
  const below: (readonly ShownCommand[])[] = [];
  for (const name of names) {
    if (name !== 'help') below.push(await readHelpTree(installed, [...above, name]));
  }
  return below.flat();
}
