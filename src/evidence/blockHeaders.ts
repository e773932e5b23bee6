import type { ReportPoint } from '../attest/report.ts';
import { sameBytes } from '../control/sameBytes.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { headerLength, parseBlockHeader, showHash } from './blockHeader.ts';
import { headersPerRecord } from './bundleRecord.ts';
import { badHeader } from './errors.ts';
import { createHeaderChain, type HeaderChain } from './headerChain.ts';
import { headerRules } from './headerRules.ts';
import {
  checkKnownHeaders,
  firstToCheck,
  type HeaderReader,
  requireHeader,
} from './headerStore.ts';

/** What was shown of the headers up to the audited block. */
export interface CheckedHeaders {
  /** The first height of the run that was checked; it ends at the audited block. */
  readonly from: number;
  /** Hashes that it takes on average to find the run. */
  readonly work: bigint;
  readonly unchecked: readonly string[];
}

/** The headers under the blocks of a bundle: from the bundle, or from a header store. */
export interface BlockHeaders {
  /** Takes the next headers of the bundle. */
  addRun(start: number, headers: Uint8Array): void;
  /** The Merkle root of a block; `header` is what the bundle has of it, beside a store. */
  rootAt(height: number, header: Uint8Array | undefined): Uint8Array;
  /**
   * Checks that the run ends in the audited block, after all blocks came.
   *
   * @throws AssayError EVIDENCE_HEADER_INVALID, HEADERS_MISSING
   */
  finish(): CheckedHeaders;
}

/** Headers that the bundle holds: a run without gaps which ends in the audited block. */
export function linkedHeaders(network: BitcoinNetwork, point: ReportPoint): BlockHeaders {
  const runs: Uint8Array[] = [];
  let first = 0;
  let chain: HeaderChain | undefined;
  return {
    addRun(start, headers) {
      if (!chain) {
        first = start;
        chain = createHeaderChain(headerRules(network), start, badHeader);
      }
      runs.push(headers);
      for (let at = 0; at < headers.length; at += headerLength) {
        chain.accept(headers.subarray(at, at + headerLength));
      }
    },
    rootAt(height) {
      const index = height - first;
      const run = runs[Math.floor(index / headersPerRecord)];
      const at = (index % headersPerRecord) * headerLength;
      const header = run?.subarray(at, at + headerLength);
      if (header?.length !== headerLength) throw badHeader(height, 'is not in the bundle');
      return parseBlockHeader(header).merkleRoot;
    },
    finish: () => endRun(chain, first, point),
  };
}

/** Headers that a store holds; the run that is checked has a whole period before the lowest block. */
export function storedHeaders(
  network: BitcoinNetwork,
  point: ReportPoint,
  headerAt: HeaderReader,
): BlockHeaders {
  let lowest = point.height;
  return {
    addRun(start) {
      throw badHeader(start, 'is in the bundle as well as in the header store');
    },
    rootAt(height, header) {
      lowest = Math.min(lowest, height);
      const stored = requireHeader(headerAt, height);
      if (!header || !sameBytes(header, stored)) {
        throw badHeader(height, 'is not the one that the header store has');
      }
      return parseBlockHeader(header).merkleRoot;
    },
    finish() {
      checkKnownHeaders(network, headerAt, point.height + 1, badHeader);
      const from = firstToCheck(lowest);
      const chain = createHeaderChain(headerRules(network), from, badHeader);
      for (let height = from; height <= point.height; height += 1) {
        chain.accept(requireHeader(headerAt, height));
      }
      return endRun(chain, from, point);
    },
  };
}

function endRun(chain: HeaderChain | undefined, from: number, point: ReportPoint): CheckedHeaders {
  const { height, hash, time } = point;
  const { tip } = chain ?? {};
  if (!chain || tip?.height !== height || showHash(tip.hash) !== hash) {
    throw badHeader(height, 'is not the one that the report names');
  }
  if (tip.time !== time) throw badHeader(height, `has the time ${tip.time}, not ${time}`);
  return { from, work: chain.work, unchecked: chain.unchecked };
}
