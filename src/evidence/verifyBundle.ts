import { checkReport } from '../attest/checkReport.ts';
import { momentOf } from '../attest/momentOf.ts';
import type { Report, ReportPoint } from '../attest/report.ts';
import { AssayError } from '../core/assayError.ts';
import { type BitcoinNetwork, bitcoinNetworks } from '../core/bitcoinNetwork.ts';
import { ChainId } from '../core/caip.ts';
import type { Digest } from '../core/canonicalJson.ts';
import { UnixTime } from '../core/unixTime.ts';
import { custodyAt } from '../registry/custodyAt.ts';
import {
  type BlockHeaders,
  type CheckedHeaders,
  linkedHeaders,
  storedHeaders,
} from './blockHeaders.ts';
import type { EndRecord, Manifest, RegistryRecord } from './bundleRecord.ts';
import { bundleSubject } from './bundleSubject.ts';
import { checkCoinbase } from './checkCoinbase.ts';
import { compareReserves, compareSubject } from './compareReport.ts';
import {
  describeNotProven,
  describeProved,
  type EvidenceFindings,
  type HeightProof,
} from './describeEvidence.ts';
import { describeSaid } from './describeSaid.ts';
import { malformed, missingHeader, otherFigures } from './errors.ts';
import type { HeaderReader } from './headerStore.ts';
import { createOutputTally, type OutputTally } from './outputTally.ts';
import { type BundleLimits, readBundle } from './readBundle.ts';
import { createSupplyTally, type ShownSupply } from './supplyTally.ts';

/** What a verifier brings along. */
export interface EvidenceOptions extends BundleLimits {
  /** The digest that the bundle must have; without it, the one that the report names, if it does. */
  readonly digest?: Digest | undefined;
  /** A header store, for bundles that do not hold the headers. */
  readonly headerAt?: HeaderReader | undefined;
}

/** What a bundle showed about its report. */
export interface BundleVerification {
  readonly digest: Digest;
  /** Bytes of the uncompressed bundle. */
  readonly length: number;
  /** The audited Bitcoin block. */
  readonly point: ReportPoint;
  readonly outputs: number;
  readonly transactions: number;
  readonly blocks: number;
  /** Satoshis of the outputs. */
  readonly sats: bigint;
  /** The run of headers that was checked up to the audited block, and hashes that it takes to find. */
  readonly headers: { readonly from: number; readonly work: bigint };
  /** What shows the height of the audited block; null where it is said by the attester alone. */
  readonly heightBy: HeightProof | null;
  /** Per deployment of the report. */
  readonly supply: readonly ShownSupply[];
  /** Figures of the liability formula: nothing proves them, each rests on the operators that it names. */
  readonly unproven: { readonly excluded: number; readonly rates: number };
  /** In words: what follows from the bundle alone, and what does not. */
  readonly proved: readonly string[];
  readonly notProven: readonly string[];
  /** In words: of what the report says, that for which there is nothing but its attester's word. */
  readonly said: readonly string[];
}

/**
 * Derives every figure of a report again from its evidence bundle alone, offline: registry → custody
 * scripts; transaction → txid → Merkle branch → header → proof of work → the audited block; storage
 * proof → state root → block hash; sums → verdict. Whether the report is signed is for
 * `verifyAttestation`.
 *
 * @param file the bytes of the bundle's file
 * @throws AssayError EVIDENCE_*, HEADERS_MISSING, ATTESTATION_STATEMENT_MISMATCH where the report
 * contradicts itself
 */
export async function verifyBundle(
  file: AsyncIterable<Uint8Array>,
  report: Report,
  options: EvidenceOptions = {},
): Promise<BundleVerification> {
  checkReport(report);
  const { point } = report.reserves;
  if (!point) throw otherFigures('reserves.point', 'names no block, so that nothing can be shown');
  const expected = options.digest ?? report.evidence?.digest;
  const { manifest, tally, headers, isHeightTold, supply, end } = await readEvidence(
    file,
    report,
    point,
    options,
  );
  if (expected !== undefined && end.digest !== expected) {
    throw new AssayError('EVIDENCE_DIGEST_MISMATCH', {
      message: `the evidence bundle has the digest ${end.digest}, not ${expected}`,
    });
  }
  const run = headers.finish();
  compareMoment(report, run);
  const heightBy = isHeightTold ? 'coinbase' : run.heightsBy;
  const { onlySums, unknown } = compareReserves(report, tally.byAddress);
  let sats = 0n;
  for (const one of tally.byAddress.values()) sats += one.sats;
  const findings: EvidenceFindings = {
    manifest,
    report,
    point,
    sats,
    headers: run,
    heightBy,
    supply,
    onlySums,
    unknown,
    isNamed: expected !== undefined,
  };
  const { outputs, transactions, blocks } = manifest;
  return {
    digest: end.digest,
    length: end.length,
    point,
    outputs,
    transactions,
    blocks,
    sats,
    headers: { from: run.from, work: run.work },
    heightBy,
    supply,
    unproven: {
      excluded: report.supply.liability?.excluded.length ?? 0,
      rates: report.supply.liability?.rates.length ?? 0,
    },
    proved: describeProved(findings),
    notProven: describeNotProven(findings),
    said: describeSaid(findings),
  };
}

interface ReadEvidence {
  readonly manifest: Manifest;
  readonly tally: OutputTally;
  readonly headers: BlockHeaders;
  /** Whether the coinbase of the audited block has its height. */
  readonly isHeightTold: boolean;
  readonly supply: readonly ShownSupply[];
  readonly end: EndRecord;
}

/** Goes through the records, whose order the reader holds: each is checked when it comes. */
async function readEvidence(
  file: AsyncIterable<Uint8Array>,
  report: Report,
  point: ReportPoint,
  options: EvidenceOptions,
): Promise<ReadEvidence> {
  const registry: RegistryRecord[] = [];
  const supply = createSupplyTally(report);
  let manifest: Manifest | undefined;
  let headers: BlockHeaders | undefined;
  let tally: OutputTally | undefined;
  let isHeightTold = false;
  for await (const record of readBundle(file, options)) {
    if (record.type === 'manifest') {
      ({ manifest } = record);
      checkManifest(manifest, report, point);
      headers = openHeaders(manifest, point, options);
      continue;
    }
    if (record.type === 'registry') {
      registry.push(record.registry);
      continue;
    }
    if (!tally) {
      tally = openTally(registry, report, point);
      // The files may be large, and are of no more use.
      registry.length = 0;
    }
    switch (record.type) {
      case 'headers':
        headers?.addRun(record.start, record.headers);
        break;
      case 'coinbase':
        if (headers) {
          const root = headers.rootAt(point.height, undefined);
          checkCoinbase(record, root, point.height, findNetwork(point));
          isHeightTold = true;
        }
        break;
      case 'block':
        if (headers) tally.beginBlock(record.height, headers.rootAt(record.height, record.header));
        break;
      case 'transaction':
        tally.add(record);
        break;
      case 'supply':
        await supply.add(record.proof);
        break;
      case 'end':
        if (!manifest || !headers) throw malformed('has no manifest');
        return { manifest, tally, headers, isHeightTold, supply: supply.list(), end: record };
    }
  }
  throw malformed('has no end');
}

function checkManifest(manifest: Manifest, report: Report, point: ReportPoint): void {
  const { chain, height, hash, time } = manifest.bitcoinPoint;
  const isSame =
    chain === point.chain && height === point.height && hash === point.hash && time === point.time;
  if (!isSame) throw otherFigures('reserves.point', 'is not the block of the evidence');
  const { moment } = report.reserves;
  if (
    manifest.moment?.fromHeight !== moment?.fromHeight ||
    manifest.moment?.toHeight !== moment?.toHeight
  ) {
    throw otherFigures('reserves.moment', 'is not told by the blocks that the evidence shows');
  }
  const assets = report.pool?.assets ?? [report.asset.id];
  if (manifest.assets.join() !== assets.join()) {
    throw otherFigures('asset', 'is not that of the evidence');
  }
}

function openHeaders(
  manifest: Manifest,
  point: ReportPoint,
  { headerAt }: EvidenceOptions,
): BlockHeaders {
  const network = findNetwork(point);
  if (manifest.headers === 'linked') return linkedHeaders(network, point, manifest.moment);
  if (!headerAt) throw missingHeader(point.height);
  return storedHeaders(network, point, manifest.moment, headerAt);
}

/** Skews and ages follow from it in the report's own check. */
function compareMoment({ reserves }: Report, { moment }: CheckedHeaders): void {
  if (moment?.time === reserves.moment?.time) return;
  throw otherFigures('reserves.moment', 'is not the median of the times of the blocks around it');
}

function openTally(
  registry: readonly RegistryRecord[],
  report: Report,
  point: ReportPoint,
): OutputTally {
  const subject = bundleSubject(registry, report.asset.id);
  const time = UnixTime(momentOf(report)?.time ?? point.time);
  const custody = custodyAt(subject, time);
  compareSubject(report, subject, custody, {
    chain: ChainId(point.chain),
    height: point.height,
    time,
  });
  return createOutputTally(custody);
}

function findNetwork({ chain }: ReportPoint): BitcoinNetwork {
  const network = bitcoinNetworks.find((one) => one.chain === chain);
  if (!network) throw otherFigures('reserves.point', 'is on no Bitcoin network that assay knows');
  return network;
}
