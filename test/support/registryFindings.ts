import { checkRegistry } from '../../src/registry/checkRegistry.ts';
import type { Finding } from '../../src/registry/finding.ts';
import { type AssetFolder, buildRegistry } from './registryBuilder.ts';

/** What `checkRegistry` finds in a registry of these folders; without findings it must load. */
export async function findingsIn(
  folders: Readonly<Record<string, AssetFolder>>,
): Promise<readonly Finding[]> {
  await using built = await buildRegistry(folders);
  const { registry, findings } = await checkRegistry(built.directory);
  if ((registry === null) !== findings.length > 0) {
    throw new Error('a registry must be given exactly where there are no findings');
  }
  return findings;
}

/** `CODE file#pointer` of each finding. */
export async function placesIn(folders: Readonly<Record<string, AssetFolder>>): Promise<string[]> {
  const findings = await findingsIn(folders);
  return findings.map(({ code, file, pointer }) => `${code} ${file}#${pointer}`);
}
