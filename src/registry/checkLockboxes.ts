import { accountKey, contractKey } from '../core/accountKey.ts';
import { jsonPointer } from '../core/jsonPointer.ts';
import type { Coverage } from './asset.ts';
import { createFinding, type Finding } from './finding.ts';
import { unknownLockbox } from './lockboxEntry.ts';
import { nearestWord } from './nearestWord.ts';
import { quoteText } from './printableText.ts';
import type { ReadableAsset } from './readableFiles.ts';

/**
 * A bridged deployment names its lockbox or says that it is unknown; a canonical one names one only
 * where part of it is such a copy, which leaves the coverage partial unless what is locked is excluded
 * from the liability; what is named is there; and no contract is a lockbox twice over.
 * `status` is null where the file breaks its schema.
 */
export function checkLockboxes(
  file: string,
  { deployments, lockboxes, liability }: ReadableAsset,
  status: Coverage['status'] | null,
): readonly Finding[] {
  const findings: Finding[] = [];
  const isExcluded = (key: string): boolean => {
    const { contract, locks } = lockboxes[key] ?? {};
    if (contract === undefined || locks === undefined) return false;
    const chain = locks.split('/')[0] ?? '';
    return liability.exclude.some(
      ({ token, holder }) =>
        token === locks &&
        holder !== undefined &&
        accountKey(chain, holder) === contractKey(contract),
    );
  };
  deployments.forEach(({ token, kind, lockbox }, index) => {
    const place = { file, pointer: `/deployments/${index}/lockbox` };
    const subject = quoteText(token ?? 'the deployment');
    if (lockbox === undefined) {
      if (kind !== 'bridged') return;
      const message = `${subject} is bridged and names no lockbox`;
      findings.push(createFinding('REGISTRY_LOCKBOX_MISSING', place, message));
    } else if (
      kind === 'canonical' &&
      (lockbox === unknownLockbox || (status === 'complete' && !isExcluded(lockbox)))
    ) {
      const message = `${subject} is canonical, and its lockbox is ${quoteText(lockbox)}`;
      findings.push(createFinding('REGISTRY_LOCKBOX_UNEXPECTED', place, message));
    } else if (lockbox !== unknownLockbox && !Object.hasOwn(lockboxes, lockbox)) {
      const meant = nearestWord(lockbox, Object.keys(lockboxes));
      const message = `there is no lockbox ${quoteText(lockbox)} in this file`;
      const fix = meant ? `Did you mean "${meant}"?` : 'Add it to `lockboxes`, or say "unknown".';
      findings.push(createFinding('REGISTRY_REFERENCE_UNKNOWN', place, message, fix));
    }
  });
  const tokens = new Set(deployments.map(({ token }) => token));
  for (const [key, { locks }] of Object.entries(lockboxes)) {
    if (locks === undefined || tokens.has(locks)) continue;
    const place = { file, pointer: jsonPointer(['lockboxes', key, 'locks']) };
    const message = `there is no deployment ${quoteText(locks)} in this file`;
    const fix = 'Name a deployment of this asset by its token, or leave it out.';
    findings.push(createFinding('REGISTRY_REFERENCE_UNKNOWN', place, message, fix));
  }
  return [...findings, ...checkSharedContracts(file, lockboxes)];
}

/**
 * One contract may keep several tokens, and is then a lockbox for each. Where an entry does not say
 * which it keeps, it may be the other one over again, and what is locked would stand against two copies.
 */
function checkSharedContracts(
  file: string,
  lockboxes: ReadableAsset['lockboxes'],
): readonly Finding[] {
  const entries = Object.entries(lockboxes);
  return entries.flatMap(([key, { contract, locks }]) => {
    if (contract === undefined || locks !== undefined) return [];
    const named = entries.find(
      ([, other]) =>
        other.locks && other.contract && contractKey(other.contract) === contractKey(contract),
    );
    if (named === undefined) return [];
    const place = { file, pointer: jsonPointer(['lockboxes', key, 'contract']) };
    const message = `${quoteText(contract)} is also the lockbox ${quoteText(named[0])}, and here it is not said what it locks`;
    const fix = 'Keep one of the entries, or say with `locks` which token each of them keeps.';
    return [createFinding('REGISTRY_DUPLICATE_CONTRACT', place, message, fix)];
  });
}
