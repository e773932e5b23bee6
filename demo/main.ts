import { Command, CommanderError, Option } from 'commander';
import { formatError } from '../src/cli/output/formatError.ts';
import { parseWholeNumber } from '../src/cli/parseOption.ts';
import { readEnvironment } from '../src/config.ts';
import { AssayError } from '../src/core/assayError.ts';
import { UnixTime } from '../src/core/unixTime.ts';
import type { DemoOptions } from './runDemo.ts';
import { scenarios } from './scenarios.ts';

/** Shells say 128 and the number of the signal; an interrupted audit must not look like `backed`. */
const signals = { SIGINT: 130, SIGTERM: 143 } as const;

const farewell = 'ended: all nodes are stopped, all files removed\n';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = parseArguments(args);
  if (typeof options === 'number') return options;
  const abort = new AbortController();
  let interrupted = 0;
  for (const [signal, code] of Object.entries(signals)) {
    process.on(signal, () => {
      interrupted ||= code;
      abort.abort(new Error(`ended by ${signal}`));
    });
  }
  try {
    // Only now: help and wrong options are answered without loading everything.
    const { runDemo } = await import('./runDemo.ts');
    const code = await runDemo(options, {
      writeOut: (text) => process.stdout.write(text),
      writeError: (text) => process.stderr.write(text),
      colors: process.stdout.isTTY === true && !readEnvironment(process.env).noColor,
      clock: () => UnixTime(Math.floor(Date.now() / 1000)),
      signal: abort.signal,
    });
    if (interrupted) process.stderr.write(farewell);
    return code;
  } catch (thrown) {
    if (interrupted) {
      process.stderr.write(farewell);
      return options.once ? interrupted : 0;
    }
    process.stderr.write(`${describeFailure(thrown)}\n`);
    return 3;
  }
}

/** The options, or the exit code where there is nothing more to do. */
function parseArguments(args: readonly string[]): DemoOptions | number {
  const program = new Command('npm run demo --')
    .description(
      'Build two wrapped assets on real nodes, audit them, and serve the answers until Ctrl-C.',
    )
    .option('--once', 'audit once, stop everything and exit with the code of the verdicts')
    .option('--json', 'with --once: print one JSON line per asset and nothing else')
    .addOption(
      new Option('--scenario <name>', 'what happens before or while the audit runs')
        .choices([...scenarios.keys()])
        .default('none'),
    )
    .option('--quorum <n>', 'how many operators must agree (default: 1; liar: 2)', parseWholeNumber)
    .option('--port <n>', 'serve at this port (default: 8080, or any free one)', parseWholeNumber)
    .addHelpText(
      'after',
      `
Example:
  npm run demo -- --once --scenario sweep

Exit codes with --once: 0 both backed, 1 one is under-backed, 2 one is
indeterminate, 3 the demo itself failed.`,
    )
    .exitOverride()
    .configureOutput({ writeErr: () => {}, getOutHelpWidth: () => 80 });
  try {
    program.parse(args, { from: 'user' });
    const { once, json, scenario, port, quorum } = program.opts<{
      readonly once?: boolean;
      readonly json?: boolean;
      readonly scenario: string;
      readonly port?: number;
      readonly quorum?: number;
    }>();
    const chosen = scenarios.get(scenario);
    if (!chosen) throw new AssayError('USAGE_INVALID', { message: `no scenario ${scenario}` });
    if (json && !once) {
      throw new AssayError('USAGE_INVALID', { message: '--json goes with --once' });
    }
    if (port !== undefined && port > 65_535) {
      throw new AssayError('USAGE_INVALID', { message: `${port} is no port` });
    }
    if (quorum === 0) {
      throw new AssayError('USAGE_INVALID', { message: 'a quorum is at least 1' });
    }
    return { scenario: chosen, once: once === true, json: json === true, port, quorum };
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    process.stderr.write(`${describeFailure(asUsageError(thrown))}\n`);
    return 3;
  }
}

function asUsageError(thrown: unknown): unknown {
  if (!(thrown instanceof CommanderError)) return thrown;
  return new AssayError('USAGE_INVALID', { message: thrown.message.replace(/^error: /, '') });
}

function describeFailure(thrown: unknown): string {
  if (thrown instanceof AssayError) return formatError(thrown);
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
