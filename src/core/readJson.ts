import { type JsonBounds, type JsonFault, scanJson } from './scanJson.ts';

/** A JSON value whose text kept the bounds, not yet checked in any way; or why there is none. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: JsonFault };

/**
 * Reads JSON from outside: the one way in which assay does. The text is gone through before anything is
 * built from it (see `scanJson`), so that what is refused costs one pass up to its first fault.
 */
export function readJson(text: string, bounds: JsonBounds): JsonReading {
  const fault = scanJson(text, bounds);
  return fault ? { ok: false, fault } : { ok: true, value: JSON.parse(text) };
}

/** As `readJson`, from UTF-8 without a byte order mark. */
export function readJsonBytes(bytes: Uint8Array, bounds: JsonBounds): JsonReading {
  if (bytes.length > bounds.length) {
    return refusedWhole('bound', `longer than ${bounds.length} bytes`);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refusedWhole('syntax', 'it is not UTF-8');
  }
  return readJson(text, bounds);
}

/** Line, column and what is wrong there, in one line. */
export function describeJsonFault({ line, column, message }: JsonFault): string {
  return `line ${line}, column ${column}: ${message}`;
}

function refusedWhole(kind: JsonFault['kind'], message: string): JsonReading {
  return { ok: false, fault: { kind, line: 1, column: 1, pointer: '', message } };
}
