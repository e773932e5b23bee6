import { concatBytes } from '@noble/hashes/utils.js';
import { address as bitcoinAddress } from 'bitcoinjs-lib';
import type { BitcoinNetwork, BitcoinNetworkName } from '../core/bitcoinNetwork.ts';
import { ControlError } from './errors.ts';

const bech32Prefixes: Record<BitcoinNetworkName, string> = {
  mainnet: 'bc',
  testnet4: 'tb',
  signet: 'tb',
  regtest: 'bcrt',
};

/** No valid address is longer: BIP-173. */
const maxLength = 90;

/**
 * The scriptPubKey of an address of this network: base58check, bech32 (BIP-173), bech32m (BIP-350).
 *
 * @throws ControlError CONTROL_ADDRESS_INVALID
 */
export function addressScript(network: BitcoinNetwork, address: string): Uint8Array {
  if (address.length > maxLength) throw invalid('is too long');
  const prefix = bech32Prefixes[network.name];
  return address.toLowerCase().startsWith(`${prefix}1`)
    ? segwitScript(prefix, address)
    : base58Script(network, address);
}

function segwitScript(prefix: string, address: string): Uint8Array {
  const { version, data } = decode(() => bitcoinAddress.fromBech32(address));
  if (!address.toLowerCase().startsWith(`${prefix}1`) || !(version >= 0 && version <= 16)) {
    throw invalid('has an unknown witness version');
  }
  const isLong = data.length === 20 || data.length === 32;
  if (data.length < 2 || data.length > 40 || (version === 0 && !isLong)) {
    throw invalid('has a witness program of a wrong length');
  }
  const opcode = version === 0 ? 0 : 0x50 + version;
  return concatBytes(Uint8Array.of(opcode, data.length), data);
}

function base58Script(network: BitcoinNetwork, address: string): Uint8Array {
  const { version, hash } = decode(() => bitcoinAddress.fromBase58Check(address));
  const [keyHash, scriptHash] = network.name === 'mainnet' ? [0x00, 0x05] : [0x6f, 0xc4];
  if (version === keyHash) {
    return concatBytes(Uint8Array.of(0x76, 0xa9, 20), hash, Uint8Array.of(0x88, 0xac));
  }
  if (version === scriptHash) {
    return concatBytes(Uint8Array.of(0xa9, 20), hash, Uint8Array.of(0x87));
  }
  throw invalid(`does not belong to ${network.name}`);
}

function decode<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw invalid('has a wrong checksum or form, or belongs to another network');
  }
}

function invalid(what: string): ControlError {
  return new ControlError('CONTROL_ADDRESS_INVALID', `the address ${what}`);
}
