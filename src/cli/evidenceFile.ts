import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { EvidenceSink } from '../audit/attachEvidence.ts';
import { AssayError } from '../core/assayError.ts';
import type { HeaderReader } from '../evidence/headerStore.ts';
import { writeBundle } from '../evidence/writeBundle.ts';

/**
 * Where a bundle is written to a file. The file is there when it is whole, and not before; an older
 * one of that name is replaced.
 */
export function createEvidenceFile(file: string, headerAt: HeaderReader | undefined): EvidenceSink {
  return {
    headerAt,
    async write(records) {
      const part = `${file}.part-${process.pid}`;
      const writing = writeBundle(records);
      try {
        await pipeline(writing.file, createWriteStream(part, { flags: 'wx' }));
        await rename(part, file);
      } catch (cause) {
        await rm(part, { force: true });
        if (cause instanceof AssayError) throw cause;
        throw new AssayError('FILE_UNREADABLE', { message: `cannot write ${file}`, cause });
      }
      return writing.end().digest;
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
