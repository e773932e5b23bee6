import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../core/canonicalJson.ts';
import { fileUnreadable } from '../core/fileUnreadable.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { chooseOutputFile } from '../files/outputFile.ts';
import { writeWholeFile } from '../files/writeWholeFile.ts';
import type { Asset, Registry } from '../registry/asset.ts';
import type { EvidenceFile } from '../registry/evidenceFile.ts';
import { loadRegistry } from '../registry/loadRegistry.ts';

/** Evidence that was kept. */
export interface Recorded {
  readonly file: string;
  /** Of the whole registry, with the evidence in it. */
  readonly registryDigest: Digest;
}

/**
 * Writes evidence into the folder of an asset and loads the registry with it; if it does not load, the
 * file is taken away again.
 *
 * @throws AssayError FILE_UNREADABLE, FILE_EXISTS if the file cannot be written or is there already
 * @throws RegistryInvalidError REGISTRY_INVALID if the registry would not load with it
 */
export async function recordEvidence(
  directory: string,
  asset: Asset,
  name: string,
  evidence: EvidenceFile,
): Promise<Recorded> {
  const folder = join(directory, asset.id, 'evidence');
  await makeFolder(folder).catch((thrown: unknown) => {
    throw fileUnreadable(`${folder} could not be made`, thrown);
  });
  const file = join(folder, name);
  const { $schema: _, ...content } = evidence;
  const document = { $schema: '../../schema/evidence.schema.json', ...content };
  const target = await chooseOutputFile(file);
  await writeWholeFile(target, `${JSON.stringify(document, null, 2)}\n`);
  let registry: Registry;
  try {
    registry = await loadRegistry(directory);
  } catch (thrown) {
    await rm(file);
    throw thrown;
  }
  return { file, registryDigest: registry.digest };
}
