import { accountKey, contractKey, tokenKey } from '../core/accountKey.ts';
import { AssayError } from '../core/assayError.ts';
import { findDuplicates } from './findDuplicates.ts';
import { createFinding, type Finding } from './finding.ts';
import { parseContract } from './parseContract.ts';
import { quoteText } from './printableText.ts';
import type { ReadableAsset } from './readableFiles.ts';

interface Place {
  readonly file: string;
  readonly pointer: string;
}

/**
 * The liability formula: what is excluded is of a deployment that is counted, once, at a holder that
 * can be on its chain; no lockbox is excluded whose copies are not counted; and each rate has its feed.
 */
export function checkLiability(file: string, asset: ReadableAsset): readonly Finding[] {
  return [
    ...checkExclusions(file, asset),
    ...findDuplicates('REGISTRY_DUPLICATE_CONTRACT', exclusionsOf(file, asset)),
    ...checkRates(file, asset),
    ...findDuplicates('REGISTRY_DUPLICATE_DEPLOYMENT', ratesOf(file, asset)),
  ];
}

function checkExclusions(file: string, asset: ReadableAsset): readonly Finding[] {
  const findings: Finding[] = [];
  asset.liability.exclude.forEach(({ token, holder, reason }, index) => {
    const pointer = `/liability/exclude/${index}`;
    if (token === undefined) return;
    const named = { file, pointer: `${pointer}/token` };
    findings.push(...checkCounted(named, asset, token, 'nothing can be excluded of it'));
    if (holder === undefined) return;
    const place = { file, pointer: `${pointer}/holder` };
    const contract = `${chainOf(token)}:${holder}`;
    findings.push(...checkHolder(place, contract));
    findings.push(...checkLocked(place, asset, { token, contract, reason }));
  });
  return findings;
}

function checkCounted(
  place: Place,
  asset: ReadableAsset,
  token: string,
  consequence: string,
): readonly Finding[] {
  const deployment = asset.deployments.find((one) => one.token === token);
  if (deployment?.kind === 'canonical') return [];
  const what = deployment ? 'is bridged, and so not counted' : 'is no deployment in this file';
  const message = `${quoteText(token)} ${what}: ${consequence}`;
  const fix = 'Name a canonical deployment of this asset by its token.';
  return [createFinding('REGISTRY_REFERENCE_UNKNOWN', place, message, fix)];
}

function checkHolder(place: Place, contract: string): readonly Finding[] {
  try {
    parseContract(contract);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    const fix = 'Copy the holder again as its chain writes it, without the chain.';
    return [createFinding(thrown.code, place, thrown.message, fix)];
  }
}

/** Without this rule, excluding the lockbox of copies that nobody counts would hide what is owed. */
function checkLocked(
  place: Place,
  asset: ReadableAsset,
  { token, contract, reason }: { token: string; contract: string; reason: string | undefined },
): readonly Finding[] {
  const keys = Object.entries(asset.lockboxes)
    .filter(
      ([, lockbox]) =>
        isSameContract(lockbox.contract, contract) && (lockbox.locks ?? token) === token,
    )
    .map(([key]) => key);
  if (keys.length === 0 && reason !== 'lockbox') return [];
  const copies = asset.deployments.filter(({ lockbox }) => keys.includes(lockbox ?? ''));
  if (copies.length > 0 && copies.every(({ kind }) => kind === 'canonical')) return [];
  const message =
    keys.length === 0
      ? `${quoteText(contract)} is excluded as a lockbox, and is none in this file`
      : `what the lockbox ${quoteText(contract)} backs is not all counted: its tokens are still owed`;
  return [createFinding('REGISTRY_EXCLUSION_INVALID', place, message)];
}

function checkRates(file: string, asset: ReadableAsset): readonly Finding[] {
  const findings: Finding[] = [];
  asset.liability.rates.forEach(({ tokens, feed }, index) => {
    const pointer = `/liability/rates/${index}`;
    tokens.forEach((token, at) => {
      if (token === undefined) return;
      const place = { file, pointer: `${pointer}/tokens/${at}` };
      findings.push(...checkCounted(place, asset, token, 'no rate is for it'));
    });
    if (feed === undefined) return;
    const place = { file, pointer: `${pointer}/feed` };
    const entry = asset.feeds.find(({ contract }) => contract === feed);
    if (entry?.kind !== 'chainlink-exchange-rate') {
      const what = entry ? `is of kind ${quoteText(entry.kind ?? '')}` : 'is not in this file';
      const fix = 'Name the contract of an entry of `feeds` of kind chainlink-exchange-rate.';
      const message = `the feed ${quoteText(feed)} ${what}`;
      findings.push(createFinding('REGISTRY_REFERENCE_UNKNOWN', place, message, fix));
    }
  });
  return findings;
}

function exclusionsOf(file: string, { liability }: ReadableAsset) {
  return liability.exclude.flatMap(({ token, holder }, index) => {
    if (token === undefined || holder === undefined) return [];
    const text = `${chainOf(token)}:${holder}`;
    const key = `${tokenKey(token)} ${accountKey(chainOf(token), holder)}`;
    return [{ file, pointer: `/liability/exclude/${index}/holder`, text, key }];
  });
}

function ratesOf(file: string, { liability }: ReadableAsset) {
  return liability.rates.flatMap(({ tokens }, index) =>
    tokens.flatMap((token, at) =>
      token === undefined
        ? []
        : [
            {
              file,
              pointer: `/liability/rates/${index}/tokens/${at}`,
              text: token,
              key: tokenKey(token),
            },
          ],
    ),
  );
}

function isSameContract(one: string | undefined, other: string): boolean {
  return one !== undefined && contractKey(one) === contractKey(other);
}

function chainOf(token: string): string {
  return token.split('/')[0] ?? '';
}
