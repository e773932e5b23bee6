import { AssayError } from '../core/assayError.ts';
import { readSystemFailure } from '../core/systemFailure.ts';

/** Seconds until the first audit may have ended: what Retry-After says before it has. */
const pendingSeconds = 15;

/** What Retry-After says where other work takes all room. */
const busySeconds = 10;

export function assetUnknown(name: string): AssayError {
  return new AssayError('ASSET_UNKNOWN', {
    message: `the registry has no asset ${quote(name)}`,
  });
}

export function tokenUnknown(chain: string, address: string): AssayError {
  return new AssayError('TOKEN_UNKNOWN', {
    message: `no asset of the registry has the token ${quote(address)} on ${chain}`,
  });
}

export function attestationUnknown(id: string): AssayError {
  return new AssayError('ATTESTATION_UNKNOWN', { message: `there is no attestation ${quote(id)}` });
}

export function evidenceNotKept(id: string, why: string): AssayError {
  return new AssayError('EVIDENCE_NOT_KEPT', {
    message: `the evidence of attestation ${quote(id)} ${why}`,
  });
}

export function graphUnknown(assetId: string): AssayError {
  return new AssayError('GRAPH_UNKNOWN', {
    message: `the latest attestation of ${quote(assetId)} says nothing about what backs its copies`,
  });
}

export function attestationPending(assetIds: readonly string[]): AssayError {
  return new AssayError('ATTESTATION_PENDING', {
    message: `not audited since the service started: ${assetIds.join(', ')}`,
    facts: { retryAfter: pendingSeconds },
  });
}

export function routeUnknown(path: string): AssayError {
  return new AssayError('ROUTE_UNKNOWN', { message: `there is nothing at ${quote(path)}` });
}

export function methodNotAllowed(method: string, allow: string): AssayError {
  return new AssayError('METHOD_NOT_ALLOWED', {
    message: `the path takes ${allow}, not ${method}`,
    facts: { allow },
  });
}

export function rateLimited(seconds: number): AssayError {
  return new AssayError('RATE_LIMITED', {
    message: `too many requests from this address; ask again in ${seconds} s`,
    facts: { retryAfter: seconds },
  });
}

export function serviceBusy(why: string): AssayError {
  return new AssayError('SERVICE_BUSY', {
    message: `the service is busy: ${why}`,
    facts: { retryAfter: busySeconds },
  });
}

export function requestInvalid(message: string): AssayError {
  return new AssayError('REQUEST_INVALID', { message });
}

/** @param thrown what the operating system said about that address */
export function cannotListen(host: string, port: number, thrown: unknown): AssayError {
  const failure = readSystemFailure(thrown);
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new AssayError('LISTEN_FAILED', {
    message: `cannot listen at ${place}${failure ? `: ${failure.reason}` : ''}`,
    ...(failure?.fix !== undefined && { fix: failure.fix }),
    cause: thrown,
  });
}

/** Text of a client, made safe to show: cut short, control characters escaped. */
function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
