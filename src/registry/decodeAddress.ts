import { address as bitcoinAddress } from 'bitcoinjs-lib';
import { AssayError } from '../core/assayError.ts';
import type { BitcoinNetwork, BitcoinNetworkName } from '../core/bitcoinNetwork.ts';
import type { ScriptType } from './asset.ts';
import { isTaprootKey } from './isTaprootKey.ts';
import { quoteText } from './printableText.ts';

/** What an address pays to. */
export interface DecodedAddress {
  /** The address in the one writing that the registry takes: bech32 in lower case. */
  readonly address: string;
  /** scriptPubKey in lower-case hex. */
  readonly script: string;
  readonly scriptType: ScriptType;
  /** The networks that the address may belong to: the test networks share their prefixes. */
  readonly networks: readonly BitcoinNetworkName[];
}

/** No valid address is longer: BIP-173. */
const maxLength = 90;

const bech32Networks = new Map<string, readonly BitcoinNetworkName[]>([
  ['bc', ['mainnet']],
  ['tb', ['testnet4', 'signet']],
  ['bcrt', ['regtest']],
]);

const testNetworks: readonly BitcoinNetworkName[] = ['testnet4', 'signet', 'regtest'];

const base58Versions = new Map<number, [ScriptType, readonly BitcoinNetworkName[]]>([
  [0x00, ['p2pkh', ['mainnet']]],
  [0x05, ['p2sh', ['mainnet']]],
  [0x6f, ['p2pkh', testNetworks]],
  [0xc4, ['p2sh', testNetworks]],
]);

/**
 * Script and networks of a Bitcoin address: base58check, bech32 (BIP-173) or bech32m (BIP-350). A
 * taproot key must be a point of the curve (BIP-341), since nobody can spend from another. Bech32 in
 * capitals is valid (for a QR code); `address` of the result has it in lower case.
 *
 * @throws AssayError REGISTRY_ADDRESS_INVALID for a wrong checksum or form or an unknown kind of
 * script, REGISTRY_ADDRESS_WRONG_NETWORK for another coin's address
 */
export function decodeAddress(text: string): DecodedAddress {
  if (text.length > maxLength) throw invalid(text, 'is too long for a Bitcoin address');
  return isBech32(text) ? decodeBech32(text) : decodeBase58(text);
}

/**
 * As `decodeAddress`, for an address that must belong to one network.
 *
 * @throws AssayError REGISTRY_ADDRESS_INVALID, REGISTRY_ADDRESS_WRONG_NETWORK
 */
export function decodeAddressOf(network: BitcoinNetwork, text: string): DecodedAddress {
  const decoded = decodeAddress(text);
  if (!decoded.networks.includes(network.name)) {
    const others = decoded.networks.join(' or ');
    throw wrongNetwork(text, `is an address of ${others}, not of ${network.name}`);
  }
  return decoded;
}

/** Bech32 begins with letters and never mixes capitals with small letters; base58 does both. */
function isBech32(text: string): boolean {
  if (!/^[a-z]{1,20}1[a-z0-9]*$/i.test(text)) return false;
  const isOneCase = text === text.toLowerCase() || text === text.toUpperCase();
  return isOneCase || /^(bc|tb|bcrt)1/i.test(text);
}

function decodeBech32(text: string): DecodedAddress {
  const { prefix, version, data } = fromBech32(text);
  const networks = bech32Networks.get(prefix);
  if (!networks) {
    throw wrongNetwork(text, `has the prefix "${prefix}", of no Bitcoin network that assay knows`);
  }
  const address = text.toLowerCase();
  const program = toHex(data);
  if (version === 0 && data.length === 20) {
    return { address, script: `0014${program}`, scriptType: 'p2wpkh', networks };
  }
  if (version === 0 && data.length === 32) {
    return { address, script: `0020${program}`, scriptType: 'p2wsh', networks };
  }
  if (version === 1 && data.length === 32) {
    if (!isTaprootKey(data)) {
      throw invalid(text, 'has a taproot key off the curve: nobody could spend from it');
    }
    return { address, script: `5120${program}`, scriptType: 'p2tr', networks };
  }
  throw invalid(
    text,
    `has witness version ${version} with ${data.length} bytes, which is no kind of script that keeps coins today`,
  );
}

function decodeBase58(text: string): DecodedAddress {
  const { version, hash } = fromBase58(text);
  const known = base58Versions.get(version);
  if (!known) {
    throw wrongNetwork(text, `has version byte ${version}, of no Bitcoin network that assay knows`);
  }
  const [scriptType, networks] = known;
  const program = toHex(hash);
  const script = scriptType === 'p2pkh' ? `76a914${program}88ac` : `a914${program}87`;
  return { address: text, script, scriptType, networks };
}

function fromBech32(text: string) {
  try {
    const decoded = bitcoinAddress.fromBech32(text);
    if (!Number.isInteger(decoded.version) || decoded.version > 16) throw new Error('no version');
    return decoded;
  } catch (cause) {
    throw invalid(text, 'has a wrong bech32 checksum or form', cause);
  }
}

function fromBase58(text: string) {
  try {
    return bitcoinAddress.fromBase58Check(text);
  } catch (cause) {
    throw invalid(text, 'has a wrong base58 checksum or form', cause);
  }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function invalid(text: string, what: string, cause?: unknown): AssayError {
  return new AssayError('REGISTRY_ADDRESS_INVALID', {
    message: `${quoteText(text)} ${what}`,
    cause,
  });
}

function wrongNetwork(text: string, what: string): AssayError {
  return new AssayError('REGISTRY_ADDRESS_WRONG_NETWORK', {
    message: `${quoteText(text)} ${what}`,
  });
}
