import { ControlError } from './errors.ts';

/** Longer than any proof of a sane size; a proof of funds over hundreds of inputs still fits. */
const maxLength = 1_000_000;

/**
 * The bytes of a base64 text (RFC 4648, section 4) in its one canonical writing: padded, without
 * white space, its unused bits zero.
 *
 * @throws ControlError CONTROL_ENCODING_INVALID
 */
export function decodeBase64(text: string): Uint8Array {
  if (text.length > maxLength) throw invalid(`is longer than ${maxLength} characters`);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw invalid('is not base64');
  }
  const bytes = Uint8Array.from(decode(text), (character) => character.charCodeAt(0));
  if (text.length > 0 && encodeTail(bytes) !== text.slice(-4)) {
    throw invalid('is base64 with stray bits at its end');
  }
  return bytes;
}

function decode(text: string): string {
  try {
    return atob(text);
  } catch {
    throw invalid('is not base64');
  }
}

/** The last four characters that the bytes should have: only there can a writing differ. */
function encodeTail(bytes: Uint8Array): string {
  const rest = bytes.length % 3;
  return btoa(String.fromCharCode(...bytes.subarray(bytes.length - (rest === 0 ? 3 : rest))));
}

function invalid(what: string): ControlError {
  return new ControlError('CONTROL_ENCODING_INVALID', `the signature ${what}`);
}
