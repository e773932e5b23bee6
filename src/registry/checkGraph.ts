import { jsonPointer } from '../core/jsonPointer.ts';
import { createFinding, type Finding } from './finding.ts';
import { quoteText } from './printableText.ts';
import type { ReadableAsset } from './readableFiles.ts';

/**
 * The backing graph of one file: a lockbox keeps tokens of its own chain, and what is locked leads
 * back to tokens that nothing in the file is locked for. One finding for each circle, at the first
 * deployment of it.
 */
export function checkGraph(file: string, asset: ReadableAsset): readonly Finding[] {
  return [...checkChains(file, asset), ...checkCycles(file, asset)];
}

function checkChains(file: string, { lockboxes }: ReadableAsset): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [key, { contract, locks }] of Object.entries(lockboxes)) {
    if (contract === undefined || locks === undefined) continue;
    const chain = locks.split('/')[0] ?? '';
    if (contract.startsWith(`${chain}:`)) continue;
    const place = { file, pointer: jsonPointer(['lockboxes', key, 'locks']) };
    const message = `the lockbox ${quoteText(contract)} is not on the chain of ${quoteText(locks)}`;
    findings.push(createFinding('REGISTRY_CHAIN_MISMATCH', place, message));
  }
  return findings;
}

function checkCycles(file: string, { deployments, lockboxes }: ReadableAsset): readonly Finding[] {
  const indices = new Map(deployments.map(({ token }, index) => [token, index]));
  /** The deployment whose tokens are locked for this one. */
  const next = (index: number): number | undefined => {
    const key = deployments[index]?.lockbox;
    if (key === undefined || !Object.hasOwn(lockboxes, key)) return undefined;
    const locks = lockboxes[key]?.locks;
    return locks === undefined ? undefined : indices.get(locks);
  };
  const seen = new Set<number>();
  const findings: Finding[] = [];
  deployments.forEach((_, start) => {
    const path: number[] = [];
    let at: number | undefined = start;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      path.push(at);
      at = next(at);
    }
    if (at === undefined || !path.includes(at)) return;
    const circle = path.slice(path.indexOf(at));
    const keys = circle.map((index) => quoteText(deployments[index]?.lockbox ?? ''));
    const place = { file, pointer: `/deployments/${Math.min(...circle)}/lockbox` };
    const message =
      keys.length === 1
        ? `the lockbox ${keys[0]} keeps the very token that is minted against it`
        : `the lockboxes ${keys.join(' and ')} lead back to where they began`;
    findings.push(createFinding('REGISTRY_GRAPH_CYCLE', place, message));
  });
  return findings;
}
