import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BundleRecord } from '../../../src/evidence/bundleRecord.ts';
import { verifyBundle } from '../../../src/evidence/verifyBundle.ts';
import {
  type EvidenceFolder,
  type EvidenceFolderOptions,
  openEvidenceFolder,
} from '../../../src/store/evidenceFolder.ts';
import { buildEvidence } from '../../support/evidenceSetting.ts';
import { expectCode } from '../../support/expectCode.ts';

const { records, report } = buildEvidence();
let directory = '';

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'assay-folder-')), 'evidence');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((folder) => folder.close()));
  await rm(join(directory, '..'), { recursive: true });
});

const opened: EvidenceFolder[] = [];

/** The folder as a process has it; it is closed after the test at the latest. */
async function openFolder(options?: EvidenceFolderOptions): Promise<EvidenceFolder> {
  const folder = await openEvidenceFolder(directory, options);
  opened.push(folder);
  return folder;
}

/** The records of a bundle, one for each number. */
async function* bundle(number = 0): AsyncGenerator<BundleRecord> {
  for (const record of records) {
    if (record.type !== 'manifest') {
      yield record;
      continue;
    }
    const { bitcoinPoint } = record.manifest;
    const time = bitcoinPoint.time + number;
    yield {
      type: 'manifest',
      manifest: { ...record.manifest, bitcoinPoint: { ...bitcoinPoint, time } },
    };
  }
}

const names = async () => (await readdir(directory)).sort();

/** As a folder names what is being written to it. */
const ownPart = '01234567-89ab-cdef-0123-456789abcdef.part';

describe('openEvidenceFolder', () => {
  it('keeps a bundle as a file of its digest, and gives it back byte for byte', async () => {
    const folder = await openFolder();
    const digest = await folder.write(bundle());
    expect(await names()).toEqual([`${digest}.evidence`]);
    const bytes = await readFile(join(directory, `${digest}.evidence`));
    const opened = await folder.open(digest);
    expect(opened?.length).toBe(bytes.length);
    expect(opened && (await buffer(opened.stream))).toEqual(bytes);
    const evidence = { schema: 'assay.evidence/1' as const, digest };
    const verified = await verifyBundle(Readable.from([bytes]), { ...report, evidence });
    expect(verified.digest).toBe(digest);
  });

  it('does not write a digest twice, and takes it as the newest from then on', async () => {
    const folder = await openFolder({ keep: 2 });
    const first = await folder.write(bundle(1));
    const { ino } = await stat(join(directory, `${first}.evidence`));
    const second = await folder.write(bundle(2));
    expect(await folder.write(bundle(1))).toBe(first);
    expect((await stat(join(directory, `${first}.evidence`))).ino).toBe(ino);
    const third = await folder.write(bundle(3));
    expect(await names()).toEqual([`${first}.evidence`, `${third}.evidence`].sort());
    expect(await folder.open(second)).toBeUndefined();
  });

  it('writes a bundle again whose file somebody took away', async () => {
    const folder = await openFolder();
    const digest = await folder.write(bundle());
    await rm(join(directory, `${digest}.evidence`));
    expect(await folder.open(digest)).toBeUndefined();
    await folder.write(bundle());
    expect(await names()).toEqual([`${digest}.evidence`]);
  });

  it('keeps the newest, as many as it is told, also of those of an earlier process', async () => {
    const before = await openFolder();
    const digests: string[] = [];
    // The third is the oldest, the first the newest.
    for (const age of [10, 30, 40, 20]) {
      const digest = await before.write(bundle(age));
      const time = 1_700_000_000 - age;
      await utimes(join(directory, `${digest}.evidence`), time, time);
      digests.push(digest);
    }
    await before.close();
    const folder = await openFolder({ keep: 3 });
    expect(await names()).toEqual([0, 1, 3].map((index) => `${digests[index]}.evidence`).sort());
    const fifth = await folder.write(bundle(5));
    const left = [digests[0], digests[3], fifth].map((digest) => `${digest}.evidence`);
    expect(await names()).toEqual(left.sort());
  });

  it('leaves other files alone, and removes the parts of an earlier process', async () => {
    await (await openFolder()).close();
    for (const name of ['notes.txt', 'x.evidence', 'film.iso.part', ownPart]) {
      await writeFile(join(directory, name), 'x');
    }
    const folder = await openFolder({ keep: 1 });
    const digest = await folder.write(bundle());
    expect(await names()).toEqual(
      [`${digest}.evidence`, 'film.iso.part', 'notes.txt', 'x.evidence'].sort(),
    );
  });

  it('makes no path of what is no digest', async () => {
    const folder = await openFolder();
    const digest = await folder.write(bundle());
    await writeFile(join(directory, '..', 'secret.evidence'), 'x');
    for (const text of [
      '../secret',
      `../evidence/${digest}`,
      digest.slice(2),
      digest.toUpperCase(),
      `${digest}\n`,
      `${digest}\0`,
      '',
    ]) {
      expect(await folder.open(text)).toBeUndefined();
    }
    expect(await folder.open(`0x${'00'.repeat(32)}`)).toBeUndefined();
  });

  it('keeps nothing of a bundle that fails on the way, and throws why', async () => {
    const folder = await openFolder();
    async function* broken(): AsyncGenerator<BundleRecord> {
      for await (const record of bundle()) {
        if (record.type === 'supply') throw new Error('the source went away');
        yield record;
      }
    }
    const error = await expectCode(() => folder.write(broken()), 'FILE_UNREADABLE');
    expect(error.cause).toEqual(new Error('the source went away'));
    await expectCode(() => folder.write(Readable.from(records.slice(0, 2))), 'EVIDENCE_MALFORMED');
    expect(await names()).toEqual([]);
    await folder.write(bundle());
    expect(await names()).toHaveLength(1);
  });

  it('writes side by side: equal bundles become one, and no more than may be are kept', async () => {
    const folder = await openFolder({ keep: 3 });
    const numbers = [1, 2, 1, 3, 4, 1, 5, 2, 1];
    const digests = await Promise.all(numbers.map((number) => folder.write(bundle(number))));
    expect(new Set(digests).size).toBe(5);
    const kept = await names();
    expect(kept).toHaveLength(3);
    for (const name of kept) {
      const digest = digests.find((one) => `${one}.evidence` === name);
      const opened = await folder.open(digest ?? '');
      expect((await opened?.stream.toArray())?.length).toBeGreaterThan(0);
    }
  });

  it('lets a bundle be read to its end that is dropped meanwhile', async () => {
    const folder = await openFolder({ keep: 1 });
    const digest = await folder.write(bundle(1));
    const bytes = await readFile(join(directory, `${digest}.evidence`));
    const opened = await folder.open(digest);
    await folder.write(bundle(2));
    expect(await folder.open(digest)).toBeUndefined();
    expect(opened && (await buffer(opened.stream))).toEqual(bytes);
  });

  it('is of one process at a time, by whatever path, and removes nothing of another', async () => {
    const folder = await openFolder();
    await writeFile(join(directory, ownPart), 'being written');
    const link = join(directory, '..', 'link');
    await symlink(directory, link);
    for (const path of [directory, link]) {
      const error = await expectCode(() => openEvidenceFolder(path), 'FILE_IN_USE');
      expect(error.message).toBe(`the evidence folder ${path} is in use by this process already`);
    }
    expect(await names()).toEqual([ownPart]);
    await folder.close();
    await openFolder();
    expect(await names()).toEqual([]);
  });

  it('says so where the directory cannot be used', async () => {
    await writeFile(directory, 'a file');
    await expectCode(() => openFolder(), 'FILE_UNREADABLE');
  });
});
