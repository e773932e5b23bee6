import { isAddress } from 'viem';
import { isHistoric } from '../attest/isHistoric.ts';
import { parseAttestation } from '../attest/parseAttestation.ts';
import type { Report } from '../attest/report.ts';
import { type VerifiedMoment, verifyAsOf } from '../attest/verifyAsOf.ts';
import { type VerifiedAttestation, verifyAttestation } from '../attest/verifyAttestation.ts';
import { AssayError } from '../core/assayError.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import { type BundleVerification, verifyBundle } from '../evidence/verifyBundle.ts';
import { readEvidenceFile } from './evidenceFile.ts';
import { openHeaderFile } from './headerFile.ts';
import { formatEvidence } from './output/formatEvidence.ts';
import { formatReport } from './output/formatReport.ts';
import { jsonText } from './output/jsonText.ts';
import { printable } from './output/printable.ts';
import { createStyle } from './output/style.ts';
import { readDocument } from './readDocument.ts';
import type { Terminal } from './terminal.ts';

export interface VerifyOptions {
  readonly signer: readonly string[];
  readonly evidence?: string;
  readonly headers?: string;
  readonly json?: boolean;
}

/**
 * Verifies the attestation at a place, shows what it says, and answers the exit code. A historic one
 * verifies as what it is: a statement about its own block.
 */
export async function verifyDocument(
  place: string,
  options: VerifyOptions,
  terminal: Terminal,
): Promise<number> {
  const signers = [...options.signer, ...terminal.environment.signers].map(checkSigner);
  const attestation = parseAttestation(await readDocument(place));
  const policy = { signers, now: terminal.clock() };
  const verified = isHistoric(attestation.report)
    ? await verifyAsOf(attestation, policy)
    : await verifyAttestation(attestation, policy);
  const { report } = verified;
  const evidence = await verifyEvidence(report, options);
  if (options.json) {
    const document = {
      ...describeVerified(verified),
      ...(evidence && { evidence: describeVerification(evidence) }),
    };
    terminal.writeOut(jsonText(document));
    return 0;
  }
  const style = createStyle(terminal.colors);
  const until = formatTime(UnixTime(report.validUntil));
  terminal.writeOut(
    [
      formatReport(printable(report), terminal.clock(), style),
      '',
      `  ${style.bold('It verifies.')} Signed by ${verified.signer},`,
      isHistoric(report)
        ? `  ${until}, about that block alone: not valid for any time since.`
        : `  valid until ${until}.`,
      '',
      ...(evidence ? [formatEvidence(printable(evidence), style), ''] : []),
    ].join('\n'),
  );
  return 0;
}

/** What a program reads. A historic answer has no `verdict`, so that none takes it for one of now. */
function describeVerified(verified: VerifiedAttestation | VerifiedMoment) {
  const { id, signer, report } = verified;
  const base = { verified: true, historic: 'asOf' in verified, id, signer, asset: report.asset.id };
  if (!('asOf' in verified)) {
    return { ...base, verdict: verified.verdict, validUntil: report.validUntil };
  }
  const { verdictThen, asOf, observedAt } = verified;
  return { ...base, verdictThen, asOf, observedAt, validUntil: report.validUntil };
}

/** @throws AssayError EVIDENCE_*, HEADERS_MISSING, FILE_UNREADABLE */
async function verifyEvidence(
  report: Report,
  { evidence, headers }: VerifyOptions,
): Promise<BundleVerification | undefined> {
  if (evidence === undefined) return undefined;
  const store = headers === undefined ? undefined : openHeaderFile(headers);
  try {
    return await verifyBundle(readEvidenceFile(evidence), report, { headerAt: store?.headerAt });
  } finally {
    store?.close();
  }
}

/** As JSON: amounts as decimal strings. */
function describeVerification({ sats, headers, ...rest }: BundleVerification) {
  const { from, work } = headers;
  return { ...rest, sats: sats.toString(), headers: { from, work: work.toString() } };
}

function checkSigner(signer: string): `0x${string}` {
  if (isAddress(signer)) return signer;
  throw new AssayError('USAGE_INVALID', {
    message: `--signer ${JSON.stringify(signer.slice(0, 60))} is not an address with a valid checksum`,
    fix: 'Give 0x and 40 hex digits, as the signer publishes it.',
  });
}
