import { createReadStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import type { EvidenceSink } from '../audit/attachEvidence.ts';
import { AssayError } from '../core/assayError.ts';
import type { HeaderReader } from '../evidence/headerStore.ts';
import { writeBundleFile } from '../store/writeBundleFile.ts';

/**
 * Where a bundle is written to a file. The file is there when it is whole, and not before; an older
 * one of that name is replaced.
 */
export function createEvidenceFile(file: string, headerAt: HeaderReader | undefined): EvidenceSink {
  return {
    headerAt,
    write: (records) => {
      const part = `${file}.part-${process.pid}`;
      return writeBundleFile(records, { part, name: file, place: () => rename(part, file) });
    },
  };
}

/**
 * The bytes of a bundle's file.
 *
 * @throws AssayError FILE_UNREADABLE
 */
export async function* readEvidenceFile(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file)) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (cause) {
    throw new AssayError('FILE_UNREADABLE', { message: `cannot read ${file}`, cause });
  }
}
