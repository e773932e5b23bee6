/** What an issuer keeps of a deposit or a redemption: 0.1 %. It stays in the reserves. */
export function keptOf(amount: bigint): bigint {
  return amount / 1000n;
}
