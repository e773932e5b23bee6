import { Command, CommanderError } from 'commander';
import { AssayError } from '../core/assayError.ts';
import { toAssayError } from '../core/toAssayError.ts';
import { headersCommand } from './commands/headersCommand.ts';
import { keysCommand } from './commands/keysCommand.ts';
import { reconcileCommand } from './commands/reconcileCommand.ts';
import { registryCommand } from './commands/registryCommand.ts';
import { serveCommand } from './commands/serveCommand.ts';
import { verifyCommand } from './commands/verifyCommand.ts';
import { guardTerminal } from './guardTerminal.ts';
import { Interrupted } from './interruption.ts';
import { formatError } from './output/formatError.ts';
import { jsonText } from './output/jsonText.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs one command line and answers its exit code: 0 backed or verified, 1 under-backed or not
 * verified, 2 indeterminate, 3 bad input or configuration, 130 or 143 ended by Ctrl-C or SIGTERM. Errors go to standard error; with
 * `--json` as one JSON document there.
 */
export async function runCli(
  args: readonly string[],
  version: string,
  user: Terminal,
): Promise<number> {
  const terminal = guardTerminal(user);
  let exitCode = 0;
  const end = (code: number): void => {
    exitCode = code;
  };
  const program = new Command('assay')
    .description('Do the coins exist that the tokens claim?')
    .version(version)
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText(
      'after',
      `
Examples:
  assay reconcile wbtc                one reconciliation, from public sources
  assay verify wbtc.json --signer 0x…  check an attestation offline
  assay registry check                check the registry`,
    );
  const commands = [
    reconcileCommand(terminal, end),
    verifyCommand(terminal, end),
    serveCommand(terminal, end),
    registryCommand(terminal, end),
    headersCommand(terminal, end),
    keysCommand(terminal, end),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of [program, ...commands, ...commands.flatMap((one) => one.commands)]) {
    command.exitOverride();
    command.configureOutput({
      writeOut: terminal.writeOut,
      writeErr: () => {},
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    const { reason } = terminal.signal;
    return reason instanceof Interrupted ? reason.exitCode : exitCode;
  } catch (thrown) {
    const { aborted, reason } = terminal.signal;
    if (aborted) return reason instanceof Interrupted ? reason.exitCode : 130;
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const error = thrown instanceof CommanderError ? usageError(thrown) : toAssayError(thrown);
    const { code, message, fix, facts } = error;
    terminal.writeError(
      args.includes('--json')
        ? jsonText({ error: { code, message, fix, facts } })
        : `${formatError(error)}\n`,
    );
    return error.entry.exit;
  }
}

function usageError(error: CommanderError): AssayError {
  const message = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  const shown = message === '(outputHelp)' ? 'no command is given, or none of that name' : message;
  return new AssayError('USAGE_INVALID', { message: shown });
}
