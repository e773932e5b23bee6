import type { BitcoinNetwork, BitcoinNetworkName } from '../core/bitcoinNetwork.ts';
import { bitcoinUrlInvalid } from './errors.ts';

const publicPaths: Readonly<Partial<Record<BitcoinNetworkName, string>>> = {
  mainnet: '/api',
  testnet4: '/testnet4/api',
  signet: '/signet/api',
};

/**
 * Where the API of an Esplora or mempool server is. A URL with a path is that of the API; one that
 * names only a host gets the path that mempool's own web server gives it.
 *
 * @throws AssayError SOURCE_URL_INVALID for a network that mempool.space does not serve
 */
export function resolveEsploraApi(baseUrl: string, network: BitcoinNetwork): string {
  const { origin, pathname, hostname } = new URL(baseUrl);
  const path = pathname.replace(/\/+$/, '');
  if (path !== '') return `${origin}${path}`;
  if (hostname !== 'mempool.space') return `${origin}/api`;
  const publicPath = publicPaths[network.name];
  if (publicPath === undefined) {
    throw bitcoinUrlInvalid(`names mempool.space, which does not serve ${network.name}`);
  }
  return `${origin}${publicPath}`;
}
