/** Writes satoshis as the decimal bitcoin text that Bitcoin Core's RPC takes: 1n → `0.00000001`. */
export function formatBtc(sats: bigint): string {
  if (sats < 0n) throw new Error(`an amount cannot be negative: ${sats}`);
  return `${sats / 100_000_000n}.${String(sats % 100_000_000n).padStart(8, '0')}`;
}

/** Reads the decimal bitcoin text of Bitcoin Core's RPC into satoshis, exactly. */
export function parseBtc(text: string): bigint {
  const parts = /^(\d+)\.(\d{8})$/.exec(text);
  if (parts === null) throw new Error(`this is no amount of bitcoin with 8 places: ${text}`);
  return BigInt(`${parts[1]}${parts[2]}`);
}
