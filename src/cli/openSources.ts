import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import { createCoreSource } from '../bitcoin/coreSource.ts';
import { createElectrumSource } from '../bitcoin/electrumSource.ts';
import { createMempoolSource } from '../bitcoin/mempoolSource.ts';
import { parseBitcoinSourceUrl } from '../bitcoin/parseBitcoinSourceUrl.ts';
import { publicBitcoinSources } from '../bitcoin/publicBitcoinSources.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { ChainId } from '../core/caip.ts';
import { type AnswerBudget, createAnswerBudget } from '../http/answerBudget.ts';
import { createAptosSource } from '../supply/aptos/aptosSource.ts';
import { createCosmosSource } from '../supply/cosmos/cosmosSource.ts';
import { createEvmSource } from '../supply/evm/evmSource.ts';
import type { AnySupplySource } from '../supply/latestSupplySource.ts';
import { parseRpcOption, type RpcOption } from '../supply/parseRpcOption.ts';
import { publicRpcs } from '../supply/publicRpcs.ts';
import { createSolanaSource } from '../supply/solana/solanaSource.ts';
import { createSuiGrpcSource } from '../supply/sui/suiGrpcSource.ts';
import { createSuiSource } from '../supply/sui/suiSource.ts';
import { createTronSource } from '../supply/tron/tronSource.ts';

/**
 * The Bitcoin sources that the URLs name, or the public ones of the network where none is named.
 *
 * @param budget that of the run; one of their own unless told
 */
export function openBitcoinSources(
  urls: readonly string[],
  network: BitcoinNetwork,
  budget: AnswerBudget = createAnswerBudget(),
): BitcoinSource[] {
  const named = urls.length > 0 ? urls : publicBitcoinSources(network.name);
  return named.map((text) => {
    const url = parseBitcoinSourceUrl(text);
    switch (url.kind) {
      case 'core':
        return createCoreSource({ url, network, budget });
      case 'electrum':
        return createElectrumSource({ url, network, budget });
      default:
        return createMempoolSource({ ...url, api: url.kind, network, budget });
    }
  });
}

/**
 * The supply sources that `CHAIN=URL` options name; each chain without one gets its public ones.
 *
 * @param budget that of the run; one of their own unless told
 */
export function openSupplySources(
  options: readonly string[],
  chains: Iterable<ChainId>,
  budget: AnswerBudget = createAnswerBudget(),
): AnySupplySource[] {
  const named = options.map(parseRpcOption);
  const covered = new Set(named.map((one) => one.chain));
  const defaults = [...new Set(chains)]
    .filter((chain) => !covered.has(chain))
    .flatMap((chain) => publicRpcs(chain));
  return [...named, ...defaults].map((one) => openSupplySource(one, budget));
}

function openSupplySource(option: RpcOption, budget: AnswerBudget): AnySupplySource {
  switch (option.kind) {
    case 'evm':
      return createEvmSource({ ...option, budget });
    case 'solana':
      return createSolanaSource({ ...option, budget });
    case 'sui':
      return option.protocol === 'grpc'
        ? createSuiGrpcSource(option)
        : createSuiSource({ ...option, budget });
    case 'aptos':
      return createAptosSource({ ...option, budget });
    case 'tron':
      return createTronSource({ ...option, budget });
    case 'cosmos':
      return createCosmosSource({ ...option, budget });
  }
}

/** Closes all of them, whatever becomes of each. */
export async function closeSources(sources: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.allSettled(sources.map((source) => source.close()));
}
