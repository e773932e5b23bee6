/**
 * Text from outside, cut to `maxLength` and with control, format and surrogate characters and line
 * separators written as `\u{…}`: it cannot steer a terminal.
 */
export function printableText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Text from outside in quotation marks, at most 80 characters of it. */
export function quoteText(text: string): string {
  return `"${printableText(text, 80)}"`;
}
