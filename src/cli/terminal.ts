import type { Environment } from '../config.ts';
import type { UnixTime } from '../core/unixTime.ts';

/** What a command may touch of the world: handed in, so that a test can hold both ends. */
export interface Terminal {
  /** For results alone: text, or one JSON document. */
  readonly writeOut: (text: string) => void;
  /** For progress, prompts, warnings and errors. */
  readonly writeError: (text: string) => void;
  readonly environment: Environment;
  /** Whether standard error is a terminal: progress bars are shown only there. */
  readonly errorIsTerminal: boolean;
  /** Whether standard output is a terminal that shows colours. */
  readonly colors: boolean;
  /** Asks for a secret without showing it; undefined where there is no terminal to ask at. */
  readonly askSecret: ((prompt: string) => Promise<string>) | undefined;
  readonly clock: () => UnixTime;
  /** Seconds since some beginning, on a clock that nobody sets. */
  readonly steadyClock: () => number;
  /**
   * Aborted when the user wants the command to end: for what has to be ended in order. A command that
   * never looks at it is ended at once.
   */
  readonly signal: AbortSignal;
}
