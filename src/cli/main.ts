import { readFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { read } from 'read';
import { z } from 'zod';
import { readEnvironment } from '../config.ts';
import { toAssayError } from '../core/toAssayError.ts';
import { UnixTime } from '../core/unixTime.ts';
import { endOnClosedPipe } from './endOnClosedPipe.ts';
import { createInterruption } from './interruption.ts';
import { formatError } from './output/formatError.ts';
import { runCli } from './runCli.ts';

const Package = z.object({ version: z.string() });
const { version } = Package.parse(
  JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')),
);

endOnClosedPipe(
  { out: process.stdout, error: process.stderr },
  (text) => process.stderr.write(text),
  (exitCode) => process.exit(exitCode),
);

// What nothing awaited, such as the failure of a library's own timer, ends in the same words as the rest.
process.on('uncaughtException', (thrown) => {
  const error = toAssayError(thrown);
  process.stderr.write(`${formatError(error)}\n`);
  process.exit(error.entry.exit);
});

const environment = readEnvironment(process.env);
const interruption = createInterruption(process);

process.exitCode = await runCli(process.argv.slice(2), version, {
  writeOut: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
  environment,
  errorIsTerminal: process.stderr.isTTY === true,
  colors: process.stdout.isTTY === true && !environment.noColor,
  askSecret: process.stdin.isTTY
    ? (prompt) => read({ prompt, silent: true, output: process.stderr })
    : undefined,
  clock: () => UnixTime(Math.floor(Date.now() / 1000)),
  // On Linux the monotonic clock of Node.js stands still in suspend; that of the uptime does not.
  steadyClock: () => (process.platform === 'linux' ? uptime() : performance.now() / 1000),
  get signal() {
    return interruption();
  },
});
