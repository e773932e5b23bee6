import { createHash } from 'node:crypto';

/** SHA-256 of a scriptPubKey (hex), in hex, as Esplora servers name a script: not reversed. */
export function esploraScriptHash(script: string): string {
  return hashScript(script).toString('hex');
}

/** The same with its bytes in reverse, as the Electrum protocol names a script. */
export function electrumScriptHash(script: string): string {
  return hashScript(script).reverse().toString('hex');
}

function hashScript(script: string): Buffer {
  return createHash('sha256').update(Buffer.from(script, 'hex')).digest();
}
