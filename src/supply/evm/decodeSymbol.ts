import { decodeAbiParameters, hexToBytes } from 'viem';

/**
 * The text that `symbol()` returned: an ABI string, or the `bytes32` of tokens older than ERC-20's
 * last draft, such as MKR. Undefined if it is neither.
 */
export function decodeSymbol(data: `0x${string}`): string | undefined {
  const bytes = hexToBytes(data);
  if (bytes.length === 32) {
    const end = bytes.indexOf(0);
    const padded = end === -1 || bytes.subarray(end).every((byte) => byte === 0);
    return padded ? decodeUtf8(end === -1 ? bytes : bytes.subarray(0, end)) : undefined;
  }
  try {
    // As bytes, since viem would replace what is not UTF-8 instead of refusing it.
    return decodeUtf8(hexToBytes(decodeAbiParameters([{ type: 'bytes' }], data)[0]));
  } catch {
    return undefined;
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
