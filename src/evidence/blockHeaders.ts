import type { ReportPoint } from '../attest/report.ts';
import { sameBytes } from '../control/sameBytes.ts';
import { type BitcoinMoment, medianMoment } from '../core/bitcoinMoment.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { headerLength, parseBlockHeader, showHash } from './blockHeader.ts';
import { headersPerRecord, type Manifest } from './bundleRecord.ts';
import { badHeader, malformed } from './errors.ts';
import { type AcceptedHeader, createHeaderChain, type HeaderChain } from './headerChain.ts';
import { headerRules } from './headerRules.ts';
import {
  checkKnownHeaders,
  firstToCheck,
  type HeaderReader,
  requireHeader,
} from './headerStore.ts';

/** What was shown of the headers up to the audited block, and around it. */
export interface CheckedHeaders {
  /** The first height of the run that was checked, and the last: the audited block or one above it. */
  readonly from: number;
  readonly to: number;
  /** When the audited block was mined; null where the bundle does not show it. */
  readonly moment: BitcoinMoment | null;
  /** Hashes that it takes on average to find the run. */
  readonly work: bigint;
  readonly unchecked: readonly string[];
  /** What fixes the heights: a block that the network is known by, the reader's store, or nothing. */
  readonly heightsBy: 'known-block' | 'header-store' | null;
}

/** The headers under the blocks of a bundle: from the bundle, or from a header store. */
export interface BlockHeaders {
  /** Takes the next headers of the bundle. */
  addRun(start: number, headers: Uint8Array): void;
  /** The Merkle root of a block; `header` is what the bundle has of it, beside a store. */
  rootAt(height: number, header: Uint8Array | undefined): Uint8Array;
  /**
   * Checks that the run leads to the audited block, after all blocks came.
   *
   * @throws AssayError EVIDENCE_HEADER_INVALID, HEADERS_MISSING
   */
  finish(): CheckedHeaders;
}

/** The blocks whose times tell when the audited one was mined, where a bundle shows them. */
export type MomentSpan = Manifest['moment'];

/**
 * Headers that the bundle holds: a run without gaps which ends in the audited block, or in the last of
 * those that tell its moment.
 */
export function linkedHeaders(
  network: BitcoinNetwork,
  point: ReportPoint,
  span: MomentSpan,
): BlockHeaders {
  const runs: Uint8Array[] = [];
  const around = watchPoint(point, span);
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
        around.see(chain.accept(headers.subarray(at, at + headerLength)));
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
    finish: () => {
      const heightsBy = chain?.anchor === undefined ? null : 'known-block';
      return endRun(chain, first, around.finish(), heightsBy);
    },
  };
}

/**
 * Headers that a store holds; the run that is checked has a whole period before the lowest block. Those
 * that tell the moment are in the bundle: the store may end at the audited block.
 */
export function storedHeaders(
  network: BitcoinNetwork,
  point: ReportPoint,
  span: MomentSpan,
  headerAt: HeaderReader,
): BlockHeaders {
  let lowest = point.height;
  let moment: BitcoinMoment | null = null;
  return {
    addRun(start, headers) {
      const chain = createHeaderChain(headerRules(network), start, badHeader);
      const around = watchPoint(point, span);
      for (let at = 0; at < headers.length; at += headerLength) {
        around.see(chain.accept(headers.subarray(at, at + headerLength)));
      }
      moment = around.finish();
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
      const own = watchPoint(point, undefined);
      for (let height = from; height <= point.height; height += 1) {
        own.see(chain.accept(requireHeader(headerAt, height)));
      }
      own.finish();
      return endRun(chain, from, moment, 'header-store');
    },
  };
}

/** Looks out for the audited block among headers that come one by one, and for those around it. */
function watchPoint({ height, hash, time }: ReportPoint, span: MomentSpan) {
  const times: number[] = [];
  let own: AcceptedHeader | undefined;
  return {
    see(header: AcceptedHeader): void {
      if (header.height === height) own = header;
      if (span && header.height >= span.fromHeight && header.height <= span.toHeight) {
        times.push(header.time);
      }
    },
    /** The moment, where it is shown. */
    finish(): BitcoinMoment | null {
      if (!own || showHash(own.hash) !== hash) {
        throw badHeader(height, 'is not the one that the report names');
      }
      if (own.time !== time) throw badHeader(height, `has the time ${own.time}, not ${time}`);
      return span ? medianMoment(span.fromHeight, times) : null;
    },
  };
}

function endRun(
  chain: HeaderChain | undefined,
  from: number,
  moment: BitcoinMoment | null,
  heightsBy: CheckedHeaders['heightsBy'],
): CheckedHeaders {
  if (!chain?.tip) throw malformed('has no headers');
  const { tip, work, unchecked } = chain;
  return { from, to: tip.height, work, unchecked, moment, heightsBy };
}
