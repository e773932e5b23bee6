/**
 * Text as the reference of a CAIP-19 identifier: each byte of its UTF-8 outside of `-.0-9A-Za-z` as
 * `%` and two capital hex digits, the underscore too: `0x…%3A%3Acoin%3A%3AMY%5FCOIN`.
 */
export function encodeTokenReference(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[_~!*'()]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

/** The text behind a reference, or null unless it is encoded as `encodeTokenReference` does it. */
export function decodeTokenReference(reference: string): string | null {
  try {
    const text = decodeURIComponent(reference);
    return encodeTokenReference(text) === reference ? text : null;
  } catch {
    return null;
  }
}
