import { execFile } from 'node:child_process';

/** A program with the arguments that always come first (a dynamic loader needs some). */
export type Program = { readonly file: string; readonly args: readonly string[] };

/**
 * Runs a program to its end and answers its standard output.
 *
 * @throws Error with the last lines of its standard error when it cannot run or exits with a
 * status other than 0
 */
export function runProgram(
  program: Program,
  args: readonly string[],
  options: { readonly cwd?: string; readonly timeoutMs?: number } = {},
): Promise<string> {
  const { cwd, timeoutMs = 600_000 } = options;
  return new Promise((resolve, reject) => {
    execFile(
      program.file,
      [...program.args, ...args],
      {
        timeout: timeoutMs,
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
        ...(cwd === undefined ? {} : { cwd }),
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        const said = stderr.trim().split('\n').slice(-5).join('\n');
        reject(
          new Error(`${program.file} failed: ${said === '' ? error.message : said}`, {
            cause: error,
          }),
        );
      },
    );
  });
}
