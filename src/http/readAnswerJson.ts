import type { AssayError } from '../core/assayError.ts';
import { type JsonReading, readJson } from '../core/readJson.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceAnswerUnbounded, sourceResponseInvalid } from '../core/sourceErrors.ts';

/** A list of the shortest entries that honest servers give has more bytes than these for each value. */
const bytesPerValue = 16;
const fewValues = 1_000;
/** Of a million values V8 makes up to 130 MB. */
const mostValues = 3_000_000;

/**
 * The JSON of a server's answer, bounded before anything is made of it: how deep it nests, how many
 * values it has, by its length and in all, and how many members an object. A member that stands twice is
 * refused: two readers may take two values from it.
 */
export function readAnswerJson(text: string): JsonReading {
  return readJson(text, {
    length: text.length,
    depth: 32,
    values: Math.min(fewValues + Math.floor(text.length / bytesPerValue), mostValues),
    members: 10_000,
    string: text.length,
  });
}

/**
 * The same where nothing but JSON will do.
 *
 * @param what names the request
 * @throws AssayError SOURCE_RESPONSE_INVALID, SOURCE_RESPONSE_TOO_LARGE
 */
export function parseAnswerJson(text: string, source: SourceRef, what: string): unknown {
  const reading = readAnswerJson(text);
  if (reading.ok) return reading.value;
  throw answerJsonRefused(reading, source, what, text);
}

/** Why the text of an answer is not taken. It quotes nothing. @param what names the request */
export function answerJsonRefused(
  { fault }: Extract<JsonReading, { ok: false }>,
  source: SourceRef,
  what: string,
  text: string,
): AssayError {
  switch (fault.kind) {
    case 'bound':
      return sourceAnswerUnbounded(source, what, fault.message);
    case 'repeated':
      return sourceResponseInvalid(source, `answered ${what} with a member that is there twice`);
    default: {
      const found = text.trimStart().startsWith('<') ? 'a web page' : 'something else';
      return sourceResponseInvalid(source, `answered ${what} with ${found} instead of JSON`);
    }
  }
}
