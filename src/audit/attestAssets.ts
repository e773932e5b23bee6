import { hashStatement } from '../attest/hashStatement.ts';
import type { Report } from '../attest/report.ts';
import { type StatementSigner, signReport } from '../attest/signReport.ts';
import type { ReadContext } from '../core/source.ts';
import { toAssayError } from '../core/toAssayError.ts';
import type { Asset } from '../registry/asset.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import type { AttestationStore, StoredAttestation } from '../store/attestationStore.ts';
import { type AuditDependencies, type AuditOptions, auditAsset } from './auditAsset.ts';
import type { ClockGuard, ClockLook } from './clockGuard.ts';
import { nameReport } from './nameReport.ts';

export interface AttestDependencies extends Omit<AuditDependencies, 'clock'> {
  readonly account: StatementSigner;
  readonly store: AttestationStore;
  /** Where the time comes from, and whether it may be signed. */
  readonly guard: ClockGuard;
}

/**
 * Audits a subject once, signs a report for each asset that it answers for, and keeps the
 * attestations: for a shared pool one for each of its assets, all with the same figures and verdict.
 * An indeterminate result is signed and kept too: it takes the place of an older answer that may no
 * longer hold. Where the time may not be signed, the store withholds the older answer.
 *
 * @throws AssayError CLOCK_UNSURE; as `auditAsset` and `signReport`
 */
export async function attestAssets(
  subject: AuditSubject,
  assets: readonly Asset[],
  options: AuditOptions,
  dependencies: AttestDependencies,
  context: ReadContext = {},
): Promise<StoredAttestation[]> {
  const { account, store, guard } = dependencies;
  const begun = guard.look();
  const clock = () => begun.wall;
  const report = await auditAsset(subject, options, { ...dependencies, clock }, context);
  await checkClock(report, begun, assets, dependencies);
  return Promise.all(
    assets.map(async (asset) => {
      const attestation = await signReport(nameReport(report, asset), account);
      const stored = { id: hashStatement(attestation.statement), assetId: asset.id, attestation };
      await store.put(stored);
      return stored;
    }),
  );
}

async function checkClock(
  report: Report,
  begun: ClockLook,
  assets: readonly Asset[],
  { guard, store }: AttestDependencies,
): Promise<void> {
  const latest = await Promise.all(assets.map(({ id }) => store.latest(id)));
  const earlier = latest.flatMap((one) =>
    one ? [{ id: one.id, observedAt: one.attestation.report.observedAt }] : [],
  );
  try {
    guard.check(report, begun, earlier);
  } catch (thrown) {
    const { code, message } = toAssayError(thrown);
    for (const { id } of assets) await store.withhold(id, { code, message });
    throw thrown;
  }
}
