import type { Digest } from '../core/canonicalJson.ts';
import { malformed } from './errors.ts';

/**
 * 32 bytes as a statement writes them: `0x` and 64 lower-case hex digits.
 *
 * @throws AssayError ATTESTATION_MALFORMED
 */
export function Bytes32(text: string): Digest {
  if (!/^0x[0-9a-f]{64}$/.test(text)) throw malformed('a hash of the statement is not 32 bytes');
  return `0x${text.slice(2)}`;
}
