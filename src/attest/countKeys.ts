const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/**
 * How many keys stand in a JSON text. `JSON.parse` keeps the last of equal keys, so that a text with
 * more keys than its value has one of them twice.
 *
 * @param text valid JSON
 */
export function countKeysInText(text: string): number {
  let count = 0;
  let index = 0;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === quote) index = endOfString(text, index);
    else if (code === colon) count += 1;
    index += 1;
  }
  return count;
}

/** How many keys all objects of a JSON value have. */
export function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const member of value) count += countKeys(member);
    return count;
  }
  for (const member of Object.values(value)) count += 1 + countKeys(member);
  return count;
}

/** Index of the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, index: number): boolean {
  let before = index - 1;
  while (text.charCodeAt(before) === backslash) before -= 1;
  return (index - before) % 2 === 0;
}
