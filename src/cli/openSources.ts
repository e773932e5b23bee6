import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import { createCoreSource } from '../bitcoin/coreSource.ts';
import { createElectrumSource } from '../bitcoin/electrumSource.ts';
import { createMempoolSource } from '../bitcoin/mempoolSource.ts';
import { parseBitcoinSourceUrl } from '../bitcoin/parseBitcoinSourceUrl.ts';
import { publicBitcoinSources } from '../bitcoin/publicBitcoinSources.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { ChainId } from '../core/caip.ts';
import { createEvmSource } from '../supply/evmSource.ts';
import { parseRpcOption } from '../supply/parseRpcOption.ts';
import { publicRpcs } from '../supply/publicRpcs.ts';
import type { SupplySource } from '../supply/supplySource.ts';

/** The Bitcoin sources that the URLs name, or the public ones of the network where none is named. */
export function openBitcoinSources(
  urls: readonly string[],
  network: BitcoinNetwork,
): BitcoinSource[] {
  const named = urls.length > 0 ? urls : publicBitcoinSources(network.name);
  return named.map((text) => {
    const url = parseBitcoinSourceUrl(text);
    switch (url.kind) {
      case 'core':
        return createCoreSource({ url, network });
      case 'electrum':
        return createElectrumSource({ url, network });
      default:
        return createMempoolSource({ ...url, api: url.kind, network });
    }
  });
}

/**
 * The supply sources that `CHAIN=URL` options name; each chain without one gets its public ones.
 */
export function openSupplySources(
  options: readonly string[],
  chains: Iterable<ChainId>,
): SupplySource[] {
  const named = options.map(parseRpcOption);
  const covered = new Set(named.map((one) => one.chain));
  const defaults = [...new Set(chains)]
    .filter((chain) => !covered.has(chain))
    .flatMap((chain) => publicRpcs(chain));
  return [...named, ...defaults].map((one) => createEvmSource(one));
}

/** Closes all of them, whatever becomes of each. */
export async function closeSources(sources: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.allSettled(sources.map((source) => source.close()));
}
