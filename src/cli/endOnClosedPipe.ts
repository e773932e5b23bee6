import { fileUnreadable } from '../core/fileUnreadable.ts';
import { formatError } from './output/formatError.ts';

/** What shells give for a command that SIGPIPE ended: neither of the answers, least of all `backed`. */
const closedPipe = 141;

/** As much of an output stream as its failures take. */
interface OutputStream {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/**
 * Ends the program as other Unix tools end: without a word once nobody reads its output any more, as
 * after `assay … | head -1`; with an error where its output cannot be written for another reason.
 */
export function endOnClosedPipe(
  { out, error }: { readonly out: OutputStream; readonly error: OutputStream },
  writeError: (text: string) => void,
  exit: (exitCode: number) => void,
): void {
  out.on('error', (thrown) => {
    if (thrown.code === 'EPIPE') return exit(closedPipe);
    const failure = fileUnreadable('cannot write to standard output', thrown);
    writeError(`${formatError(failure)}\n`);
    exit(failure.entry.exit);
  });
  // There is nowhere left to say why.
  error.on('error', ({ code }) => exit(code === 'EPIPE' ? closedPipe : 3));
}
