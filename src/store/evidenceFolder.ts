import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileUnreadable } from '../core/fileUnreadable.ts';
import { isDigest } from '../core/isDigest.ts';
import { readSystemFailure } from '../core/systemFailure.ts';
import { holdPath } from '../files/holdAlone.ts';
import { makeFolder } from '../files/makeFolder.ts';
import type { EvidenceStore, OpenBundle } from './evidenceStore.ts';
import { writeBundleFile } from './writeBundleFile.ts';

export interface EvidenceFolderOptions {
  /** How many bundles are kept; the oldest go first. Default 1,000. */
  readonly keep?: number;
}

/** An evidence store that no other process uses meanwhile. */
export interface EvidenceFolder extends EvidenceStore {
  /** Lets others use the folder; not to be called while a bundle is being written. */
  close(): Promise<void>;
}

const bundleSuffix = '.evidence';
const partSuffix = '.part';
/** Of our own making: a folder may hold somebody's other parts. */
const ownPart = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

/**
 * Evidence bundles as files `<digest>.evidence` of a directory, which is made if it is not there and
 * is held for this process. A file is there when it is whole, and never changes. Parts that an earlier
 * process left are removed.
 *
 * @throws AssayError FILE_UNREADABLE, FILE_IN_USE
 */
export async function openEvidenceFolder(
  directory: string,
  { keep = 1_000 }: EvidenceFolderOptions = {},
): Promise<EvidenceFolder> {
  /** The digests of all bundles, the oldest first. */
  const kept = new Set<string>();
  const fileOf = (digest: string) => join(directory, `${digest}${bundleSuffix}`);

  async function dropOldest(most: number): Promise<void> {
    for (const digest of [...kept].slice(0, Math.max(0, kept.size - most))) {
      await rm(fileOf(digest), { force: true });
      kept.delete(digest);
    }
  }

  /** A bundle that is kept already only becomes the newest; else room is made for the new one. */
  async function place(part: string, digest: string): Promise<void> {
    const file = fileOf(digest);
    if (await renewTime(file)) {
      await rm(part);
    } else {
      kept.delete(digest);
      await dropOldest(keep - 1);
      await rename(part, file);
    }
    kept.delete(digest);
    kept.add(digest);
  }

  const unusable = (cause: unknown) => fileUnreadable(`cannot use the folder ${directory}`, cause);
  try {
    await makeFolder(directory);
  } catch (cause) {
    throw unusable(cause);
  }
  // Before anything is removed: parts may be of a process that is writing them.
  const lock = await holdPath(directory, `the evidence folder ${directory}`);
  try {
    for (const digest of await prepareFolder(directory)) kept.add(digest);
    await dropOldest(keep);
  } catch (cause) {
    await lock.release();
    throw unusable(cause);
  }
  /** Bundles are written side by side, and placed one after the other. */
  let turn: Promise<unknown> = Promise.resolve();
  return {
    write(records) {
      const part = join(directory, `${randomUUID()}${partSuffix}`);
      return writeBundleFile(records, {
        part,
        name: `a bundle to ${directory}`,
        place(digest) {
          const placed = turn.then(() => place(part, digest));
          turn = placed.catch(() => {});
          return placed;
        },
      });
    },
    async open(digest) {
      return isDigest(digest) ? openBundle(fileOf(digest)) : undefined;
    },
    async close() {
      await turn;
      await lock.release();
    },
  };
}

/** Removes the parts; answers the digests of the bundles, the oldest first. */
async function prepareFolder(directory: string): Promise<string[]> {
  const found: { readonly digest: string; readonly time: bigint }[] = [];
  for (const name of await readdir(directory)) {
    const file = join(directory, name);
    if (ownPart.test(name)) await rm(file, { force: true });
    const digest = name.endsWith(bundleSuffix) ? name.slice(0, -bundleSuffix.length) : '';
    if (!isDigest(digest)) continue;
    found.push({ digest, time: (await stat(file, { bigint: true })).mtimeNs });
  }
  return found.sort((one, other) => Number(one.time - other.time)).map(({ digest }) => digest);
}

/** Marks the file as new, by which a later process knows its age; false where there is none. */
async function renewTime(file: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(file, now, now);
    return true;
  } catch (thrown) {
    if (isAbsence(thrown)) return false;
    throw thrown;
  }
}

async function openBundle(file: string): Promise<OpenBundle | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      return { length: size, stream: handle.createReadStream() };
    } catch (cause) {
      await handle.close();
      throw cause;
    }
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    throw fileUnreadable(`cannot read ${file}`, cause);
  }
}

function isAbsence(thrown: unknown): boolean {
  return readSystemFailure(thrown)?.code === 'ENOENT';
}
