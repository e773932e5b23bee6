import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { loadInTurn } from '../core/loadInTurn.ts';
import type { ControlEvidence } from './asset.ts';
import type { DateClaim } from './checkDates.ts';
import { maxDescriptors } from './descriptorFile.ts';
import { EvidenceFile, evidenceSchemaOf } from './evidenceFile.ts';
import { createFinding, type Finding } from './finding.ts';
import { maxProofs } from './proofFile.ts';
import { schemaFindings } from './schemaFindings.ts';

/** What evidence must be about to count. */
export interface EvidenceSubject {
  readonly assetId: string;
  readonly network: BitcoinNetwork;
  /** The asset's custody addresses by their scripts. */
  readonly custody: ReadonlyMap<string, string>;
}

/** Evidence that follows its schema. */
export interface ReadEvidence {
  /** Below the registry's directory. */
  readonly file: string;
  readonly content: EvidenceFile;
}

export interface EvidenceCheck {
  /** What is shown about each address, the newest first. */
  readonly evidence: ReadonlyMap<string, readonly ControlEvidence[]>;
  readonly dates: readonly DateClaim[];
  readonly findings: readonly Finding[];
}

/**
 * Every rule that the evidence of an asset must keep; `files` is its JSON by name. Signatures are
 * verified and scripts derived, offline. Without a subject (the asset's own files do not tell) only
 * the form is checked.
 */
export async function checkEvidence(
  id: string,
  files: ReadonlyMap<string, unknown>,
  subject: EvidenceSubject | null,
): Promise<EvidenceCheck> {
  if (files.size === 0) return { evidence: new Map(), dates: [], findings: [] };
  const findings: Finding[][] = [];
  const read: ReadEvidence[] = [];
  for (const [name, value] of files) {
    const file = `${id}/evidence/${name}`;
    const faults = formFindings(file, value);
    findings.push([...faults]);
    if (faults.length === 0) read.push({ file, content: EvidenceFile.parse(value) });
  }
  if (subject === null) return { evidence: new Map(), dates: [], findings: findings.flat() };
  // Loaded only where there is something to verify: it is heavy.
  const { verifyEvidence } = await loadInTurn(() => import('./verifyEvidence.ts'));
  const verified = verifyEvidence(read, subject);
  return { ...verified, findings: [...findings.flat(), ...verified.findings] };
}

function formFindings(file: string, value: unknown): readonly Finding[] {
  const schema = evidenceSchemaOf(value);
  if (!schema) return [invalidForm(file, '/schema', 'the schema is none that evidence has')];
  const tooMany = refuseTooMany(file, value);
  if (tooMany) return [tooMany];
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return schemaFindings(file, schema, value, parsed.error).map((finding) => ({
    ...finding,
    code: 'REGISTRY_EVIDENCE_INVALID',
  }));
}

/** Before the schema, which would make a finding of each of any number of entries. */
function refuseTooMany(file: string, value: unknown): Finding | null {
  const counted = [
    ['proofs', maxProofs],
    ['descriptors', maxDescriptors],
  ] as const;
  for (const [key, most] of counted) {
    const list = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
    if (!Array.isArray(list) || list.length <= most) continue;
    return invalidForm(
      file,
      `/${key}`,
      `there are ${list.length} ${key}; at most ${most} are read`,
    );
  }
  return null;
}

function invalidForm(file: string, pointer: string, message: string): Finding {
  return createFinding('REGISTRY_EVIDENCE_INVALID', { file, pointer }, message);
}
