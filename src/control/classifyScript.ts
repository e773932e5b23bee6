/** What a scriptPubKey pays to; `program` is the key, key hash or script hash. */
export interface OutputScript {
  readonly kind: 'p2pkh' | 'p2sh' | 'p2wpkh' | 'p2wsh' | 'p2tr' | 'other';
  readonly program: Uint8Array;
}

/** The kind of a scriptPubKey, by its template. */
export function classifyScript(script: Uint8Array): OutputScript {
  const [first, second, third] = script;
  switch (script.length) {
    case 22:
      if (first === 0x00 && second === 20) return { kind: 'p2wpkh', program: script.subarray(2) };
      break;
    case 34:
      if (first === 0x00 && second === 32) return { kind: 'p2wsh', program: script.subarray(2) };
      if (first === 0x51 && second === 32) return { kind: 'p2tr', program: script.subarray(2) };
      break;
    case 23:
      if (first === 0xa9 && second === 20 && script[22] === 0x87) {
        return { kind: 'p2sh', program: script.subarray(2, 22) };
      }
      break;
    case 25:
      if (first === 0x76 && second === 0xa9 && third === 20 && endsKeyHash(script)) {
        return { kind: 'p2pkh', program: script.subarray(3, 23) };
      }
      break;
  }
  return { kind: 'other', program: script };
}

function endsKeyHash(script: Uint8Array): boolean {
  return script[23] === 0x88 && script[24] === 0xac;
}
