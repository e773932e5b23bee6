import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssayError } from '../core/assayError.ts';
import { fileUnreadable } from '../core/fileUnreadable.ts';

/** What one process holds alone. It ends with the process, however that ends. */
export interface ProcessLock {
  /** Gives it up before the process ends. */
  release(): Promise<void>;
}

/** How long the holder is waited for to have said who it is, in milliseconds: a busy one answers late. */
const patienceMs = 10_000;

/** O_EXLOCK of macOS and the BSDs, which Node.js does not name: flock(2) while opening. */
const exclusiveLock = 0x20;

/**
 * Holds a file or folder for this process, by whatever path it is reached.
 *
 * @throws AssayError FILE_IN_USE where another process has it, FILE_UNREADABLE where it is not there
 */
export async function holdPath(path: string, what: string, fix?: string): Promise<ProcessLock> {
  let place: { readonly dev: bigint; readonly ino: bigint };
  try {
    place = await stat(path, { bigint: true });
  } catch (cause) {
    throw fileUnreadable(`cannot use ${path}`, cause);
  }
  return holdAlone(`file ${place.dev} ${place.ino}`, what, fix);
}

/**
 * Holds what `key` names for this process, or says who does. The kernel gives it up when the process
 * ends, also by SIGKILL, so that nothing stale is ever left: on Linux a socket in the abstract
 * namespace (unix(7)), on Windows a named pipe, elsewhere flock(2). It reaches as far as these do: two
 * containers with networks of their own do not see each other's.
 *
 * @param key the same for everybody who wants the same thing
 * @param what the thing in words, for the error: `the evidence folder /srv/evidence`
 * @throws AssayError FILE_IN_USE where another has it
 */
export async function holdAlone(key: string, what: string, fix?: string): Promise<ProcessLock> {
  const name = `assay-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`;
  if (process.platform === 'linux') return listenAt(`\0${name}`, what, fix);
  if (process.platform === 'win32') return listenAt(`\\\\.\\pipe\\${name}`, what, fix);
  return lockFile(join(tmpdir(), `${name}.lock`), what, fix);
}

async function listenAt(path: string, what: string, fix: string | undefined): Promise<ProcessLock> {
  // Whoever asks is told who holds it.
  const server = createServer((client) => {
    client.unref();
    client.on('error', () => undefined);
    client.end(`${process.pid}`, () => client.destroy());
  });
  if (!(await tryToListen(server, path))) throw inUse(what, await askHolder(path), fix);
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function tryToListen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if ('code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) {
        resolve(false);
      } else {
        reject(error);
      }
    });
    server.listen(path, () => resolve(true));
  });
}

/** The process id that the holder gives; undefined where it gives none in time. */
function askHolder(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const client = connect(path);
    const timer = setTimeout(() => end(), patienceMs);
    const end = (answer?: string): void => {
      clearTimeout(timer);
      client.destroy();
      resolve(answer);
    };
    let said = '';
    client.on('error', () => end());
    client.on('data', (part) => {
      said += part;
      if (said.length > 20) end();
    });
    client.on('end', () => end(/^\d+$/.test(said) ? said : undefined));
  });
}

async function lockFile(file: string, what: string, fix: string | undefined): Promise<ProcessLock> {
  const { O_RDWR, O_CREAT, O_NONBLOCK } = constants;
  try {
    const handle = await open(file, O_RDWR | O_CREAT | O_NONBLOCK | exclusiveLock, 0o600);
    return { release: () => handle.close() };
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EAGAIN') {
      throw inUse(what, undefined, fix);
    }
    throw fileUnreadable(`cannot lock ${what}`, cause);
  }
}

function inUse(what: string, pid: string | undefined, fix: string | undefined): AssayError {
  const who =
    pid === `${process.pid}` ? 'this process' : `another process${pid ? ` (pid ${pid})` : ''}`;
  return new AssayError('FILE_IN_USE', {
    message: `${what} is in use by ${who} already`,
    ...(fix === undefined ? {} : { fix }),
    ...(pid === undefined ? {} : { facts: { pid: Number(pid) } }),
  });
}
