import { AssayError } from './assayError.ts';
import { fileUnreadable } from './fileUnreadable.ts';
import { readSystemFailure, type SystemFailure } from './systemFailure.ts';

/**
 * Any thrown value as an `AssayError`. What the operating system refused is a file or a server that
 * could not be reached; what assay did not foresee becomes `INTERNAL_ERROR`.
 */
export function toAssayError(thrown: unknown): AssayError {
  if (thrown instanceof AssayError) return thrown;
  const failure = readSystemFailure(thrown);
  if (failure) return isOfNetwork(failure) ? unreachable(failure, thrown) : ofFile(failure, thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AssayError('INTERNAL_ERROR', { message, cause: thrown });
}

const networkCalls = ['connect', 'getaddrinfo', 'listen', 'bind', 'accept', 'shutdown'];
const networkCodes =
  /^E(CONN\w+|NOTFOUND|AI_\w+|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|TIMEDOUT|PIPE|ADDR\w+)$/;

function isOfNetwork({ call, code }: SystemFailure): boolean {
  return networkCalls.includes(call) || networkCodes.test(code);
}

function unreachable({ call, reason, fix }: SystemFailure, cause: unknown): AssayError {
  const message = `a server could not be reached (${call}): ${reason}`;
  return new AssayError('SOURCE_UNREACHABLE', {
    message,
    ...(fix !== undefined && { fix }),
    cause,
  });
}

function ofFile({ call, path }: SystemFailure, cause: unknown): AssayError {
  return fileUnreadable(path === undefined ? `${call} of a file` : `cannot ${call} ${path}`, cause);
}
