import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import pLimit from 'p-limit';

/** The command line that an installed package is run with. */
export interface Installed {
  /** The binary of Node.js. */
  readonly node: string;
  /** The folder that the package was installed into. */
  readonly folder: string;
  /** Where commands are run. */
  readonly cwd: string;
}

export interface Outcome {
  readonly exitCode: number | null;
  readonly out: string;
  readonly error: string;
}

const hangs = 300_000;
/** As many processes as a small machine has cores. */
const limit = pLimit(2);

/** Runs a command to its end, as a process of its own. */
export function runInstalled(installed: Installed, args: readonly string[]): Promise<Outcome> {
  return limit(() => startInstalled(installed, args).ended);
}

/** Starts a command: what it has said so far can be waited for, and it can be told to end. */
export function startInstalled({ node, folder, cwd }: Installed, args: readonly string[]) {
  const entry = join(folder, 'node_modules', 'assay', 'bin', 'assay.js');
  const child = spawn(node, [entry, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: hangs,
    killSignal: 'SIGKILL',
    env: { PATH: process.env.PATH, HOME: cwd },
  });
  const said = { out: '', error: '' };
  const waiting: (() => void)[] = [];
  for (const [stream, name] of [[child.stdout, 'out'] as const, [child.stderr, 'error'] as const]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...said }));
  });
  return {
    ended,
    end: (): boolean => endGently(child),
    /** Resolves once the stream has said so. @throws Error where the command ends before */
    until: (name: keyof typeof said, what: RegExp): Promise<string> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (what.test(said[name])) resolve(said[name]);
        };
        waiting.push(look);
        look();
        void ended.then(({ error }) => reject(new Error(`it ended before:\n${error}`)), reject);
      }),
  };
}

function endGently(child: ChildProcess): boolean {
  return child.kill('SIGTERM');
}
