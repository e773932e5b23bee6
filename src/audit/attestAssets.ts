import { hashStatement } from '../attest/hashStatement.ts';
import { type StatementSigner, signReport } from '../attest/signReport.ts';
import type { ReadContext } from '../core/source.ts';
import type { Asset } from '../registry/asset.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import type { AttestationStore, StoredAttestation } from '../store/attestationStore.ts';
import { type AuditDependencies, type AuditOptions, auditAsset } from './auditAsset.ts';
import { nameReport } from './nameReport.ts';

export interface AttestDependencies extends AuditDependencies {
  readonly account: StatementSigner;
  readonly store: AttestationStore;
}

/**
 * Audits a subject once, signs a report for each asset that it answers for, and keeps the
 * attestations: for a shared pool one for each of its assets, all with the same figures and verdict.
 * An indeterminate result is signed and kept too: it takes the place of an older answer that may no
 * longer hold.
 *
 * @throws AssayError as `auditAsset` and `signReport`
 */
export async function attestAssets(
  subject: AuditSubject,
  assets: readonly Asset[],
  options: AuditOptions,
  dependencies: AttestDependencies,
  context: ReadContext = {},
): Promise<StoredAttestation[]> {
  const { account, store } = dependencies;
  const report = await auditAsset(subject, options, dependencies, context);
  return Promise.all(
    assets.map(async (asset) => {
      const attestation = await signReport(nameReport(report, asset), account);
      const stored = { id: hashStatement(attestation.statement), assetId: asset.id, attestation };
      await store.put(stored);
      return stored;
    }),
  );
}
