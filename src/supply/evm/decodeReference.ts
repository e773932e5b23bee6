/**
 * The name that the reference part of a CAIP-19 identifier stands for, such as a denomination or a coin
 * type: characters that CAIP-19 does not allow are percent-encoded, with capital hex digits, and no
 * others are, so that no name has two spellings. Undefined for anything else.
 *
 * @see https://standards.chainagnostic.org/CAIPs/caip-19
 */
export function decodeReference(reference: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(reference);
  } catch {
    return undefined;
  }
  return encodeReference(name) === reference ? name : undefined;
}

function encodeReference(name: string): string {
  return encodeURIComponent(name).replace(
    /[!'()*_~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
