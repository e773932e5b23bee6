import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a process of the program ended. */
export interface EndedProcess {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly error: string;
}

/** The program as users run it. */
export interface AssayProcess {
  readonly ended: Promise<EndedProcess>;
  /** Settles once standard error has the text; rejects if it ends without. */
  says(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const program = fileURLToPath(new URL('../../bin/assay.js', import.meta.url));

/** Starts it. @param nodeOptions such as `--max-old-space-size=1024` */
export function startAssay(
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): AssayProcess {
  const child = spawn(process.execPath, [...nodeOptions, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let error = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text;
    for (const look of waiting) look();
  });
  const ended = new Promise<EndedProcess>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, error }));
  });
  return {
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (error.includes(text)) resolve();
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`it ended without saying ${text}: ${error}`)));
      }),
    kill: (signal) => {
      child.kill(signal);
    },
  };
}
