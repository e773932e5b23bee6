import { jsonPointer } from './finding.ts';

/** The first place at which a text is not the JSON that assay accepts. Lines and columns from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly pointer: string;
  readonly message: string;
}

/** No registry file nests deeper. */
const maxDepth = 32;

class Fault extends Error {
  readonly at: number;
  readonly path: readonly PropertyKey[];
  constructor(at: number, path: readonly PropertyKey[], message: string) {
    super(message);
    this.at = at;
    this.path = path;
  }
}

/**
 * Where a text breaks JSON (RFC 8259), or null. Stricter than `JSON.parse`, which takes the last of
 * two members of one name, so that a reviewer may read another value than the program: a repeated
 * member is a fault here, and so are `__proto__` and nesting beyond 32 levels.
 */
export function findJsonFault(text: string): JsonFault | null {
  try {
    const end = skipValue(text, skipSpace(text, 0), []);
    const rest = skipSpace(text, end);
    if (rest < text.length) throw new Fault(rest, [], 'expected the end of the file');
    return null;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const before = text.slice(0, thrown.at).split('\n');
    return {
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      pointer: jsonPointer(thrown.path),
      message: thrown.message,
    };
  }
}

function skipSpace(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at++;
  }
}

function skipValue(text: string, at: number, path: PropertyKey[]): number {
  switch (text[at]) {
    case '{':
      return skipObject(text, at, path);
    case '[':
      return skipArray(text, at, path);
    case '"':
      return skipString(text, at, path);
    default:
      return skipWord(text, at, path);
  }
}

function skipObject(text: string, start: number, path: PropertyKey[]): number {
  refuseDepth(start, path);
  const names = new Set<string>();
  let at = skipSpace(text, start + 1);
  if (text[at] === '}') return at + 1;
  for (;;) {
    if (text[at] !== '"') throw unexpected(text, at, path, 'a member name in double quotes');
    const nameEnd = skipString(text, at, path);
    const name: unknown = JSON.parse(text.slice(at, nameEnd));
    path.push(String(name));
    if (names.has(String(name))) throw new Fault(at, [...path], 'the member is there twice');
    if (name === '__proto__') throw new Fault(at, [...path], 'a member may not be named __proto__');
    names.add(String(name));
    at = skipSpace(text, nameEnd);
    if (text[at] !== ':') throw unexpected(text, at, path, '":" after the member name');
    at = skipSpace(text, skipValue(text, skipSpace(text, at + 1), path));
    path.pop();
    if (text[at] === '}') return at + 1;
    if (text[at] !== ',') throw unexpected(text, at, path, '"," or "}" after the value');
    at = skipSpace(text, at + 1);
  }
}

function skipArray(text: string, start: number, path: PropertyKey[]): number {
  refuseDepth(start, path);
  let at = skipSpace(text, start + 1);
  if (text[at] === ']') return at + 1;
  for (let index = 0; ; index++) {
    path.push(index);
    at = skipSpace(text, skipValue(text, at, path));
    path.pop();
    if (text[at] === ']') return at + 1;
    if (text[at] !== ',') throw unexpected(text, at, path, '"," or "]" after the value');
    at = skipSpace(text, at + 1);
  }
}

function skipString(text: string, start: number, path: PropertyKey[]): number {
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (Number.isNaN(code)) throw new Fault(start, [...path], 'the string has no end');
    if (code < 0x20)
      throw new Fault(at, [...path], 'a control character or line break in a string');
    if (code !== 0x5c) continue;
    const escaped = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
    escaped.lastIndex = at + 1;
    if (!escaped.test(text)) throw new Fault(at, [...path], 'an escape that JSON does not know');
    at = escaped.lastIndex - 1;
  }
}

function skipWord(text: string, at: number, path: PropertyKey[]): number {
  const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
  word.lastIndex = at;
  if (!word.test(text)) throw unexpected(text, at, path, 'a value');
  return word.lastIndex;
}

function refuseDepth(at: number, path: PropertyKey[]): void {
  if (path.length >= maxDepth) throw new Fault(at, [], `nested deeper than ${maxDepth} levels`);
}

function unexpected(text: string, at: number, path: PropertyKey[], wanted: string): Fault {
  const found = at < text.length ? `"${text[at]}"` : 'the end of the file';
  return new Fault(at, [...path], `expected ${wanted}, found ${found}`);
}
