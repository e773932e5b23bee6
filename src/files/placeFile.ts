import { link, open, rename, rm } from 'node:fs/promises';
import { fileExists, systemCode } from './errors.ts';
import { inspect, type OutputFile, requireReplaceable } from './outputFile.ts';

/** A file system that has no hard links, such as FAT, says one of these. */
const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * Moves a file that is whole and on the disk to where it belongs, in the same folder: at once, and not
 * over what came to be there in the meantime.
 *
 * @throws AssayError FILE_EXISTS, FILE_PROTECTED; the system's errors else
 */
export async function placeFile(part: string, { path, replace }: OutputFile): Promise<void> {
  if (replace) {
    const there = await inspect(path);
    if (there) await requireReplaceable(path, there);
    await rename(part, path);
    return;
  }
  try {
    // A link fails where the name is taken; a rename would replace what is there.
    await link(part, path);
    await rm(part);
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === 'EEXIST') throw fileExists(path);
    if (!withoutLinks.includes(code)) throw thrown;
    await takeName(path);
    await rename(part, path);
  }
}

/** Makes an empty file of that name, so that what is replaced is certainly our own. */
async function takeName(path: string): Promise<void> {
  try {
    await (await open(path, 'wx')).close();
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') throw fileExists(path);
    throw thrown;
  }
}
