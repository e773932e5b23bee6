import { existsSync } from 'node:fs';
import { fetchBitcoind } from './fetchBitcoind.ts';
import { inProject } from './projectFolder.ts';
import { type Program, runProgram } from './runProgram.ts';
import { unpackedBitcoind } from './unpackedBitcoind.ts';

/** A bitcoind that has proved to run here. */
export type LocatedBitcoind = Program & {
  /** The first line of `bitcoind --version`. */
  readonly version: string;
  readonly origin: '$BITCOIND' | 'PATH' | 'cache' | 'fetched';
};

/**
 * Finds bitcoind: `$BITCOIND`, else the one on the PATH, else the project's cache, else it is
 * fetched into the cache (see {@link fetchBitcoind}). Progress goes to `report`, by default the
 * standard error.
 *
 * @throws Error when `$BITCOIND` does not run, or when there is none and none can be fetched; it
 * says how to get Bitcoin Core
 */
export async function locateBitcoind(
  report: (line: string) => void = (line) => process.stderr.write(`assay: ${line}\n`),
): Promise<LocatedBitcoind> {
  const named = process.env.BITCOIND;
  if (named !== undefined && named !== '') {
    const version = await readVersion({ file: named, args: [] });
    if (version instanceof Error) {
      throw new Error(`$BITCOIND is ${named}, which does not run: ${version.message}`);
    }
    return { file: named, args: [], version, origin: '$BITCOIND' };
  }

  const onPath = await readVersion({ file: 'bitcoind', args: [] });
  if (!(onPath instanceof Error)) {
    return { file: 'bitcoind', args: [], version: onPath, origin: 'PATH' };
  }

  const folder = inProject('.cache', 'bitcoind', `${process.platform}-${process.arch}`);
  const present = existsSync(folder);
  try {
    if (!present) await fetchBitcoind(folder, report);
    const program = await unpackedBitcoind(folder);
    const version = await readVersion(program);
    if (version instanceof Error) throw version;
    if (!present) report(`ready: ${version}`);
    return { ...program, version, origin: present ? 'cache' : 'fetched' };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const stale = present
      ? `Delete ${folder} to have it fetched again, or do the following.\n`
      : '';
    throw new Error(
      `bitcoind was not found, and could not be had from Debian: ${why}\n${stale}` +
        'Install Bitcoin Core 28 or later (https://bitcoincore.org/en/download/, or your package ' +
        'manager) so that `bitcoind` is on the PATH, or set BITCOIND=/path/to/bitcoind.',
      { cause: error },
    );
  }
}

async function readVersion(program: Program): Promise<string | Error> {
  try {
    const said = await runProgram(program, ['--version'], { timeoutMs: 30_000 });
    const version = said.split('\n', 1)[0] ?? '';
    return /bitcoin/i.test(version) ? version : new Error(`it says it is ${version}`);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
