import { sha256, stringToBytes } from 'viem/utils';
import { AssayError } from './assayError.ts';

/** 32 bytes as `0x` and 64 lower-case hex digits. */
export type Digest = `0x${string}`;

/**
 * The canonical JSON text of a value (RFC 8785, JCS). Amounts must be strings by then: a number that
 * is not a safe integer is refused, since its text would depend on floating point; so is whatever
 * JSON has no form for, rather than left out.
 *
 * @throws AssayError JSON_NOT_CANONICAL
 */
export function canonicalJson(value: unknown): string {
  return writeValue(value, []);
}

/** SHA-256 of the canonical JSON text in UTF-8. */
export function digestJson(value: unknown): Digest {
  return sha256(stringToBytes(canonicalJson(value)));
}

type Path = (string | number)[];

// One pass that refuses and writes at once: it is most of what verification adds to its
// cryptography. A property test holds it to the package `canonicalize`.
function writeValue(value: unknown, path: Path): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, path);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isSafeInteger(value)) throw notCanonical(path, `is ${value}, no safe integer`);
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeArray(value, path) : writeObject(value, path);
    default:
      throw notCanonical(path, `is of type ${typeof value}`);
  }
}

function writeString(text: string, path: Path): string {
  if (!text.isWellFormed()) throw notCanonical(path, 'has a lone surrogate');
  return JSON.stringify(text);
}

function writeArray(members: readonly unknown[], path: Path): string {
  let text = '';
  for (let index = 0; index < members.length; index += 1) {
    path.push(index);
    text += `${index === 0 ? '' : ','}${writeValue(members[index], path)}`;
    path.pop();
  }
  return `[${text}]`;
}

function writeObject(value: object, path: Path): string {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw notCanonical(path, 'is no plain object');
  }
  const entries = Object.entries(value);
  // RFC 8785 sorts by UTF-16 code units, as the comparison of strings does.
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  let text = '';
  for (const [key, member] of entries) {
    path.push(key);
    text += `${text === '' ? '' : ','}${writeString(key, path)}:${writeValue(member, path)}`;
    path.pop();
  }
  return `{${text}}`;
}

function notCanonical(path: Path, what: string): AssayError {
  return new AssayError('JSON_NOT_CANONICAL', {
    message: `the value at /${path.join('/')} ${what}`,
  });
}
