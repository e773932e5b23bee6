import { JsonKeys } from './jsonKeys.ts';
import { jsonPointer } from './jsonPointer.ts';

/** How much of a JSON text is read. What is past a bound is refused before anything is built. */
export interface JsonBounds {
  /** Characters of the text, or bytes where bytes are read. */
  readonly length: number;
  /** Arrays and objects within each other. */
  readonly depth: number;
  /** Values in all: the document, elements and members, containers included. */
  readonly values: number;
  /** Members of any one object. */
  readonly members: number;
  /** Characters of any one string, key or number, as it is written. */
  readonly string: number;
}

/** Of assay's own formats none has more in so many characters, names included; short texts may. */
const charactersPerValue = 8;

/** As many values as a document in one of assay's own formats may have by its length. */
export function valuesWithin(length: number): number {
  return Math.max(1000, Math.ceil(length / charactersPerValue));
}

/** Whether a text breaks JSON, says a thing twice, or is more than is read. */
export type JsonFaultKind = 'syntax' | 'repeated' | 'bound';

/** The first place at which a text is not the JSON that assay accepts. Lines and columns from 1. */
export interface JsonFault {
  readonly kind: JsonFaultKind;
  readonly line: number;
  readonly column: number;
  /** RFC 6901. */
  readonly pointer: string;
  /** What was expected or too much; never more of the text than one character. */
  readonly message: string;
}

/**
 * Where a text breaks JSON (RFC 8259) or exceeds the bounds, or null. One pass, in time linear in the
 * text and in memory that the bounds limit; it ends at the first fault. Stricter than `JSON.parse`, which
 * takes the last of two members of one name, so that two readers may read different values: a repeated
 * member is a fault, and so is one named `__proto__`. What this accepts, `JSON.parse` accepts.
 */
export function scanJson(text: string, bounds: JsonBounds): JsonFault | null {
  const scanner = new JsonScanner(text, bounds);
  try {
    scanner.scan();
    return null;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { kind: thrown.kind, ...placeOf(text, thrown.at), ...thrown.said };
  }
}

class Fault extends Error {
  readonly kind: JsonFaultKind;
  readonly at: number;
  readonly said: { readonly pointer: string; readonly message: string };
  constructor(kind: JsonFaultKind, at: number, path: readonly PropertyKey[], message: string) {
    super(message);
    this.kind = kind;
    this.at = at;
    this.said = { pointer: jsonPointer(path), message };
  }
}

const quote = 0x22;
const comma = 0x2c;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openArray = 0x5b;
const backslash = 0x5c;
const closeArray = 0x5d;
const letterU = 0x75;
const openObject = 0x7b;
const closeObject = 0x7d;

const inObject = -2;

/** What may follow a backslash, besides a `u`. */
const escapable = [...'"\\/bfnrt'].map((character) => character.charCodeAt(0));

/** Goes through a text once, without recursion: how deep it nests is the text's choice. */
class JsonScanner {
  readonly #text: string;
  readonly #bounds: JsonBounds;
  readonly #isPlain: boolean;
  readonly #keys = new JsonKeys();
  /** For each open container, the index that an array is at, or `inObject`; and the key that an object is at. */
  readonly #indexes: number[] = [];
  readonly #names: string[] = [];
  #depth = 0;
  #values = 0;
  /** Whether the innermost container has nothing in it so far. */
  #isFresh = false;

  constructor(text: string, bounds: JsonBounds) {
    this.#text = text;
    this.#bounds = bounds;
    this.#isPlain = !text.includes('\\') && !/[^ -\uffff]/.test(text.trimEnd());
  }

  scan(): void {
    const { length } = this.#text;
    if (length > this.#bounds.length) {
      throw new Fault('bound', 0, [], `longer than ${this.#bounds.length} characters`);
    }
    let at = this.#beginValue(this.#skipSpace(0));
    while (this.#depth > 0) {
      at = this.#skipSpace(at);
      at =
        this.#indexes[this.#depth - 1] !== inObject
          ? this.#goOnInArray(at)
          : this.#goOnInObject(at);
    }
    at = this.#skipSpace(at);
    if (at < length) throw new Fault('syntax', at, [], 'expected the end of the text');
  }

  /** Skips a scalar, or steps into a container. */
  #beginValue(at: number): number {
    this.#values += 1;
    if (this.#values > this.#bounds.values) {
      throw this.#fault('bound', at, `more than ${this.#bounds.values} values`);
    }
    switch (this.#text.charCodeAt(at)) {
      case openObject:
        this.#open(at, inObject);
        this.#keys.open();
        return at + 1;
      case openArray:
        this.#open(at, -1);
        return at + 1;
      case quote:
        return this.#skipString(at);
      default:
        return this.#skipWord(at);
    }
  }

  #open(at: number, index: number): void {
    if (this.#depth >= this.#bounds.depth) {
      throw new Fault('bound', at, [], `nested deeper than ${this.#bounds.depth} levels`);
    }
    this.#indexes[this.#depth] = index;
    this.#depth += 1;
    this.#isFresh = true;
  }

  #close(at: number): number {
    this.#depth -= 1;
    this.#isFresh = false;
    return at + 1;
  }

  #goOnInArray(start: number): number {
    let at = start;
    const code = this.#text.charCodeAt(at);
    if (code === closeArray) return this.#close(at);
    if (!this.#isFresh) {
      if (code !== comma) throw this.#unexpected(at, '"," or "]" after the value', 1);
      at = this.#skipSpace(at + 1);
    }
    this.#isFresh = false;
    this.#indexes[this.#depth - 1] = (this.#indexes[this.#depth - 1] ?? -1) + 1;
    return this.#beginValue(at);
  }

  #goOnInObject(start: number): number {
    let at = start;
    const code = this.#text.charCodeAt(at);
    if (!this.#isFresh) {
      if (code === comma) at = this.#skipSpace(at + 1);
      else if (code !== closeObject) throw this.#unexpected(at, '"," or "}" after the value', 1);
    }
    if (code === closeObject) {
      this.#keys.close();
      return this.#close(at);
    }
    this.#isFresh = false;
    at = this.#skipSpace(this.#skipKey(at));
    if (this.#text.charCodeAt(at) !== colon) {
      throw this.#unexpected(at, '":" after the member name');
    }
    return this.#beginValue(this.#skipSpace(at + 1));
  }

  #skipKey(at: number): number {
    if (this.#text.charCodeAt(at) !== quote) {
      throw this.#unexpected(at, 'a member name in double quotes', 1);
    }
    const end = this.#skipString(at, 1);
    const raw = this.#text.slice(at + 1, end - 1);
    const key = raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw;
    this.#names[this.#depth - 1] = key;
    if (key === '__proto__') throw this.#fault('syntax', at, 'a member may not be named __proto__');
    if (!this.#keys.add(key)) throw this.#fault('repeated', at, 'the member is there twice');
    if (this.#keys.size > this.#bounds.members) {
      throw this.#fault('bound', at, `an object with more than ${this.#bounds.members} members`);
    }
    return end;
  }

  /** @param above as in `#fault` */
  #skipString(start: number, above = 0): number {
    const text = this.#text;
    const last = start + 1 + this.#bounds.string;
    if (this.#isPlain) {
      const end = text.indexOf('"', start + 1);
      if (end < 0) throw this.#endOfString(start, text.length, above);
      if (end > last) throw this.#tooLong(start, above);
      return end + 1;
    }
    for (let at = start + 1; at <= last; at += 1) {
      const code = text.charCodeAt(at);
      if (code === quote) return at + 1;
      if (code >= 0x20 && code !== backslash) continue;
      if (code !== backslash) throw this.#endOfString(start, at, above);
      at += 1;
      const escaped = text.charCodeAt(at);
      if (escaped === letterU && areHex(text, at + 1)) at += 4;
      else if (!isEscapable(escaped)) {
        throw this.#fault('syntax', at - 1, 'an escape that JSON does not know', above);
      }
    }
    throw this.#tooLong(start, above);
  }

  #endOfString(start: number, at: number, above: number): Fault {
    return at < this.#text.length
      ? this.#fault('syntax', at, 'a control character or line break in a string', above)
      : this.#fault('syntax', start, 'the string has no end', above);
  }

  #skipWord(at: number): number {
    const end = endOfWord(this.#text, at);
    if (end === undefined) throw this.#unexpected(at, 'a value');
    if (end - at > this.#bounds.string) throw this.#tooLong(at);
    return end;
  }

  #skipSpace(start: number): number {
    for (let at = start; ; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    }
  }

  #tooLong(at: number, above = 0): Fault {
    const what = `a string or number of more than ${this.#bounds.string} characters`;
    return this.#fault('bound', at, what, above);
  }

  /** @param above how many steps of the path are behind the reader already */
  #fault(kind: JsonFaultKind, at: number, message: string, above = 0): Fault {
    const path = this.#indexes
      .slice(0, this.#depth - above)
      .map((index, level) => (index === inObject ? (this.#names[level] ?? '') : index));
    return new Fault(kind, at, path, message);
  }

  #unexpected(at: number, wanted: string, above = 0): Fault {
    const found = at < this.#text.length ? `"${this.#text[at]}"` : 'the end of the text';
    return this.#fault('syntax', at, `expected ${wanted}, found ${found}`, above);
  }
}

/** The end of the number or literal that begins here; undefined where none does. */
function endOfWord(text: string, start: number): number | undefined {
  const end = endOfDigits(text, start);
  const isShort = end - start === 1 || (end > start && text.charCodeAt(start) !== zero);
  if (isShort && !goesOn(text.charCodeAt(end))) return end;
  const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
  word.lastIndex = start;
  return word.test(text) ? word.lastIndex : undefined;
}

function endOfDigits(text: string, start: number): number {
  for (let at = start; ; at += 1) {
    const code = text.charCodeAt(at);
    if (!(code >= zero && code <= nine)) return at;
  }
}

/** Whether a word cannot end before this character: what may follow one is none of `[\w.+-]`. */
function goesOn(code: number): boolean {
  return code !== comma && code !== closeArray && code !== closeObject && code > 0x20;
}

function isEscapable(code: number): boolean {
  return escapable.includes(code);
}

function areHex(text: string, start: number): boolean {
  for (let at = start; at < start + 4; at += 1) {
    const code = text.charCodeAt(at);
    const lower = code | 0x20;
    if (!(code >= zero && code <= nine) && !(lower >= 0x61 && lower <= 0x66)) return false;
  }
  return true;
}

function placeOf(text: string, at: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = text.indexOf('\n', start);
    if (end === -1 || end >= at) return { line, column: at - start + 1 };
    line += 1;
    start = end + 1;
  }
}
