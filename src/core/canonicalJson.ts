import canonicalize from 'canonicalize';
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
  refuseInexact(value);
  // The engine writes numbers and strings as RFC 8785 does, and a sorted value in less than half the
  // library's time, which would be a tenth of a verification.
  const sorted = sortKeys(value);
  const text = sorted === unsortable ? canonicalize(value) : JSON.stringify(sorted);
  if (text === undefined) throw notCanonical([], 'has no JSON form');
  return text;
}

const unsortable: unique symbol = Symbol('unsortable');

/** A copy whose keys stand in order; of a key that has a place of its own in objects there is none. */
function sortKeys(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const members = value.map(sortKeys);
    return members.includes(unsortable) ? unsortable : members;
  }
  if (!isPlain(value)) return unsortable;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    // Objects put integers first, and take this name for their prototype.
    if (/^\d/.test(key) || key === '__proto__') return unsortable;
    const member = sortKeys(value[key]);
    if (member === unsortable) return unsortable;
    copy[key] = member;
  }
  return copy;
}

/** SHA-256 of the canonical JSON text in UTF-8. */
export function digestJson(value: unknown): Digest {
  return sha256(stringToBytes(canonicalJson(value)));
}

type Path = readonly (string | number)[];

/**
 * Throws at the first member that has no exact JSON form. The path is put together only on the way
 * back from a finding: this pass is part of every verification.
 */
function refuseInexact(value: unknown): void {
  const finding = findInexact(value);
  if (finding) throw notCanonical(finding.path, finding.what);
}

interface Finding {
  readonly path: Path;
  readonly what: string;
}

function findInexact(value: unknown): Finding | undefined {
  switch (typeof value) {
    case 'boolean':
      return undefined;
    case 'string':
      return value.isWellFormed() ? undefined : { path: [], what: 'has a lone surrogate' };
    case 'number':
      if (Number.isSafeInteger(value)) return undefined;
      return { path: [], what: `is ${value}, no safe integer` };
    case 'object':
      return value === null ? undefined : findInexactMember(value);
    default:
      return { path: [], what: `is of type ${typeof value}` };
  }
}

function findInexactMember(value: object): Finding | undefined {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const finding = findInexact(value[index]);
      if (finding) return { path: [index, ...finding.path], what: finding.what };
    }
    return undefined;
  }
  if (!isPlain(value)) return { path: [], what: 'is no plain object' };
  for (const key of Object.keys(value)) {
    if (!key.isWellFormed()) return { path: [], what: 'has a key with a lone surrogate' };
    const finding = findInexact(value[key]);
    if (finding) return { path: [key, ...finding.path], what: finding.what };
  }
  return undefined;
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
