import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AssayError } from '../core/assayError.ts';
import type { Registry } from '../registry/asset.ts';
import { loadRegistry } from '../registry/loadRegistry.ts';

const run = promisify(execFile);

/** The folder of the registry in a revision. */
const folder = 'addresses';

/**
 * The registry in a directory, or as it was in a git revision of the repository that one stands in
 * (`HEAD~1`, `v1.0.0`, a commit). A directory of that name goes before a revision.
 *
 * @throws AssayError REGISTRY_NOT_FOUND where it is neither, and whatever `loadRegistry` throws
 */
export async function openRegistryState(name: string): Promise<Registry> {
  const isDirectory = await stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isDirectory ? loadRegistry(name) : loadRevision(name);
}

async function loadRevision(name: string): Promise<Registry> {
  const work = await mkdtemp(join(tmpdir(), 'assay-revision-'));
  const archive = join(work, 'registry.tar');
  try {
    // Resolved first, and to a hash: what the user wrote is never taken for an option.
    const { stdout } = await run('git', [
      'rev-parse',
      '--verify',
      '--end-of-options',
      `${name}^{commit}`,
    ]);
    const top = await run('git', ['rev-parse', '--show-toplevel']);
    const cwd = top.stdout.trim();
    await run('git', ['archive', '--format=tar', `--output=${archive}`, stdout.trim(), folder], {
      cwd,
    });
    await run('tar', ['-xf', archive, '-C', work]);
  } catch (cause) {
    await rm(work, { recursive: true, force: true });
    throw new AssayError('REGISTRY_NOT_FOUND', {
      message: `${JSON.stringify(name.slice(0, 200))} is neither a directory nor a git revision with a registry`,
      fix: 'Give a directory, or a commit of the repository that you stand in.',
      cause,
    });
  }
  try {
    return await loadRegistry(join(work, folder));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
