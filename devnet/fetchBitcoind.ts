import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type DebianMirror, parseDebianMirrors } from './parseDebianMirrors.ts';
import { runProgram } from './runProgram.ts';
import { unpackedBitcoind } from './unpackedBitcoind.ts';

const packageName = 'bitcoin-knots';
const suite = 'sid';
const keyrings = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/debian-archive-keyring.pgp',
];
/** Packages that set up a system; bitcoind itself runs without them, so apt is told to skip them. */
const notNeeded = ['systemd', 'debconf'];

/**
 * Fetches bitcoind into `folder`: Debian's package bitcoin-knots of the suite sid with the shared
 * libraries that it needs, about 20 MB, through the machine's own apt and mirrors, checked by
 * Debian's archive keyring. Nothing is installed into the system and no privileges are needed.
 *
 * Everything is made in a temporary folder beside `folder` and then renamed, so that two processes
 * may do this at once: the first to finish wins, the other's copy is dropped.
 *
 * @throws Error that says why, where there is no apt, no keyring, or no mirror has the package
 */
export async function fetchBitcoind(folder: string, report: (line: string) => void): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}.part-`);
  try {
    const architecture = await readArchitecture();
    const failures: string[] = [];
    for (const mirror of await listMirrors()) {
      report(`fetching bitcoind (Debian ${suite}, ${packageName}, about 20 MB) from ${mirror.uri}`);
      try {
        const root = await downloadAndUnpack(join(work, `try${failures.length}`), {
          mirror,
          architecture,
          report,
        });
        await runProgram(await unpackedBitcoind(root), ['--version']);
        await moveIntoPlace(root, folder);
        return;
      } catch (error) {
        failures.push(`${mirror.uri}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new Error(failures.join('\n'));
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function readArchitecture(): Promise<string> {
  try {
    return (await runProgram({ file: 'dpkg', args: [] }, ['--print-architecture'])).trim();
  } catch (error) {
    throw new Error('this machine has no apt and dpkg (it is no Debian)', { cause: error });
  }
}

async function listMirrors(): Promise<DebianMirror[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = existsSync(folder) ? (await readdir(folder)).sort() : [];
  const paths = ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))];
  const files = paths.filter((path) => /\.(list|sources)$/.test(path) && existsSync(path));
  const mirrors = parseDebianMirrors(
    await Promise.all(
      files.map(async (path) => ({ name: basename(path), text: await readFile(path, 'utf8') })),
    ),
  );
  if (mirrors.length > 0) return mirrors;
  throw new Error('apt on this machine names no mirror of Debian');
}

async function downloadAndUnpack(
  folder: string,
  options: {
    readonly mirror: DebianMirror;
    readonly architecture: string;
    readonly report: (line: string) => void;
  },
): Promise<string> {
  const { mirror, architecture, report } = options;
  const keyring = [mirror.keyring, ...keyrings].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (keyring === undefined) throw new Error(`there is no ${keyrings[0]} to check the archive by`);
  for (const part of ['lists/partial', 'archives/partial', 'empty', 'root']) {
    await mkdir(join(folder, part), { recursive: true });
  }
  await writeFile(
    join(folder, 'sources.list'),
    `deb [arch=${architecture} signed-by=${keyring}] ${mirror.uri} ${suite} main\n`,
  );
  await writeFile(join(folder, 'status'), notNeeded.map((name) => standIn(name)).join('\n'));

  const apt = { file: 'apt-get', args: aptOptions(folder) };
  await runProgram(apt, ['update']);
  await runProgram(apt, ['install', '--download-only', '--yes', packageName]);
  const archives = (await readdir(join(folder, 'archives'))).filter((name) =>
    name.endsWith('.deb'),
  );
  report(`unpacking ${archives.length} packages`);
  const root = join(folder, 'root');
  for (const name of archives) {
    await runProgram({ file: 'dpkg-deb', args: [] }, ['-x', join(folder, 'archives', name), root]);
  }
  for (const name of ['etc', 'var', 'usr/share']) {
    await rm(join(root, name), { recursive: true, force: true });
  }
  return root;
}

/** apt with a state of its own; the machine's proxies and credentials stay in force. */
function aptOptions(folder: string): string[] {
  const settings = {
    'Dir::Etc::sourcelist': join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': join(folder, 'empty'),
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': join(folder, 'empty'),
    'Dir::State': folder,
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': folder,
    'Dir::Cache::archives': join(folder, 'archives'),
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    'APT::Default-Release': '',
    'APT::Install-Recommends': 'false',
    'APT::Update::Error-Mode': 'any',
    // As root apt would drop to a user who may not be able to enter the checkout.
    'APT::Sandbox::User': userInfo().username,
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  };
  return ['-q', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
}

/** An entry of dpkg's status file that makes apt take a package for installed. */
function standIn(name: string): string {
  return [
    `Package: ${name}`,
    'Status: install ok installed',
    'Architecture: all',
    'Multi-Arch: foreign',
    'Version: 99999',
    'Maintainer: none',
    'Description: stand-in',
    '',
  ].join('\n');
}

async function moveIntoPlace(root: string, folder: string): Promise<void> {
  try {
    await rename(root, folder);
  } catch (error) {
    // Someone else was faster: theirs is as good, as long as it runs.
    if (!existsSync(folder)) throw error;
    await runProgram(await unpackedBitcoind(folder), ['--version']);
  }
}
