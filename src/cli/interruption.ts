/** A signal that asks a program to end, and the exit code that shells give for it. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
type EndSignal = keyof typeof exitCodes;

/** What was on its way has so long to end in order; then the program ends without it. */
const graceMs = 700;

/** As much of a process as ending it takes. */
interface Endable {
  once(event: EndSignal, listener: () => void): unknown;
  exit(exitCode: number): void;
}

/** Why a command ended before its time. */
export class Interrupted extends Error {
  /** 130 for Ctrl-C, 143 for SIGTERM. */
  readonly exitCode: number;

  constructor(signal: EndSignal) {
    super(`ended by ${signal}`);
    this.exitCode = exitCodes[signal];
  }
}

/**
 * A signal for whoever has something to end in order: a scan that a node would go on with, a server, a
 * progress bar. Until it is asked for, Ctrl-C and SIGTERM end the process at once and whatever it does,
 * as the system has it: a handler would have to wait for the work that is under way. From then on they
 * abort the signal, and end the process a moment later; a second one ends it at once.
 */
export function createInterruption(program: Endable): () => AbortSignal {
  let abort: AbortController | undefined;
  return () => {
    if (abort) return abort.signal;
    const made = new AbortController();
    abort = made;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      program.once(signal, () => {
        const reason = new Interrupted(signal);
        setTimeout(() => program.exit(reason.exitCode), graceMs).unref();
        made.abort(reason);
      });
    }
    return made.signal;
  };
}
