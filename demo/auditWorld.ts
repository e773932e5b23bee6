import { type VerifiedAttestation, verifyAttestation } from '../src/attest/verifyAttestation.ts';
import { attestAssets } from '../src/audit/attestAssets.ts';
import type { ClockGuard } from '../src/audit/clockGuard.ts';
import { closeSources, openBitcoinSources, openSupplySources } from '../src/cli/openSources.ts';
import { type BundleVerification, verifyBundle } from '../src/evidence/verifyBundle.ts';
import type { loadAccount } from '../src/keys/loadAccount.ts';
import type { Asset, Registry } from '../src/registry/asset.ts';
import type { AttestationStore } from '../src/store/attestationStore.ts';
import type { EvidenceStore } from '../src/store/evidenceStore.ts';
import { type BookFigures, compareWithBook } from './compareWithBook.ts';
import type { Endpoints } from './openEndpoints.ts';
import type { World } from './world.ts';

/** What auditing takes besides the world. */
export interface Auditor {
  readonly registry: Registry;
  readonly endpoints: Endpoints;
  readonly account: Awaited<ReturnType<typeof loadAccount>>;
  readonly store: AttestationStore;
  /** Where evidence is kept; left out where none is wanted. */
  readonly evidence?: EvidenceStore;
  readonly guard: ClockGuard;
  readonly signal: AbortSignal;
  /** How many operators must agree; undefined for what the registry asks for. */
  readonly quorum?: number | undefined;
  /** Whether to audit what backs the bridged copies, too. */
  readonly graph?: boolean | undefined;
}

/** One asset audited; `verified` comes from the JSON text of what was signed. */
export interface AuditResult {
  readonly asset: Asset;
  readonly verified: VerifiedAttestation;
  /** What the evidence proved, read back from its file; null where there is none. */
  readonly evidence: BundleVerification | null;
  readonly book: BookFigures;
}

/**
 * Audits every asset of the registry as the service does it, one after the other: a report is signed
 * and stored, and verified again from its JSON text with nothing but the signer's address.
 *
 * @throws Error where a figure is not what the demo's own books say
 */
export async function auditWorld(world: World, auditor: Auditor): Promise<AuditResult[]> {
  const results: AuditResult[] = [];
  for (const asset of auditor.registry.assets.values()) {
    const verified = await auditOne(asset, auditor);
    const evidence = await verifyEvidence(verified, auditor);
    const book = compareWithBook(verified.report, world.asset(asset.id));
    results.push({ asset, verified, evidence, book });
  }
  return results;
}

async function auditOne(asset: Asset, auditor: Auditor): Promise<VerifiedAttestation> {
  const { endpoints, account, store, evidence, guard, signal, quorum, graph = false } = auditor;
  const bitcoin = openBitcoinSources(endpoints.bitcoin, asset.network);
  const supply = openSupplySources(
    endpoints.rpc,
    asset.deployments.map(({ chain }) => chain),
  );
  try {
    const dependencies = { bitcoin, supply, guard, account, store, ...(evidence && { evidence }) };
    const options = { graph, ...(quorum === undefined ? {} : { quorum }) };
    const [stored] = await attestAssets(asset, [asset], options, dependencies, { signal });
    const text = JSON.stringify(stored?.attestation);
    return await verifyAttestation(text, { signers: [account.address], now: guard.now() });
  } finally {
    await closeSources([...bitcoin, ...supply]);
  }
}

/** Derives the figures again from the bundle that was kept, as a stranger would. */
async function verifyEvidence(
  { report }: VerifiedAttestation,
  { evidence }: Auditor,
): Promise<BundleVerification | null> {
  if (!evidence || report.evidence === null) return null;
  const bundle = await evidence.open(report.evidence.digest);
  if (!bundle) throw new Error(`the evidence of ${report.asset.id} was not kept`);
  return verifyBundle(bundle.stream, report);
}
