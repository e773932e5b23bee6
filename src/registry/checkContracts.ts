import { contractKey, tokenKey } from '../core/accountKey.ts';
import { AssayError } from '../core/assayError.ts';
import { jsonPointer } from '../core/jsonPointer.ts';
import { findDuplicates } from './findDuplicates.ts';
import { createFinding, type Finding, type Place } from './finding.ts';
import { parseContract } from './parseContract.ts';
import type { ReadableAsset } from './readableFiles.ts';

interface NamedContract extends Place {
  readonly text: string;
  /** What may stand there once only. */
  readonly key: string;
}

/** Every contract besides the deployments: in the one form of its chain, and no entry twice. */
export function checkContracts(file: string, asset: ReadableAsset): readonly Finding[] {
  const contracts = contractsOf(file, asset);
  const findings = contracts.flatMap((place) => {
    try {
      parseContract(place.text);
      return [];
    } catch (thrown) {
      if (!(thrown instanceof AssayError)) throw thrown;
      return [createFinding(thrown.code, place, thrown.message, thrown.fix)];
    }
  });
  return [...findings, ...findDuplicates('REGISTRY_DUPLICATE_CONTRACT', contracts)];
}

function contractsOf(file: string, asset: ReadableAsset): readonly NamedContract[] {
  const named: NamedContract[] = [];
  for (const [key, { contract, locks }] of Object.entries(asset.lockboxes)) {
    if (contract === undefined) continue;
    const pointer = jsonPointer(['lockboxes', key, 'contract']);
    // One contract may keep several tokens, and is then a lockbox for each.
    const kept = locks === undefined ? '' : tokenKey(locks);
    named.push({ file, pointer, text: contract, key: `lockbox ${contractKey(contract)} ${kept}` });
  }
  for (const list of ['feeds', 'control', 'discovery'] as const) {
    asset[list].forEach(({ contract }, index) => {
      if (contract === undefined) return;
      const pointer = `/${list}/${index}/contract`;
      named.push({ file, pointer, text: contract, key: `${list} ${contractKey(contract)}` });
    });
  }
  return named;
}
