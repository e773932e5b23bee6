import type { Registry } from './asset.ts';
import { checkRegistry } from './checkRegistry.ts';
import { RegistryInvalidError } from './errors.ts';

/**
 * The registry of a directory, whole and without errors. It does not depend on the day: what loads
 * today loads for ever.
 *
 * @throws AssayError REGISTRY_NOT_FOUND if the directory is missing or holds no asset,
 * FILE_UNREADABLE if it may not be read
 * @throws RegistryInvalidError REGISTRY_INVALID with all findings
 */
export async function loadRegistry(directory: string): Promise<Registry> {
  const { registry, findings } = await checkRegistry(directory);
  if (registry === null) throw new RegistryInvalidError(directory, findings);
  return registry;
}
