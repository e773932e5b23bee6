import type { Terminal } from '../../src/cli/terminal.ts';
import { readEnvironment } from '../../src/config.ts';
import { UnixTime } from '../../src/core/unixTime.ts';

export interface TestTerminal extends Terminal {
  /** What was written so far. */
  readonly out: () => string;
  readonly error: () => string;
}

export interface TestTerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What a person at the terminal answers, in turn; none: there is no terminal. */
  readonly answers?: readonly string[];
  readonly now?: number;
}

/** A terminal that a test holds both ends of. */
export function createTestTerminal(options: TestTerminalOptions = {}): TestTerminal {
  let out = '';
  let error = '';
  const answers = [...(options.answers ?? [])];
  return {
    writeOut: (text) => {
      out += text;
    },
    writeError: (text) => {
      error += text;
    },
    environment: readEnvironment(options.env ?? {}),
    errorIsTerminal: false,
    colors: false,
    askSecret: options.answers ? async () => answers.shift() ?? '' : undefined,
    clock: () => UnixTime(options.now ?? 1_800_000_000),
    steadyClock: () => 0,
    signal: new AbortController().signal,
    out: () => out,
    error: () => error,
  };
}
