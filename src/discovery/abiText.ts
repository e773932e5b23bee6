/** Longer texts are cut: no address, and nothing to print, is that long. */
const maxBytes = 200;

/**
 * A string of a contract, from its bytes: contracts do not hold theirs to UTF-8. What is none becomes
 * U+FFFD, and nothing is taken away, so that a faulty text stays one.
 */
export function abiText(bytes: `0x${string}`): string {
  const all = Buffer.from(bytes.slice(2, 2 + 2 * maxBytes + 2), 'hex');
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(all.subarray(0, maxBytes));
  return all.length > maxBytes ? `${text}…` : text;
}
