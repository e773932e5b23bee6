import { Command } from 'commander';
import { loadInTurn } from '../../core/loadInTurn.ts';
import { collect } from '../parseOption.ts';
import type { Terminal } from '../terminal.ts';
import type { VerifyOptions } from '../verifyDocument.ts';

/** `assay verify`: checks an attestation without asking anybody but the file itself. */
export function verifyCommand(terminal: Terminal, end: (exitCode: number) => void): Command {
  return new Command('verify')
    .description('Check an attestation: signature, report, verdict and expiry. Needs no network.')
    .argument('<file or URL>', 'the attestation, as `assay reconcile --sign --out` writes it')
    .option('--signer <address>', 'a signer that you trust; repeat for more', collect, [])
    .option('--evidence <file>', 'derive every figure again from this evidence bundle')
    .option('--headers <file>', 'a header store, for a bundle that leans on one')
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText(
      'after',
      `
Example:
  assay verify wbtc.json --signer 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 \\
    --evidence wbtc.evidence

A historic attestation (--at-height, --at-time) verifies as what held as of its
block; it is shown as HISTORIC, and says nothing about now.

Signers can also be named in ASSAY_SIGNERS, separated by commas.
Exit codes: 0 it verifies, 1 it does not, 3 bad input.`,
    )
    .action(async (place: string, options: VerifyOptions) => {
      const { verifyDocument } = await loadInTurn(() => import('../verifyDocument.ts'));
      end(await verifyDocument(place, options, terminal));
    });
}
