import { AssayError } from '../core/assayError.ts';
import { describeSource } from '../discovery/describeSource.ts';
import type { DiscoveryOutcome } from '../discovery/discovery.ts';
import { AssetFile } from '../registry/assetFile.ts';
import type { DiscoveryEntry } from '../registry/discoveryEntry.ts';
import type { ProvenanceSource } from '../registry/provenanceSource.ts';
import { readRegistryFile } from '../registry/readRegistryFile.ts';
import { ReservesFile } from '../registry/reservesFile.ts';

/** The sources that an asset's files name. */
export interface AssetSources {
  /** The keys of reserves.json. */
  readonly takenKeys: readonly string[];
  /** Each reading as a source of reserves.json; null where nothing was read. */
  readonly describe: (
    outcomes: readonly DiscoveryOutcome[],
    issuer: string,
    urls: ReadonlyMap<DiscoveryEntry['kind'], string>,
  ) => readonly (ProvenanceSource | null)[];
}

/**
 * Reads the sources of a registry that was loaded before.
 *
 * @throws AssayError FILE_UNREADABLE where the files are not as they were then
 */
export async function readAssetSources(directory: string, id: string): Promise<AssetSources> {
  const asset = AssetFile.safeParse(await readValue(directory, `${id}/asset.json`));
  const reserves = ReservesFile.safeParse(await readValue(directory, `${id}/reserves.json`));
  if (!asset.success || !reserves.success) throw changed(id);
  return {
    takenKeys: Object.keys(reserves.data.sources),
    describe: (outcomes, issuer, urls) =>
      outcomes.map((outcome) => {
        if (!('reading' in outcome)) return null;
        const { place } = outcome;
        const provenance = place.provenance.flatMap((key) => asset.data.sources[key] ?? []);
        return describeSource(outcome.reading, {
          issuer,
          atOwnUrl: isOwnUrl(place, urls.get(place.kind)),
          provenance,
        });
      }),
  };
}

function isOwnUrl(place: DiscoveryEntry, given: string | undefined): boolean {
  if ('contract' in place || place.url === undefined) return false;
  return given === undefined || given === place.url;
}

async function readValue(directory: string, file: string): Promise<unknown> {
  const content = await readRegistryFile(directory, file);
  if (content.ok) return content.value;
  throw new AssayError('FILE_UNREADABLE', { message: content.finding.message });
}

function changed(id: string): AssayError {
  return new AssayError('FILE_UNREADABLE', {
    message: `the files of ${id} changed while they were read`,
  });
}
