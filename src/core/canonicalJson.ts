import canonicalize from 'canonicalize';
import { sha256, stringToBytes } from 'viem';
import { AssayError } from './assayError.ts';

/** 32 bytes as `0x` and 64 lower-case hex digits. */
export type Digest = `0x${string}`;

/**
 * The canonical JSON text of a value (RFC 8785, JCS). Amounts must be strings by then: a number that
 * is not a safe integer is refused, since its text would depend on floating point.
 *
 * @throws AssayError JSON_NOT_CANONICAL
 */
export function canonicalJson(value: unknown): string {
  refuseInexact(value, '');
  const text = canonicalize(value);
  if (text === undefined) throw notCanonical('', 'has no JSON form');
  return text;
}

/** SHA-256 of the canonical JSON text in UTF-8. */
export function digestJson(value: unknown): Digest {
  return sha256(stringToBytes(canonicalJson(value)));
}

function refuseInexact(value: unknown, pointer: string): void {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw notCanonical(pointer, 'has a lone surrogate');
      return;
    case 'boolean':
      return;
    case 'number':
      if (!Number.isSafeInteger(value)) throw notCanonical(pointer, `is ${value}, no safe integer`);
      return;
    case 'object':
      if (value === null) return;
      for (const [key, member] of Object.entries(value)) {
        refuseInexact(member, `${pointer}/${key}`);
      }
      return;
    default:
      throw notCanonical(pointer, `is of type ${typeof value}`);
  }
}

function notCanonical(pointer: string, what: string): AssayError {
  return new AssayError('JSON_NOT_CANONICAL', {
    message: `the value at ${pointer || '/'} ${what}`,
  });
}
