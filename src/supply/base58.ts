const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** The work grows with the square of the length; no identifier of any chain is longer. */
const longest = 128;

/** The bytes of base58 text in Bitcoin's alphabet, as Solana and Tron write them; undefined if it is none. */
export function decodeBase58(text: string): Uint8Array | undefined {
  if (text.length > longest) return undefined;
  let value = 0n;
  for (const sign of text) {
    const digit = alphabet.indexOf(sign);
    if (digit === -1) return undefined;
    value = value * 58n + BigInt(digit);
  }
  const hex = value === 0n ? '' : value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const zeros = /^1*/.exec(text)?.[0].length ?? 0;
  return Uint8Array.from([...new Uint8Array(zeros), ...bytes]);
}

/** Bytes as base58 text; each leading zero byte is a `1`. */
export function encodeBase58(bytes: Uint8Array): string {
  let value = BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);
  let digits = '';
  for (; value > 0n; value /= 58n) digits = alphabet.charAt(Number(value % 58n)) + digits;
  const first = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(first === -1 ? bytes.length : first) + digits;
}

/** Whether the text is 32 bytes in base58: an account or a block hash of Solana. */
export function isBase58Key(text: string): boolean {
  return decodeBase58(text)?.length === 32;
}
