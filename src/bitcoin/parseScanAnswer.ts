import { parseCoreJson } from './parseCoreJson.ts';
import { amountMark } from './quoteAmounts.ts';

/** The members of an output that are read; what is missing is undefined. */
export interface RawUnspent {
  readonly txid: unknown;
  readonly vout: unknown;
  readonly scriptPubKey: unknown;
  readonly amount: unknown;
  readonly height: unknown;
}

const opening = Buffer.from('"unspents":[');
/** Stands for the list in the rest of the answer. */
const placeholder = '\u0001unspents';

const quote = 0x22;
const comma = 0x2c;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const lastAscii = 0x7e;
const firstPrintable = 0x20;

/**
 * The answer to `scantxoutset` as `parseCoreJson` gives it, except that its outputs have only the
 * members that are read. Most of such an answer is descriptors and block hashes of tens of thousands
 * of outputs; passing over them saves the time that reading amounts exactly costs, and half the memory.
 *
 * The outputs are read from the bytes, in the one form in which Bitcoin Core writes them: flat, without
 * white space and escapes. In the rest of the document a placeholder stands for them. Unless both are
 * as expected, and the placeholder is where the outputs belong, the whole is left to `parseCoreJson`.
 *
 * @throws SyntaxError if it is not JSON
 */
export function parseScanAnswer(bytes: Buffer): unknown {
  const at = bytes.indexOf(opening);
  const start = at + opening.length;
  const outputs = at < 0 ? undefined : readOutputs(bytes, start);
  if (outputs === undefined) return parseCoreJson(bytes);
  const before = bytes.subarray(0, start - 1);
  const rest = Buffer.concat([before, Buffer.from(JSON.stringify(placeholder)), bytes.subarray(outputs.end)]);
  const answer = parseCoreJson(rest);
  if (!isObject(answer) || !isObject(answer['result'])) return parseCoreJson(bytes);
  const { result } = answer;
  if (result['unspents'] !== placeholder) return parseCoreJson(bytes);
  return { ...answer, result: { ...result, unspents: outputs.unspents } };
}

/** The outputs up to the closing bracket, and the place after it; undefined if the form is another. */
function readOutputs(
  bytes: Buffer,
  start: number,
): { readonly unspents: RawUnspent[]; readonly end: number } | undefined {
  const unspents: RawUnspent[] = [];
  let at = start;
  if (bytes[at] === closeBracket) return { unspents, end: at + 1 };
  for (;;) {
    if (bytes[at++] !== openBrace) return undefined;
    let txid: unknown;
    let vout: unknown;
    let scriptPubKey: unknown;
    let amount: unknown;
    let height: unknown;
    for (;;) {
      const keyEnd = findStringEnd(bytes, at);
      if (keyEnd < 0 || bytes[keyEnd + 1] !== colon) return undefined;
      const key = nameMember(bytes, at + 1, keyEnd);
      at = keyEnd + 2;
      const valueStart = at;
      const first = bytes[at] ?? 0;
      if (first === quote) {
        const end = findStringEnd(bytes, at);
        if (end < 0) return undefined;
        at = end + 1;
        if (key === 'txid') txid = bytes.toString('latin1', valueStart + 1, end);
        else if (key === 'scriptPubKey') scriptPubKey = bytes.toString('latin1', valueStart + 1, end);
        else if (key !== undefined) return undefined;
      } else if (first >= zero && first <= nine) {
        at = findDigitsEnd(bytes, at);
        if (first === zero && at > valueStart + 1) return undefined;
        if (key === 'amount') {
          if (bytes[at] !== dot) return undefined;
          const end = findDigitsEnd(bytes, at + 1);
          if (end === at + 1) return undefined;
          at = end;
          amount = amountMark + bytes.toString('latin1', valueStart, at);
        } else if (key === 'vout') vout = Number(bytes.toString('latin1', valueStart, at));
        else if (key === 'height') height = Number(bytes.toString('latin1', valueStart, at));
        else if (key !== undefined) return undefined;
      } else {
        at = findLiteralEnd(bytes, at);
        if (at < 0 || key !== undefined) return undefined;
      }
      const separator = bytes[at++];
      if (separator === closeBrace) break;
      if (separator !== comma) return undefined;
    }
    unspents.push({ txid, vout, scriptPubKey, amount, height });
    const separator = bytes[at++];
    if (separator === closeBracket) return { unspents, end: at };
    if (separator !== comma) return undefined;
  }
}

/** Where the string that begins here has its closing quote; −1 if it is no string, or has escapes. */
function findStringEnd(bytes: Buffer, start: number): number {
  if (bytes[start] !== quote) return -1;
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) return at;
    if (byte === backslash || byte < firstPrintable || byte > lastAscii) return -1;
  }
  return -1;
}

function findDigitsEnd(bytes: Buffer, start: number): number {
  let at = start;
  for (let byte = bytes[at] ?? 0; byte >= zero && byte <= nine; byte = bytes[++at] ?? 0);
  return at;
}

const literals = ['true', 'false', 'null'].map((word) => Buffer.from(word));

function findLiteralEnd(bytes: Buffer, start: number): number {
  const word = literals.find((literal) => matches(bytes, start, literal));
  return word ? start + word.length : -1;
}

const members = (['txid', 'vout', 'scriptPubKey', 'amount', 'height'] as const).map((name) => ({
  name,
  bytes: Buffer.from(name),
}));

/** The member that is read, if the key names one. */
function nameMember(bytes: Buffer, start: number, end: number) {
  for (const member of members) {
    if (member.bytes.length === end - start && matches(bytes, start, member.bytes)) {
      return member.name;
    }
  }
  return undefined;
}

function matches(bytes: Buffer, start: number, word: Buffer): boolean {
  for (let index = 0; index < word.length; index++) {
    if (bytes[start + index] !== word[index]) return false;
  }
  return true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
