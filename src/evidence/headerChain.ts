import { sameBytes } from '../control/sameBytes.ts';
import type { AssayError } from '../core/assayError.ts';
import { type BlockHeader, meetsTarget, parseBlockHeader, showHash } from './blockHeader.ts';
import { decodeTarget, formatBits, type Target, workOf } from './compactTarget.ts';
import { createHash256 } from './createHash256.ts';
import {
  easiestTarget,
  type HeaderRules,
  isDelayed,
  isWithinFour,
  latestTime,
  longestStepBack,
  periodLength,
  retarget,
} from './headerRules.ts';

const medianSpan = 11;

/** A header that was accepted. */
export interface AcceptedHeader {
  readonly height: number;
  /** In the byte order in which it is hashed. */
  readonly hash: Uint8Array;
  readonly time: number;
  /** Hashes that it takes on average to find one. */
  readonly work: bigint;
}

/** Accepts one header after the other, each on the last. */
export interface HeaderChain {
  /** Checks 80 bytes as the next header, by all rules that what came before allows to check. */
  accept(bytes: Uint8Array): AcceptedHeader;
  readonly tip: AcceptedHeader | undefined;
  /** The lowest block of the chain that the network is known by: it fixes the heights of all. */
  readonly anchor: number | undefined;
  /** Hashes that it takes on average to find all of the headers. */
  readonly work: bigint;
  /** In words: the rules that could not be checked since the chain begins in the middle. */
  readonly unchecked: readonly string[];
}

/** Makes the error for a header that breaks a rule. */
export type HeaderFault = (height: number, what: string) => AssayError;

/**
 * Checks a run of headers that begins at some height: links, proof of work, difficulty, that time passes
 * the median of the eleven blocks before and keeps about the network's pace, and that the blocks by which
 * the network is known are its. From genesis on every rule is exact. A run that begins in the middle is exact
 * from the second full period on; before that, the difficulty must be constant within a period and change by
 * no more than four times.
 */
export function createHeaderChain(
  rules: HeaderRules,
  start: number,
  fault: HeaderFault,
): HeaderChain {
  const knownHashes = new Map(rules.knownBlocks.map(({ height, hash }) => [height, hash]));
  const hash256 = createHash256();
  const unchecked: string[] = [];
  let tip: AcceptedHeader | undefined;
  let anchor: number | undefined;
  let work = 0n;
  let times: readonly number[] = [];
  let last: BlockHeader | undefined;
  /** The first header of the current period, once it is known. */
  let first: BlockHeader | undefined;
  /** The difficulty of the period where single blocks may be easier, once it is known. */
  let ruling: number | undefined;
  /** The easiest target, up to the next known block. */
  let known = { limit: 0n, until: -1 };
  let target: { readonly bits: number; readonly target: Target; readonly work: bigint } | undefined;

  function checkBits(height: number, { bits, time }: BlockHeader): void {
    const expected = expectBits(height, time);
    if (expected !== undefined && bits !== expected) {
      throw fault(height, `has the bits ${formatBits(bits)}, not ${formatBits(expected)}`);
    }
    if (expected !== undefined) return;
    if (last && height % periodLength === 0 && !rules.bip94) {
      if (!isWithinFour(last.bits, bits, rules.limitBits)) {
        throw fault(height, 'changes the difficulty by more than four times');
      }
      unchecked.push(
        `the change of difficulty at height ${height} is within the allowed four times; the exact figure depends on blocks before the run`,
      );
    } else if (height === start) {
      unchecked.push(`the difficulty at height ${height}, where the run begins, is taken as it is`);
    } else if (height % periodLength === 0) {
      unchecked.push(
        `the change of difficulty at height ${height} depends on blocks before the run`,
      );
    }
  }

  /** Undefined where it depends on blocks before the run. */
  function expectBits(height: number, time: number): number | undefined {
    if (!rules.retargets || height === 0) return rules.limitBits;
    if (!last) return undefined;
    if (height % periodLength === 0) {
      if (!first) return undefined;
      const { bits } = rules.bip94 ? first : last;
      return retarget({ firstTime: first.time, lastTime: last.time, bits }, rules.limitBits);
    }
    if (!rules.easesAfterDelay) return last.bits;
    return isDelayed(time, last.time) ? rules.limitBits : ruling;
  }

  function checkTime(height: number, { time }: BlockHeader): void {
    const isMedianKnown = start === 0 || times.length === medianSpan;
    const earlier = times.filter((one) => one < time).length;
    if (isMedianKnown && height > 0 && earlier < Math.floor(times.length / 2) + 1) {
      throw fault(height, 'is not later than the median of the blocks before it');
    }
    if (time > latestTime(rules, height)) {
      throw fault(height, 'is later than its height can be: ten minutes a block, and a year');
    }
    if (!rules.bip94 || !last || height % periodLength !== 0) return;
    if (time < last.time - longestStepBack) {
      throw fault(height, 'goes back in time by more than ten minutes at the start of a period');
    }
  }

  function targetOf(height: number, bits: number) {
    if (height > known.until) {
      const next = rules.knownBlocks.find((one) => one.height > height);
      known = { limit: easiestTarget(rules, height), until: (next?.height ?? Infinity) - 1 };
    }
    if (target?.bits !== bits) {
      const decoded = decodeTarget(bits);
      target = decoded ? { bits, target: decoded, work: workOf(decoded) } : undefined;
    }
    if (!target || target.target.value > known.limit) {
      throw fault(
        height,
        `has the bits ${formatBits(bits)}, which the network does not allow there`,
      );
    }
    return target;
  }

  function checkKnown(height: number, hash: Uint8Array): void {
    const expected = knownHashes.get(height);
    if (expected === undefined) return;
    if (showHash(hash) !== expected) {
      const which = height === 0 ? 'the first block' : `block ${height}`;
      throw fault(height, `is not ${which} of its network`);
    }
    anchor ??= height;
  }

  function accept(bytes: Uint8Array): AcceptedHeader {
    const height = tip ? tip.height + 1 : start;
    const header = parseBlockHeader(bytes);
    const hash = hash256(bytes);
    if (tip && !sameBytes(header.previousHash, tip.hash)) {
      throw fault(height, 'does not build on the header before it');
    }
    checkKnown(height, hash);
    const demanded = targetOf(height, header.bits);
    if (!meetsTarget(hash, demanded.target))
      throw fault(height, 'lacks the work that its bits demand');
    checkBits(height, header);
    checkTime(height, header);
    if (height % periodLength === 0) first = header;
    if (height % periodLength === 0 || header.bits !== rules.limitBits) ruling = header.bits;
    last = header;
    times = [...times.slice(1 - medianSpan), header.time];
    work += demanded.work;
    tip = { height, hash, time: header.time, work: demanded.work };
    return tip;
  }

  return {
    accept,
    get tip() {
      return tip;
    },
    get anchor() {
      return anchor;
    },
    get work() {
      return work;
    },
    unchecked,
  };
}
