/** By CAIP-2 namespace; others have `hexKey`. */
const keys: Readonly<Record<string, (address: string) => string>> = {
  bip122: bech32Key,
  eip155: evmKey,
  solana: (address) => address,
  tron: tronKey,
  sui: moveKey,
  aptos: moveKey,
  cosmos: cosmosKey,
  starknet: hexKey,
  stacks: stacksKey,
};

/** The part of `accountKey` that is after the chain. */
export function addressKey(namespace: string, address: string): string {
  const text = decodePercent(address);
  return Object.hasOwn(keys, namespace) ? (keys[namespace]?.(text) ?? text) : hexKey(text);
}

/** CAIP-10 and CAIP-19 write what else is in an address as `%` and two digits. */
function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Numbers in hex are the same in either case and with zeros before them; other texts are as they are. */
function hexKey(text: string): string {
  const digits = /^0x0*([0-9a-f]+)$/i.exec(text)?.[1];
  return digits === undefined ? text : `0x${digits.toLowerCase()}`;
}

/** EIP-55 writes a checksum with the case of the letters. */
function evmKey(text: string): string {
  const digits = /^(?:0x)?([0-9a-f]{40})$/i.exec(text)?.[1];
  return digits === undefined ? hexKey(text) : hexKey(`0x${digits}`);
}

/** BIP-173: in capitals for a QR code, and the same. Base58 has one writing. */
function bech32Key(text: string): string {
  return /^[a-z]{1,83}1[02-9ac-hj-np-z]{6,}$/i.test(text) ? text.toLowerCase() : text;
}

/** Of the bytes: base58 with four bytes of checksum, or hex with or without the version 0x41. */
function tronKey(text: string): string {
  const hex = /^(?:0x)?(?:41)?([0-9a-f]{40})$/i.exec(text)?.[1];
  if (hex !== undefined) return hex.toLowerCase();
  const bytes = /^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(text) ? base58Hex(text) : '';
  return /^41[0-9a-f]{48}$/.test(bytes) ? bytes.slice(2, 42) : text;
}

function base58Hex(text: string): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let value = 0n;
  for (const digit of text) value = value * 58n + BigInt(alphabet.indexOf(digit));
  return value.toString(16);
}

/** Every address in an object id or a type: `0x2::a::B<0x3::c::D>`, with zeros before it or not. */
function moveKey(text: string): string {
  const plain = text.replaceAll(/\s/g, '').replace(/^(?:0x)?([0-9a-f]{1,64})(?=$|::)/i, '0x$1');
  return plain.replaceAll(/(?<![\w])0x0*([0-9a-f]+)(?!\w)/gi, (_, digits: string) => {
    return `0x${digits.toLowerCase()}`;
  });
}

/** Accounts are bech32, IBC denominations a hash in capitals; other denominations know their case. */
function cosmosKey(text: string): string {
  if (/^ibc\/[0-9a-f]{64}$/i.test(text)) return `ibc/${text.slice(4).toUpperCase()}`;
  const isAccount = /^[a-z]{1,40}1(?:[02-9ac-hj-np-z]{38}|[02-9ac-hj-np-z]{58})$/i.test(text);
  return isAccount ? text.toLowerCase() : hexKey(text);
}

/** SIP-5 reads the deployer in any case, O as 0, I and L as 1; the contract's name knows its case. */
function stacksKey(text: string): string {
  const [deployer = '', ...name] = text.split('.');
  const digits = deployer.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return [digits, ...name].join('.');
}
