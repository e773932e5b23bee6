import type { Digest } from './canonicalJson.ts';

/** Whether a text is a digest: `0x` and 64 hex digits in lower case, and nothing else. */
export function isDigest(text: string): text is Digest {
  return /^0x[0-9a-f]{64}$/.test(text);
}
