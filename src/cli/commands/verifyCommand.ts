import { Command } from 'commander';
import { isAddress } from 'viem';
import { parseAttestation } from '../../attest/parseAttestation.ts';
import { verifyAttestation } from '../../attest/verifyAttestation.ts';
import { AssayError } from '../../core/assayError.ts';
import { formatTime, type UnixTime } from '../../core/unixTime.ts';
import { formatReport } from '../output/formatReport.ts';
import { createStyle } from '../output/style.ts';
import { collect } from '../parseOption.ts';
import { readDocument } from '../readDocument.ts';
import type { Terminal } from '../terminal.ts';

interface VerifyOptions {
  readonly signer: readonly string[];
  readonly json?: boolean;
}

/** `assay verify`: checks an attestation without asking anybody but the file itself. */
export function verifyCommand(terminal: Terminal, end: (exitCode: number) => void): Command {
  return new Command('verify')
    .description('Check an attestation: signature, report, verdict and expiry. Needs no network.')
    .argument('<file or URL>', 'the attestation, as `assay reconcile --sign --out` writes it')
    .option('--signer <address>', 'a signer that you trust; repeat for more', collect, [])
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText(
      'after',
      `
Example:
  assay verify wbtc.json --signer 0x70997970C51812dc3A010C7d01b50e0d17dc79C8

Signers can also be named in ASSAY_SIGNERS, separated by commas.
Exit codes: 0 it verifies, 1 it does not, 3 bad input.`,
    )
    .action(async (place: string, options: VerifyOptions) => {
      end(await verify(place, options, terminal));
    });
}

async function verify(place: string, options: VerifyOptions, terminal: Terminal): Promise<number> {
  const signers = [...options.signer, ...terminal.environment.signers].map(checkSigner);
  const attestation = parseAttestation(await readDocument(place, terminal.signal));
  const verified = await verifyAttestation(attestation, { signers, now: terminal.clock() });
  if (options.json) {
    const { id, signer, report } = verified;
    const { verdict, validUntil, asset } = report;
    const document = { verified: true, id, signer, asset: asset.id, verdict, validUntil };
    terminal.writeOut(`${JSON.stringify(document, null, 2)}\n`);
    return 0;
  }
  const style = createStyle(terminal.colors);
  terminal.writeOut(
    [
      formatReport(verified.report, terminal.clock(), style),
      '',
      `  ${style.bold('It verifies.')} Signed by ${verified.signer},`,
      `  valid until ${formatTime(verified.report.validUntil as UnixTime)}.`,
      '',
    ].join('\n'),
  );
  return 0;
}

function checkSigner(signer: string): `0x${string}` {
  if (isAddress(signer)) return signer;
  throw new AssayError('USAGE_INVALID', {
    message: `--signer ${JSON.stringify(signer.slice(0, 60))} is not an address with a valid checksum`,
    fix: 'Give 0x and 40 hex digits, as the signer publishes it.',
  });
}
