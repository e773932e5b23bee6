import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';

/** A running node, tied to the life of this process. */
export type GuardedProcess = {
  readonly pid: number;
  /** The exit status once it has ended: a number, or the signal's name. */
  readonly exited: Promise<number | string>;
  /** Its last lines of output, for error messages. */
  lastLines(): string;
  /** Ends it at once, waits until it is gone and removes its folder. Safe to call twice. */
  kill(): Promise<void>;
};

// Reads until the parent's end of the pipe closes, which happens however the parent dies.
const watch = `cat >/dev/null
kill -9 "$1" 2>/dev/null
for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$1" 2>/dev/null || break; sleep 0.05; done
rm -rf -- "$2"`;

/**
 * Starts a program that cannot outlive this process. On exit it is killed synchronously. Beyond
 * that a small shell watches a pipe held by this process and, when the pipe closes (SIGINT,
 * SIGTERM, even SIGKILL), kills the program and removes `folder`.
 *
 * The program gets a process group of its own, so that Ctrl-C in a terminal reaches only the
 * program that started it, which can then stop its nodes in order.
 *
 * @param options.folder a temporary folder of the program's own, removed with it
 * @param options.onLine called with each line of its standard output
 */
export async function guardProcess(options: {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly onLine?: (line: string) => void;
}): Promise<GuardedProcess> {
  const { file, args, folder, onLine } = options;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const lines = keepLastLines(child, onLine);
  const exited = once(child, 'exit').then(([code, signal]) => statusOf(code, signal));
  // A failure to start is reported by the wait for 'spawn' below.
  exited.catch(() => undefined);
  await once(child, 'spawn');
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${file} did not start`);

  const watcher = spawn('/bin/sh', ['-c', watch, 'devnet-watch', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();

  const killNow = (): void => {
    child.kill('SIGKILL');
  };
  // One listener per node: with many nodes Node.js would take that for a leak.
  process.setMaxListeners(process.getMaxListeners() + 1);
  process.on('exit', killNow);
  const dismissed = exited.then(() => {
    process.off('exit', killNow);
    process.setMaxListeners(process.getMaxListeners() - 1);
    watcher.kill('SIGKILL');
  });

  return {
    pid,
    exited,
    lastLines: () => lines.join('\n'),
    kill: async () => {
      killNow();
      await dismissed;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function keepLastLines(child: ChildProcess, onLine?: (line: string) => void): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        if (stream === child.stdout) onLine?.(line);
        lines.push(line);
      }
      lines.splice(0, Math.max(0, lines.length - 30));
    });
  }
  return lines;
}

function statusOf(code: unknown, signal: unknown): number | string {
  return typeof code === 'number' ? code : String(signal);
}
