import { join } from 'node:path';
import type { UnixTime } from '../src/core/unixTime.ts';
import type { Registry } from '../src/registry/asset.ts';
import { loadRegistry } from '../src/registry/loadRegistry.ts';
import type { World } from './world.ts';
import { writeRegistry } from './writeRegistry.ts';

/** The registry of a world, written into a folder and read back from its files. */
export async function loadWorldRegistry(
  folder: string,
  world: World,
  now: UnixTime,
): Promise<{ readonly registry: Registry; readonly directory: string }> {
  const directory = join(folder, 'addresses');
  await writeRegistry(directory, world.assets, now);
  return { registry: await loadRegistry(directory), directory };
}
