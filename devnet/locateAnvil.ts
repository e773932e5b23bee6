import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Program, runProgram } from './runProgram.ts';

/** An anvil that has proved to run here. */
export type LocatedAnvil = Program & {
  /** The first line of `anvil --version`. */
  readonly version: string;
};

/**
 * Finds anvil: the binary of the optional npm package `@foundry-rs/anvil-linux-amd64`, else the
 * one on the PATH.
 *
 * @throws Error that says how to get anvil
 */
export async function locateAnvil(): Promise<LocatedAnvil> {
  const failures: unknown[] = [];
  for (const file of [...packagedAnvil(), 'anvil']) {
    try {
      const said = await runProgram({ file, args: [] }, ['--version'], { timeoutMs: 30_000 });
      return { file, args: [], version: said.split('\n', 1)[0] ?? '' };
    } catch (error) {
      failures.push(error);
    }
  }
  throw new Error(
    'anvil was not found. On Linux x64 `npm ci` installs it as an optional package (do not pass ' +
      '--omit=optional); elsewhere install Foundry (https://getfoundry.sh) so that `anvil` is on ' +
      'the PATH.',
    { cause: new AggregateError(failures) },
  );
}

function packagedAnvil(): string[] {
  try {
    const manifest = createRequire(import.meta.url).resolve(
      '@foundry-rs/anvil-linux-amd64/package.json',
    );
    return [join(dirname(manifest), 'bin', 'anvil')];
  } catch {
    return [];
  }
}
