import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { headerLength, showHash } from './blockHeader.ts';
import { createHash256 } from './createHash256.ts';
import { badStore, missingHeader } from './errors.ts';
import { type AcceptedHeader, createHeaderChain, type HeaderFault } from './headerChain.ts';
import { headerRules, periodLength } from './headerRules.ts';

/**
 * Reads one header of a store by its height: 80 bytes, or undefined where there is none. A store is a
 * file of all headers from genesis on, 80 bytes each with nothing between them, so that the header of
 * height h begins at byte 80 × h.
 */
export type HeaderReader = (height: number) => Uint8Array | undefined;

/** A store of headers that is being filled. */
export interface HeaderStore {
  /** How many headers it holds: one more than the height of the last. */
  readonly count: number;
  /** Undefined while it is empty. */
  readonly tip: AcceptedHeader | undefined;
  /**
   * Checks a run of whole headers that continues the store. They count as stored from then on: the
   * caller writes the same bytes at 80 × the count before.
   *
   * @throws AssayError HEADERS_INVALID; the store is of no use after that, open it again
   */
  append(run: Uint8Array): void;
}

/**
 * Opens a store that has `count` headers, 0 for a new one. The last two periods are read and checked
 * again, so that all rules hold exactly for what is appended; the earlier ones were checked when they
 * were. To follow a chain that was reorganised, open it with a smaller count.
 *
 * @throws AssayError HEADERS_MISSING, HEADERS_INVALID
 */
export function openHeaderStore(
  network: BitcoinNetwork,
  headerAt: HeaderReader,
  count: number,
): HeaderStore {
  checkKnownHeaders(network, headerAt, count, badStore);
  const from = firstToCheck(count);
  const chain = createHeaderChain(headerRules(network), from, badStore);
  for (let height = from; height < count; height += 1) {
    chain.accept(requireHeader(headerAt, height));
  }
  return {
    get count() {
      return chain.tip === undefined ? 0 : chain.tip.height + 1;
    },
    get tip() {
      return chain.tip;
    },
    append(run) {
      const height = chain.tip === undefined ? 0 : chain.tip.height + 1;
      if (run.length % headerLength !== 0)
        throw badStore(height, 'is followed by part of a header');
      for (let at = 0; at < run.length; at += headerLength) {
        chain.accept(run.subarray(at, at + headerLength));
      }
    },
  };
}

/**
 * Checks that a store has the blocks by which the network is known, as far as it goes.
 *
 * @throws what `fault` makes, AssayError HEADERS_MISSING
 */
export function checkKnownHeaders(
  { name, knownBlocks }: BitcoinNetwork,
  headerAt: HeaderReader,
  count: number,
  fault: HeaderFault,
): void {
  const hash256 = createHash256();
  for (const { height, hash } of knownBlocks) {
    if (height >= count) return;
    if (showHash(hash256(requireHeader(headerAt, height))) !== hash) {
      throw fault(height, `is not that of ${name}: the store is of another chain`);
    }
  }
}

/** Checks a whole store from genesis on, by every rule.
 *
 * @throws AssayError HEADERS_MISSING, HEADERS_INVALID
 */
export function checkHeaderStore(
  network: BitcoinNetwork,
  headerAt: HeaderReader,
  count: number,
): { readonly tip: AcceptedHeader | undefined; readonly work: bigint } {
  const chain = createHeaderChain(headerRules(network), 0, badStore);
  for (let height = 0; height < count; height += 1) {
    chain.accept(requireHeader(headerAt, height));
  }
  return { tip: chain.tip, work: chain.work };
}

/** Where to begin so that every rule is exact from this height on: a full period before its own. */
export function firstToCheck(height: number): number {
  return Math.max(0, Math.floor(height / periodLength) - 1) * periodLength;
}

/** @throws AssayError HEADERS_MISSING */
export function requireHeader(headerAt: HeaderReader, height: number): Uint8Array {
  const header = headerAt(height);
  if (header?.length !== headerLength) throw missingHeader(height);
  return header;
}
