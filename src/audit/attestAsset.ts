import { hashStatement } from '../attest/hashStatement.ts';
import { type StatementSigner, signReport } from '../attest/signReport.ts';
import type { ReadContext } from '../core/source.ts';
import type { Asset } from '../registry/asset.ts';
import type { AttestationStore, StoredAttestation } from '../store/attestationStore.ts';
import { type AuditDependencies, type AuditOptions, auditAsset } from './auditAsset.ts';

export interface AttestDependencies extends AuditDependencies {
  readonly account: StatementSigner;
  readonly store: AttestationStore;
}

/**
 * Audits an asset, signs the report and keeps the attestation. An indeterminate result is signed and
 * kept too: it takes the place of an older answer that may no longer hold.
 *
 * @throws AssayError as `auditAsset` and `signReport`
 */
export async function attestAsset(
  asset: Asset,
  options: AuditOptions,
  dependencies: AttestDependencies,
  context: ReadContext = {},
): Promise<StoredAttestation> {
  const report = await auditAsset(asset, options, dependencies, context);
  const attestation = await signReport(report, dependencies.account);
  const stored = { id: hashStatement(attestation.statement), assetId: asset.id, attestation };
  await dependencies.store.put(stored);
  return stored;
}
