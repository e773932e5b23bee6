import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AssayError } from '../core/assayError.ts';
import type { Proposal } from '../discovery/proposal.ts';
import { writeWholeFile } from '../files/writeWholeFile.ts';
import { jsonText } from './output/jsonText.ts';

/**
 * Where a proposal may be written: a file that is not there, outside of the registry.
 *
 * @throws AssayError DISCOVERY_PROPOSAL_REFUSED
 */
export async function placeProposal(file: string, registry: string): Promise<string> {
  const folder = await realpath(dirname(resolve(file))).catch((cause: unknown) => {
    throw refused(`the folder of ${file} is not there`, cause);
  });
  const path = join(folder, basename(file));
  const inside = relative(await realpath(registry), path);
  const isOutside = inside === '..' || inside.startsWith(`..${sep}`) || resolve(inside) === inside;
  if (!isOutside) throw refused(`${file} lies inside the registry`);
  const there = await lstat(path).catch(() => undefined);
  if (there) throw refused(`${file} is there already`);
  return path;
}

/** @throws AssayError DISCOVERY_PROPOSAL_REFUSED where it came to be there, or cannot be written */
export async function writeProposal(path: string, proposal: Proposal): Promise<void> {
  try {
    await writeWholeFile({ path, replace: false }, jsonText(proposal));
  } catch (cause) {
    throw refused(`${path} cannot be written, or is there already`, cause);
  }
}

function refused(message: string, cause?: unknown): AssayError {
  return new AssayError('DISCOVERY_PROPOSAL_REFUSED', { message, cause });
}
