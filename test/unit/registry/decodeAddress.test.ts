import * as ecc from '@bitcoinerlab/secp256k1';
import { address as bitcoinAddress, initEccLib, networks } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../src/core/assayError.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { decodeAddress, decodeAddressOf } from '../../../src/registry/decodeAddress.ts';
import { isTaprootKey } from '../../../src/registry/isTaprootKey.ts';
import { mainnetAddresses } from '../../support/registryBuilder.ts';

function errorOf(run: () => unknown): AssayError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof AssayError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

function networkOf(name: string) {
  const network = bitcoinNetworks.find((candidate) => candidate.name === name);
  if (!network) throw new Error(name);
  return network;
}

describe('decodeAddress', () => {
  it('gives the script that bitcoinjs-lib gives, for every script type', () => {
    initEccLib(ecc);
    for (const [scriptType, address] of Object.entries(mainnetAddresses)) {
      const script = Buffer.from(bitcoinAddress.toOutputScript(address)).toString('hex');
      expect(decodeAddress(address)).toEqual({
        address,
        script,
        scriptType,
        networks: ['mainnet'],
      });
    }
  });

  it('knows the scripts of BIP-173 and BIP-350', () => {
    expect(decodeAddress('BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4')).toMatchObject({
      address: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      script: '0014751e76e8199196d454941c45d1b3a323f1433bd6',
    });
    expect(
      decodeAddress('tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c').script,
    ).toBe('5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433');
    expect(
      decodeAddress('tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy').script,
    ).toBe('0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433');
  });

  it('tells which networks a prefix belongs to', () => {
    const hash = new Uint8Array(20).fill(7);
    expect(decodeAddress(bitcoinAddress.toBech32(hash, 0, 'tb')).networks).toEqual([
      'testnet4',
      'signet',
    ]);
    expect(decodeAddress(bitcoinAddress.toBech32(hash, 0, 'bcrt')).networks).toEqual(['regtest']);
    expect(
      decodeAddress(bitcoinAddress.toBase58Check(hash, networks.testnet.pubKeyHash)).networks,
    ).toEqual(['testnet4', 'signet', 'regtest']);
  });

  it.each([
    ['one changed character', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5'],
    ['a base58 address with one changed character', '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMJ'],
    ['bech32 in mixed case', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4'],
    [
      'version 1 with the checksum of BIP-173',
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd',
    ],
    ['version 0 with the checksum of BIP-350', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh'],
    ['a future witness version', 'bc1sw50qgdz25j'],
    ['a program of a wrong length', 'bc1pw5dgrnzv'],
    ['no program at all', 'bc1gmk9yu'],
    ['an anchor that anybody may spend', 'bc1pfeessrawgf'],
    ['nothing', ''],
    ['a space', ' 1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH'],
    ['an endless text', `1${'z'.repeat(1_000_000)}`],
  ])('refuses %s', (_, address) => {
    expect(errorOf(() => decodeAddress(address)).code).toBe('REGISTRY_ADDRESS_INVALID');
  });

  it('refuses a taproot key that nobody could sign for', () => {
    const offCurve = new Uint8Array(32).fill(0xff);
    const error = errorOf(() => decodeAddress(bitcoinAddress.toBech32(offCurve, 1, 'bc')));
    expect(error.code).toBe('REGISTRY_ADDRESS_INVALID');
    expect(error.message).toContain('off the curve');
  });

  it("calls another coin's address one of another network", () => {
    const litecoin = bitcoinAddress.toBech32(new Uint8Array(20), 0, 'ltc');
    expect(errorOf(() => decodeAddress(litecoin)).code).toBe('REGISTRY_ADDRESS_WRONG_NETWORK');
    const legacy = bitcoinAddress.toBase58Check(new Uint8Array(20), 0x30);
    expect(errorOf(() => decodeAddress(legacy)).code).toBe('REGISTRY_ADDRESS_WRONG_NETWORK');
  });
});

describe('decodeAddressOf', () => {
  it('says which network an address of another one belongs to', () => {
    const address = 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx';
    const error = errorOf(() => decodeAddressOf(networkOf('mainnet'), address));
    expect(error.code).toBe('REGISTRY_ADDRESS_WRONG_NETWORK');
    expect(error.message).toBe(`"${address}" is an address of testnet4 or signet, not of mainnet`);
  });

  it('takes the shared prefix of testnet4 and signet for both', () => {
    const address = 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx';
    expect(decodeAddressOf(networkOf('testnet4'), address).scriptType).toBe('p2wpkh');
    expect(decodeAddressOf(networkOf('signet'), address).scriptType).toBe('p2wpkh');
    expect(errorOf(() => decodeAddressOf(networkOf('regtest'), address)).code).toBe(
      'REGISTRY_ADDRESS_WRONG_NETWORK',
    );
  });
});

describe('isTaprootKey', () => {
  it('agrees with the curve library on keys, on numbers beside the curve and on the edges', () => {
    const keys = Array.from({ length: 200 }, (_, index) => {
      return Uint8Array.from({ length: 32 }, (_, byte) => (index * 31 + byte * 17 + 5) % 251);
    });
    const edges = ['00'.repeat(32), 'ff'.repeat(32), `${'ff'.repeat(27)}fefffffc30`];
    const all = [...keys, ...edges.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')))];
    const verdicts = all.map(isTaprootKey);
    expect(verdicts).toEqual(all.map((key) => ecc.isXOnlyPoint(key)));
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
  });
});
