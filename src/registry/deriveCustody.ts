import { deriveScripts, scriptWeight } from '../control/deriveScripts.ts';
import { ControlError } from '../control/errors.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { ControlCode } from '../core/codes/controlCodes.ts';
import type { DescriptorFile } from './descriptorFile.ts';

/** More scripts are not derived for one asset: a step takes milliseconds. */
export const maxDerivedScripts = 10_000;

/** What became of one descriptor: the custody addresses among its scripts, or why it is refused. */
export type DerivedCustody =
  | {
      readonly result: 'derived';
      /** Custody addresses of the asset, in the order of the descriptor. */
      readonly listed: readonly string[];
      /** How many of its scripts the registry does not list. */
      readonly unlisted: number;
    }
  | { readonly result: 'refused'; readonly code: ControlCode; readonly reason: string };

/** What the scripts are held to. */
export interface DerivationSubject {
  readonly network: BitcoinNetwork;
  /** The asset's custody addresses by their scripts. */
  readonly custody: ReadonlyMap<string, string>;
}

/**
 * Derives the scripts of published descriptors, at most `limit` of them in all, and answers for each
 * descriptor which custody addresses it gives. What is refused is told without quoting it.
 */
export function deriveCustody(
  descriptors: DescriptorFile['descriptors'],
  { network, custody }: DerivationSubject,
  limit: number = maxDerivedScripts,
): readonly DerivedCustody[] {
  let left = limit;
  return descriptors.map(({ descriptor, from, to }): DerivedCustody => {
    if (to - from + 1 > left) return tooMany();
    try {
      const scripts = deriveScripts(descriptor, { from, to }, network);
      left -= scripts.length * scriptWeight(descriptor);
      if (left < 0) return tooMany();
      const listed = new Set(scripts.flatMap(({ script }) => custody.get(script) ?? []));
      const unlisted = scripts.filter(({ script }) => !custody.has(script)).length;
      return { result: 'derived', listed: [...listed], unlisted };
    } catch (thrown) {
      if (!(thrown instanceof ControlError)) throw thrown;
      return { result: 'refused', code: thrown.code, reason: thrown.message };
    }
  });
}

function tooMany(): DerivedCustody {
  return {
    result: 'refused',
    code: 'CONTROL_DESCRIPTOR_RANGE_INVALID',
    reason: `the descriptors of an asset may have ${maxDerivedScripts} scripts in all, and this one is past them`,
  };
}
