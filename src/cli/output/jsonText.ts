/** What a terminal may act on and JSON leaves as it is; line breaks between values are our own. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}](?<!\n)/gu;

/**
 * One JSON document as it is printed or written to a file: the same value, with every character that
 * could steer a terminal as `\uXXXX`.
 */
export function jsonText(document: unknown): string {
  return `${printableJson(JSON.stringify(document, null, 2))}\n`;
}

/** The same of JSON that is text already, such as a line of a log. */
export function printableJson(json: string): string {
  return json.replace(unprintable, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}
