import type { Stats } from 'node:fs';
import { lstat, open, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AssayError } from '../core/assayError.ts';
import { fileUnreadable } from '../core/fileUnreadable.ts';
import { fileExists, protectedFile, systemCode } from './errors.ts';
import { isKeystoreFile } from './isKeystoreFile.ts';
import { partOf } from './partOf.ts';

/** A file that a command is to write, found writable before the work that fills it. */
export interface OutputFile {
  readonly path: string;
  /** Whether a file that is there may be replaced. */
  readonly replace: boolean;
}

export interface OutputFileOptions {
  /** Replace what is there, if it is an ordinary file (`--force`). */
  readonly force?: boolean | undefined;
  /** Files that the same command reads or writes: none of them may be meant. */
  readonly apartFrom?: readonly (string | undefined)[];
}

/**
 * Whether a file may be written at a path: never over a key file, through a symbolic link, or over
 * what is no ordinary file; over an ordinary one only with `force`.
 *
 * @throws AssayError FILE_EXISTS, FILE_PROTECTED, FILE_UNREADABLE, USAGE_INVALID
 */
export async function chooseOutputFile(
  path: string,
  { force = false, apartFrom = [] }: OutputFileOptions = {},
): Promise<OutputFile> {
  if (basename(path) === '' || path.endsWith('/')) {
    throw new AssayError('USAGE_INVALID', { message: `${JSON.stringify(path)} names no file` });
  }
  await requireFolder(path);
  const there = await inspect(path);
  for (const other of apartFrom) {
    if (other !== undefined && (await isSameFile(path, there, other))) {
      throw protectedFile(path, 'has another part in this command');
    }
  }
  if (there !== undefined) {
    await requireReplaceable(path, there);
    if (!force) throw fileExists(path);
  }
  await tryFolder(path);
  return { path, replace: force };
}

/** @throws AssayError FILE_PROTECTED where what is at the path is never to be written over */
export async function requireReplaceable(path: string, there: Stats): Promise<void> {
  if (there.isSymbolicLink()) throw protectedFile(path, 'is a symbolic link');
  if (!there.isFile()) throw protectedFile(path, 'is no ordinary file');
  if (await isKeystoreFile(path)) throw protectedFile(path, 'holds a signing key');
}

/** What is at the path itself, not where a link leads; undefined where nothing is. */
export async function inspect(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw fileUnreadable(`${path} could not be looked at`, thrown);
  }
}

async function requireFolder(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  const found = await stat(folder).catch((thrown: unknown) => {
    throw fileUnreadable(`${folder} could not be used`, thrown);
  });
  if (!found.isDirectory())
    throw fileUnreadable(`${folder} could not be used`, { code: 'ENOTDIR' });
}

/** Whether a file can grow beside its place: what forbids it shows only then. */
async function tryFolder(path: string): Promise<void> {
  const part = partOf(path);
  try {
    await (await open(part, 'wx', 0o600)).close();
    await rm(part);
  } catch (thrown) {
    throw fileUnreadable(`cannot write ${path}`, thrown);
  }
}

async function isSameFile(path: string, there: Stats | undefined, other: string): Promise<boolean> {
  const found = await stat(other).catch(() => undefined);
  if (there && found) return there.ino === found.ino && there.dev === found.dev;
  return (await place(path)) === (await place(other));
}

/** The absolute path, with links of its folder followed. */
async function place(path: string): Promise<string> {
  const full = resolve(path);
  const folder = await stat(dirname(full)).catch(() => undefined);
  return join(folder ? `${folder.dev}:${folder.ino}` : dirname(full), basename(full));
}
