import { type Challenge, parseChallenge } from '../control/challenge.ts';
import { gradeProof } from '../control/gradeProof.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import type { ControlEvidence } from './asset.ts';
import type { DateClaim } from './checkDates.ts';
import type { EvidenceCheck, EvidenceSubject, ReadEvidence } from './checkEvidence.ts';
import { deriveCustody, maxDerivedScripts } from './deriveCustody.ts';
import type { DescriptorFile } from './descriptorFile.ts';
import { createFinding, type Finding } from './finding.ts';
import { quoteText } from './printableText.ts';
import type { ProofEntry, ProofFile } from './proofFile.ts';
import { verifyProof } from './verifyProof.ts';

/** What one file shows about one address. */
interface Shown {
  readonly address: string;
  readonly time: number;
  readonly evidence: ControlEvidence;
}

interface FileCheck {
  readonly shown: readonly Shown[];
  readonly dates: readonly DateClaim[];
  readonly findings: readonly Finding[];
}

/**
 * What recorded evidence shows about the custody addresses of an asset. A proof is judged as of its
 * own challenge: which lists that names, and how old it is, is not asked here, so that what verifies
 * today verifies for ever. Whether its block is in the chain was asked when it was recorded.
 */
export function verifyEvidence(
  files: readonly ReadEvidence[],
  subject: EvidenceSubject,
): EvidenceCheck {
  const listed = new Set(subject.custody.values());
  let scriptsLeft = maxDerivedScripts;
  const checks = files.map(({ file, content }): FileCheck => {
    if (content.schema === 'assay.proofs/1') return checkProofs(file, content, subject, listed);
    const check = checkDescriptors(file, content, subject, scriptsLeft);
    scriptsLeft -= check.scripts;
    return check;
  });
  return {
    evidence: groupByAddress(checks.flatMap((check) => check.shown)),
    dates: checks.flatMap((check) => check.dates),
    findings: checks.flatMap((check) => check.findings),
  };
}

function checkProofs(
  file: string,
  { message, proofs }: ProofFile,
  subject: EvidenceSubject,
  listed: ReadonlySet<string>,
): FileCheck {
  const challenge = parseChallenge(message);
  const foreign = describeForeign(challenge, subject);
  if (!challenge || foreign) {
    const text = `CONTROL_CHALLENGE_FOREIGN: the signed message ${foreign}`;
    return { shown: [], dates: [], findings: [invalid(file, '/message', text)] };
  }
  const { date, bitcoinPoint, registryDigest } = challenge;
  const policy = { assetId: subject.assetId, registryDigest, now: date, maxAgeDays: 1 };
  const evidence: ControlEvidence = { grade: 'proven', file, date, bitcoinPoint };
  const seen = new Set<string>();
  const findings: Finding[] = [];
  const shown: Shown[] = [];
  proofs.forEach((proof, index) => {
    const place = `/proofs/${index}`;
    const fault = findListFault(proof, listed, seen);
    if (fault) findings.push(invalid(file, `${place}/address`, fault));
    const verification = verifyProof(proof, message, subject.network);
    const graded = gradeProof(verification, message, policy);
    if (graded.grade !== 'proven') {
      findings.push(invalid(file, place, `${graded.code}: ${graded.reason}`));
    } else if (!fault) {
      shown.push({ address: proof.address, time: date, evidence });
    }
  });
  const dates = [{ file, pointer: '/message', date: formatTime(date).slice(0, 10) }];
  return { shown, dates, findings };
}

function describeForeign(
  challenge: Challenge | undefined,
  { assetId, network }: EvidenceSubject,
): string | undefined {
  if (!challenge) return 'is not a challenge of assay';
  if (challenge.assetId !== assetId) return 'is a challenge for another asset';
  if (challenge.bitcoinPoint.chain === network.chain) return undefined;
  return 'is a challenge with a block of another chain';
}

/** Adds the address to those that were seen. */
function findListFault(
  { address }: ProofEntry,
  listed: ReadonlySet<string>,
  seen: Set<string>,
): string | undefined {
  if (seen.has(address)) return `the file has the address ${quoteText(address)} twice`;
  seen.add(address);
  if (listed.has(address)) return undefined;
  return `${quoteText(address)} is not a custody address of the asset`;
}

function checkDescriptors(
  file: string,
  { descriptors, source, date }: DescriptorFile,
  subject: EvidenceSubject,
  scriptsLeft: number,
): FileCheck & { readonly scripts: number } {
  const evidence: ControlEvidence = { grade: 'derived', file, source };
  const time = UnixTime(Math.max(0, Date.parse(`${date}T00:00:00Z`) / 1000));
  const addresses = new Set<string>();
  const findings: Finding[] = [];
  let scripts = 0;
  deriveCustody(descriptors, subject, scriptsLeft).forEach((derived, index) => {
    const place = `/descriptors/${index}`;
    if (derived.result === 'refused') {
      findings.push(invalid(file, place, `${derived.code}: ${derived.reason}`));
      return;
    }
    scripts += derived.listed.length + derived.unlisted;
    for (const address of derived.listed) addresses.add(address);
    if (derived.listed.length > 0) return;
    findings.push(invalid(file, place, 'the descriptor gives no custody address of the asset'));
  });
  const shown = [...addresses].map((address) => ({ address, time, evidence }));
  return { shown, dates: [{ file, pointer: '/date', date }], findings, scripts };
}

/** The newest first; of one day, in the order of the files. */
function groupByAddress(shown: readonly Shown[]): ReadonlyMap<string, readonly ControlEvidence[]> {
  const groups = Map.groupBy(shown, ({ address }) => address);
  return new Map(
    [...groups].map(([address, group]) => [
      address,
      group.toSorted((a, b) => b.time - a.time).map(({ evidence }) => evidence),
    ]),
  );
}

function invalid(file: string, pointer: string, message: string): Finding {
  return createFinding('REGISTRY_EVIDENCE_INVALID', { file, pointer }, message);
}
