import { type BitcoinNetwork, bitcoinNetworks } from '../../src/core/bitcoinNetwork.ts';

export const mainnet = named('mainnet');
export const testnet4 = named('testnet4');
export const regtest = named('regtest');

function named(name: BitcoinNetwork['name']): BitcoinNetwork {
  const network = bitcoinNetworks.find((one) => one.name === name);
  if (!network) throw new Error(`no network ${name}`);
  return network;
}
