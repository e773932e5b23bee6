const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** What is wrong with an account of a Cosmos chain, or null: bech32 (BIP-173) of 20 or 32 bytes. */
export function checkCosmosAccount(reference: string): string | null {
  const match = /^([a-z]{1,40})1([02-9ac-hj-np-z]{38}|[02-9ac-hj-np-z]{58})$/.exec(reference);
  const [, prefix = '', data = ''] = match ?? [];
  if (!match) return 'has no account in bech32 of 20 or 32 bytes, in lower case';
  const letters = [...prefix].map((letter) => letter.charCodeAt(0));
  const values = [
    ...letters.map((code) => code >> 5),
    0,
    ...letters.map((code) => code & 31),
    ...[...data].map((letter) => alphabet.indexOf(letter)),
  ];
  return checksumOf(values) === 1 ? null : 'has an account with a wrong bech32 checksum';
}

function checksumOf(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    generator.forEach((step, bit) => {
      if ((top >>> bit) & 1) sum ^= step;
    });
  }
  return sum;
}
