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

/** Printable ASCII without quote and backslash: most strings, written as they are. */
const unescaped = /^[ !#-[\]-~]*$/;

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
  if (unescaped.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw notCanonical(path, 'has a lone surrogate');
  return JSON.stringify(text);
}

function writeArray(members: readonly unknown[], path: Path): string {
  let text = '';
  for (const [index, member] of members.entries()) {
    text += `${index === 0 ? '' : ','}${writeMember(member, index, path)}`;
  }
  return `[${text}]`;
}

function writeObject(value: object, path: Path): string {
  if (!isPlain(value)) throw notCanonical(path, 'is no plain object');
  let text = '';
  // The default order of sort is by UTF-16 code units, which is RFC 8785's.
  for (const key of Object.keys(value).sort()) {
    const member = writeMember(value[key], key, path);
    text += `${text === '' ? '' : ','}${writeString(key, path)}:${member}`;
  }
  return `{${text}}`;
}

function writeMember(member: unknown, name: string | number, path: Path): string {
  path.push(name);
  const text = writeValue(member, path);
  path.pop();
  return text;
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function notCanonical(path: Path, what: string): AssayError {
  return new AssayError('JSON_NOT_CANONICAL', {
    message: `the value at /${path.join('/')} ${what}`,
  });
}
