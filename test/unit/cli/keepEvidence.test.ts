import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepEvidence } from '../../../src/cli/keepEvidence.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { openEvidenceFolder } from '../../../src/store/evidenceFolder.ts';
import type { EvidenceStore } from '../../../src/store/evidenceStore.ts';
import { buildEvidence } from '../../support/evidenceSetting.ts';
import { expectCode } from '../../support/expectCode.ts';

const { records, headers } = buildEvidence('store');
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'assay-keep-'));
});
afterAll(() => rm(directory, { recursive: true }));

const refuse = (thrown: unknown) => expect.fail(String(thrown));

const failing = (error: Error): EvidenceStore => ({
  write: () => Promise.reject(error),
  open: async () => undefined,
});

describe('keepEvidence', () => {
  it('keeps a bundle in the store', async () => {
    const store = await openEvidenceFolder(directory);
    const sink = keepEvidence(store, undefined, refuse);
    const digest = await sink.write(Readable.from(records));
    const opened = await store.open(digest);
    opened?.stream.destroy();
    expect(opened?.length).toBeGreaterThan(0);
    expect(sink.headerAt).toBeUndefined();
    await store.close();
  });

  it('sees what the header store has gained since', async () => {
    const file = join(directory, 'headers.dat');
    await writeFile(file, Buffer.concat(headers.slice(0, 5)));
    const { headerAt } = keepEvidence(failing(new Error()), file, refuse);
    expect(headerAt?.(4)).toEqual(headers[4]);
    expect(headerAt?.(5)).toBeUndefined();
    await writeFile(file, Buffer.concat(headers.slice(0, 6)));
    expect(headerAt?.(5)).toEqual(headers[5]);
  });

  it('gives the log the whole failure, and the public report no path of this machine', async () => {
    const full = new AssayError('FILE_UNREADABLE', { message: `cannot write ${directory}` });
    const failures: unknown[] = [];
    const sink = keepEvidence(failing(full), undefined, (thrown) => failures.push(thrown));
    const error = await expectCode(
      () => sink.write(Readable.from(records)),
      'EVIDENCE_UNAVAILABLE',
    );
    expect(error.message).not.toContain(directory);
    expect(failures).toEqual([full]);
  });

  it('hands on any other failure as it is', async () => {
    const reason = new AssayError('SOURCE_TIMEOUT');
    const failures: unknown[] = [];
    const sink = keepEvidence(failing(reason), undefined, (thrown) => failures.push(thrown));
    await expect(sink.write(Readable.from(records))).rejects.toBe(reason);
    expect(failures).toEqual([reason]);
  });
});
