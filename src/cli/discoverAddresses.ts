import { parseBitcoinSourceUrl } from '../bitcoin/parseBitcoinSourceUrl.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainId } from '../core/caip.ts';
import { toAssayError } from '../core/toAssayError.ts';
import { formatTime, type UnixTime } from '../core/unixTime.ts';
import { buildProposal } from '../discovery/buildProposal.ts';
import {
  type ComparisonInput,
  compareDiscovery,
  type DiscoveryComparison,
  type DiscoveryRow,
} from '../discovery/compareDiscovery.ts';
import { isDifference } from '../discovery/judgeAddress.ts';
import { type PlaceOutcome, type PlaceReaders, readPlaces } from '../discovery/readPlaces.ts';
import type { Asset, CustodyAddress, Registry } from '../registry/asset.ts';
import { auditSubject } from '../registry/auditSubject.ts';
import { loadRegistry } from '../registry/loadRegistry.ts';
import { parseRpcOption } from '../supply/parseRpcOption.ts';
import { publicRpcs } from '../supply/publicRpcs.ts';
import { findAsset } from './findAsset.ts';
import { describeDiscovery } from './output/describeDiscovery.ts';
import { formatDiscovery } from './output/formatDiscovery.ts';
import { jsonText } from './output/jsonText.ts';
import { createStyle } from './output/style.ts';
import { parseFeedUrls } from './parseFeedUrls.ts';
import { placeProposal, writeProposal } from './proposalFile.ts';
import { readAssetSources } from './readAssetSources.ts';
import { type Holdings, readHoldings } from './readHoldings.ts';
import { registryDirectory } from './registryDirectory.ts';
import type { Terminal } from './terminal.ts';

export interface DiscoverOptions {
  readonly registry?: string;
  readonly url: readonly string[];
  readonly rpc: readonly string[];
  readonly bitcoin: readonly string[];
  readonly proposal?: string;
  readonly json?: boolean;
}

/** What a discovery found, to be shown. */
export interface Discovery {
  readonly asset: Asset;
  readonly registry: Registry;
  readonly readAt: UnixTime;
  readonly outcomes: readonly PlaceOutcome[];
  readonly comparison: DiscoveryComparison;
  /** What the differing addresses hold, or why that is not known; null where nobody was asked. */
  readonly holdings: Holdings | AssayError | null;
  /** The file that the proposal was written to. */
  readonly proposal: string | null;
}

/**
 * Reads what issuer and contracts publish about the custody addresses of an asset, compares it with
 * the registry, and shows the difference. The registry is never changed. Answers the exit code: 1
 * where anything differs, else 2 where a place was not read to the end, else 0.
 */
export async function discoverAddresses(
  id: string,
  options: DiscoverOptions,
  terminal: Terminal,
  readers: PlaceReaders,
): Promise<number> {
  const directory = registryDirectory(options.registry, terminal);
  const registry = await loadRegistry(directory);
  const asset = findAsset(registry, id);
  const places = asset.discovery ?? [];
  if (places.length === 0) throw nothingToRead(asset);
  const urls = parseFeedUrls(options.url, places);
  const rpcs = options.rpc.map(parseRpcOption);
  for (const url of options.bitcoin) parseBitcoinSourceUrl(url);
  const path =
    options.proposal === undefined ? null : await placeProposal(options.proposal, directory);
  const known = path === null ? null : await readAssetSources(directory, asset.id);

  const readAt = terminal.clock();
  const { network } = asset;
  const { clock: now, signal } = terminal;
  const rpcsOf = (chain: ChainId) => {
    const named = rpcs.filter((rpc) => rpc.chain === chain);
    return named.length > 0 ? named : publicRpcs(chain);
  };
  const outcomes = await readPlaces(places, { network, now, signal, urls, rpcsOf }, readers);
  signal.throwIfAborted();
  const input = { registry, asset, outcomes, asOf: formatTime(readAt).slice(0, 10) };
  const { comparison, holdings } = await compareWithHoldings(input, options.bitcoin, terminal);

  if (path !== null && known !== null) {
    const proposal = buildProposal(comparison, {
      registry,
      asset,
      outcomes,
      sources: known.describe(outcomes, asset.issuer, urls),
      takenKeys: known.takenKeys,
      heldAt: holdings !== null && 'moment' in holdings ? holdings.moment : null,
      madeAt: readAt,
    });
    await writeProposal(path, proposal);
  }
  const found = { asset, registry, readAt, outcomes, comparison, holdings, proposal: path };
  terminal.writeOut(
    options.json
      ? jsonText(describeDiscovery(found))
      : formatDiscovery(found, createStyle(terminal.colors)),
  );
  if (comparison.rows.some(({ finding }) => isDifference(finding))) return 1;
  return comparison.complete ? 0 : 2;
}

function nothingToRead(asset: Asset): AssayError {
  return new AssayError('DISCOVERY_NOTHING_TO_READ', {
    message: `the registry names no place where custody addresses of ${asset.id} are published`,
  });
}

/** The comparison, with what the differing addresses hold where somebody is named to ask. */
async function compareWithHoldings(
  input: ComparisonInput,
  bitcoin: readonly string[],
  terminal: Terminal,
): Promise<Pick<Discovery, 'comparison' | 'holdings'>> {
  const comparison = compareDiscovery(input);
  const differing = comparison.rows.filter(({ finding }) => isDifference(finding));
  if (bitcoin.length === 0 || differing.length === 0) return { comparison, holdings: null };
  const subject = auditSubject(input.registry, input.asset);
  try {
    const addresses = differing.map((row) => toCustody(row, input.asset));
    const holdings = await readHoldings(bitcoin, subject, addresses, terminal);
    return { comparison: compareDiscovery({ ...input, held: holdings.sats }), holdings };
  } catch (thrown) {
    terminal.signal.throwIfAborted();
    const error = toAssayError(thrown);
    // A source that cannot be read leaves the holdings unknown; an option that is wrong ends it all.
    if (error.entry.exit !== 2) throw error;
    return { comparison, holdings: error };
  }
}

function toCustody(row: DiscoveryRow, { issuer }: Asset): CustodyAddress {
  const { address, script, scriptType } = row;
  return { address, script, scriptType, custodian: issuer, provenance: [] };
}
