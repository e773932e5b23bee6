import { isAddress } from 'viem';
import { parseAttestation } from '../attest/parseAttestation.ts';
import type { Report } from '../attest/report.ts';
import { verifyAttestation } from '../attest/verifyAttestation.ts';
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

/** Verifies the attestation at a place, shows what it says, and answers the exit code. */
export async function verifyDocument(
  place: string,
  options: VerifyOptions,
  terminal: Terminal,
): Promise<number> {
  const signers = [...options.signer, ...terminal.environment.signers].map(checkSigner);
  const attestation = parseAttestation(await readDocument(place, terminal.signal));
  const verified = await verifyAttestation(attestation, { signers, now: terminal.clock() });
  const evidence = await verifyEvidence(verified.report, options);
  if (options.json) {
    const { id, signer, report } = verified;
    const { verdict, validUntil, asset } = report;
    const document = {
      ...{ verified: true, id, signer, asset: asset.id, verdict, validUntil },
      ...(evidence && { evidence: describeVerification(evidence) }),
    };
    terminal.writeOut(jsonText(document));
    return 0;
  }
  const style = createStyle(terminal.colors);
  terminal.writeOut(
    [
      formatReport(printable(verified.report), terminal.clock(), style),
      '',
      `  ${style.bold('It verifies.')} Signed by ${verified.signer},`,
      `  valid until ${formatTime(UnixTime(verified.report.validUntil))}.`,
      '',
      ...(evidence ? [formatEvidence(printable(evidence), style), ''] : []),
    ].join('\n'),
  );
  return 0;
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
