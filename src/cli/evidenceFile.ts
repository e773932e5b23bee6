import { createReadStream } from 'node:fs';
import type { EvidenceSink } from '../audit/attachEvidence.ts';
import { fileUnreadable } from '../core/fileUnreadable.ts';
import type { HeaderReader } from '../evidence/headerStore.ts';
import type { OutputFile } from '../files/outputFile.ts';
import { partOf } from '../files/partOf.ts';
import { placeFile } from '../files/placeFile.ts';
import { writeBundleFile } from '../store/writeBundleFile.ts';

/**
 * Where a bundle is written to a file. The file is there when it is whole, and not before.
 */
export function createEvidenceFile(
  file: OutputFile,
  headerAt: HeaderReader | undefined,
): EvidenceSink {
  return {
    headerAt,
    write: (records) => {
      const part = partOf(file.path);
      return writeBundleFile(records, {
        part,
        name: file.path,
        place: () => placeFile(part, file),
      });
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
    throw fileUnreadable(`cannot read ${file}`, cause);
  }
}
