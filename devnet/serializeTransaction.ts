/** An output that is being spent. */
export type Outpoint = { readonly txid: string; readonly vout: number };

/** An output that is being made: its script in hex, its amount in satoshis. */
export type ScriptOutput = { readonly script: string; readonly sats: bigint };

/**
 * Writes an unsigned transaction in Bitcoin's own format, version 2, without witnesses, as hex.
 * The node's createrawtransaction refuses to pay one address twice, which is what is needed here.
 */
export function serializeTransaction(
  inputs: readonly Outpoint[],
  outputs: readonly ScriptOutput[],
): string {
  return Buffer.concat([
    uint32(2),
    compactSize(inputs.length),
    ...inputs.flatMap(({ txid, vout }) => [
      Buffer.from(txid, 'hex').reverse(),
      uint32(vout),
      compactSize(0),
      uint32(0xfffffffd),
    ]),
    compactSize(outputs.length),
    ...outputs.flatMap(({ script, sats }) => {
      const amount = Buffer.alloc(8);
      amount.writeBigUInt64LE(sats);
      const bytes = Buffer.from(script, 'hex');
      return [amount, compactSize(bytes.length), bytes];
    }),
    uint32(0),
  ]).toString('hex');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function compactSize(value: number): Buffer {
  if (value < 0xfd) return Buffer.of(value);
  if (value > 0xffff) throw new Error(`too many for one transaction: ${value}`);
  const bytes = Buffer.of(0xfd, 0, 0);
  bytes.writeUInt16LE(value, 1);
  return bytes;
}
