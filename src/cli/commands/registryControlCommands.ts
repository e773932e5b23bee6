import { Command } from 'commander';
import { loadInTurn } from '../../core/loadInTurn.ts';
import type { ChallengeOptions } from '../issueChallenge.ts';
import { collect, parseWholeNumber } from '../parseOption.ts';
import type { ProveOptions } from '../proveControl.ts';
import type { Terminal } from '../terminal.ts';

/** `assay registry challenge` and `prove`: who controls the custody addresses. */
export function registryControlCommands(
  terminal: Terminal,
  end: (exitCode: number) => void,
): Command[] {
  const challenge = new Command('challenge')
    .description("Write a dated challenge for an asset's custodians to sign.")
    .argument('<asset>', 'id of the asset')
    .option('--registry <dir>', 'use this registry instead of the one shipped')
    .option('--bitcoin <url>', 'a Bitcoin source for a recent block (default: public)', collect, [])
    .option('--out <file>', 'write it to this file, which must not be there yet')
    .addHelpText('after', '\nExample:\n  assay registry challenge wbtc --out challenge.txt')
    .action(async (id: string, options: ChallengeOptions) => {
      const { issueChallenge } = await loadInTurn(() => import('../issueChallenge.ts'));
      end(await issueChallenge(id, options, terminal));
    });
  const prove = new Command('prove')
    .description('Check what custodians gave to show that the addresses are theirs.')
    .argument('<asset>', 'id of the asset')
    .argument('<file>', 'signed proofs, or published descriptors: JSON (see below)')
    .option('--registry <dir>', 'use this registry instead of the one shipped')
    .option('--challenge <file>', 'the challenge as it was issued: no other is taken')
    .option('--max-age <days>', 'how old a challenge may be', parseWholeNumber, 30)
    .option(
      '--bitcoin <url>',
      'check the block of the challenge with this source (repeatable)',
      collect,
      [],
    )
    .option('--record', "keep the file in the asset's evidence, if all of it holds")
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText(
      'after',
      `
Example:
  assay registry prove wbtc proofs.json --challenge challenge.txt --record

The file:
  { "schema": "assay.proofs/1", "message": "the challenge, to the letter",
    "proofs": [
      { "address": "bc1q…", "signature": "smp…" },
      { "address": "3…", "signatures": ["H…", "I…"], "script": "5221…" } ] }
or, for descriptors that the issuer or custodian published:
  { "schema": "assay.descriptors/1", "by": "who", "source": "https://…",
    "date": "2026-11-22",
    "descriptors": [
      { "descriptor": "wpkh(xpub…/0/*)#…", "from": 0, "to": 19 } ] }

With --bitcoin the chain must have the block that the challenge names, mined on
the day of the challenge, or nothing is proven. --record always checks it, with
public sources if none is named. Descriptors need no block.
Exit codes: 0 every address is proven, or every descriptor gives a custody
address, 1 not, 2 the sources could not tell, 3 bad input.`,
    )
    .action(async (id: string, file: string, options: ProveOptions) => {
      const { proveControl } = await loadInTurn(() => import('../proveControl.ts'));
      end(await proveControl(id, file, options, terminal));
    });
  return [challenge, prove];
}
