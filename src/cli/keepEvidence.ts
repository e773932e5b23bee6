import type { EvidenceSink } from '../audit/attachEvidence.ts';
import { AssayError } from '../core/assayError.ts';
import type { EvidenceStore } from '../store/evidenceStore.ts';
import { openHeaderFile } from './headerFile.ts';

/**
 * Keeps the evidence of a service's audits. Whatever fails is handed on whole, for the log; the report
 * says why there is no evidence, but is public: it names no file of this machine.
 *
 * @param headers the file of a header store. It is looked into anew each time, since it may grow.
 */
export function keepEvidence(
  store: EvidenceStore,
  headers: string | undefined,
  onFailure: (thrown: unknown) => void,
): EvidenceSink {
  return {
    ...(headers !== undefined && { headerAt: (height: number) => readHeader(headers, height) }),
    async write(records) {
      try {
        return await store.write(records);
      } catch (thrown) {
        onFailure(thrown);
        if (!(thrown instanceof AssayError) || thrown.code !== 'FILE_UNREADABLE') throw thrown;
        throw new AssayError('EVIDENCE_UNAVAILABLE', {
          message: 'no evidence can be given: the service could not write or read its files',
          cause: thrown,
        });
      }
    },
  };
}

function readHeader(file: string, height: number): Uint8Array | undefined {
  const store = openHeaderFile(file);
  try {
    return store.headerAt(height);
  } finally {
    store.close();
  }
}
