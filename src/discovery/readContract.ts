import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { DiscoveryEntry } from '../registry/discoveryEntry.ts';
import { parseContract } from '../registry/parseContract.ts';
import type { RpcOption } from '../supply/parseRpcOption.ts';
import { type ChainReader, withChainReader } from './chainReader.ts';
import { collectAddresses, type RawEntry } from './collectAddresses.ts';
import type { DiscoveryNote, DiscoveryReading } from './discovery.ts';
import { readFbtcEvents } from './fbtcEvents.ts';
import { readLombardPor } from './lombardPor.ts';
import { readPorAddressList } from './porAddressList.ts';
import { readWbtcEvents } from './wbtcEvents.ts';

/** A place of discovery that is a contract. */
export type ContractPlace = Extract<DiscoveryEntry, { contract: string }>;

export interface ContractOptions {
  /** Of the contract's chain. */
  readonly rpc: RpcOption;
  /** Of the custody addresses. */
  readonly network: BitcoinNetwork;
  readonly now: () => UnixTime;
  readonly signal?: AbortSignal;
  /** For one request; 20 seconds unless told. */
  readonly timeoutMs?: number;
  /** The tag of the block to read; `finalized` unless told. */
  readonly finality?: 'finalized' | 'safe' | 'latest';
}

/**
 * The addresses that a contract lists, or ever listed, as of the last final block. All is read at
 * that block's hash, and the block is checked to be in the best chain at the end: a list that changes
 * meanwhile cannot mix two states.
 *
 * What it answers is what the contract says, not who controls the addresses: see `signature`.
 *
 * @throws AssayError SOURCE_*, SUPPLY_*, DISCOVERY_*; CHAIN_ID_INVALID, REGISTRY_CONTRACT_INVALID for
 * a contract that is on no EVM chain
 */
export async function readContract(
  place: ContractPlace,
  options: ContractOptions,
): Promise<DiscoveryReading> {
  const { rpc, network, now, signal, timeoutMs = 20_000, finality = 'finalized' } = options;
  const readerOptions = { rpc, timeoutMs, finality, ...(signal ? { signal } : {}) };
  return withChainReader(parseContract(place.contract), readerOptions, async (reader) => {
    const said = await readPlace(place, reader, network);
    const { addresses, notes, complete } = collectAddresses(said.entries, network);
    return {
      place,
      side: 'chain',
      source: rpc.source,
      readAt: now(),
      point: reader.point,
      publishedAt: null,
      addresses,
      notes: [...notes, ...said.notes],
      complete: complete && said.complete,
    };
  });
}

interface Said {
  readonly entries: readonly RawEntry[];
  readonly notes: readonly DiscoveryNote[];
  /** False where entries may be missing. */
  readonly complete: boolean;
}

async function readPlace(
  place: ContractPlace,
  reader: ChainReader,
  network: BitcoinNetwork,
): Promise<Said> {
  switch (place.kind) {
    case 'por-address-list':
      return { entries: await readPorAddressList(reader), notes: [], complete: true };
    case 'lombard-por':
      return { ...(await readLombardPor(reader, network)), complete: true };
    case 'wbtc-events':
      return readWbtcEvents(reader, network);
    case 'fbtc-events':
      return readFbtcEvents(reader, network);
  }
}
