import { headerLength } from './blockHeader.ts';
import { type BundleRecord, headersPerRecord, type Manifest, recordTypes } from './bundleRecord.ts';
import { malformed } from './errors.ts';

/** Holds the records of a bundle to their order and to what its manifest announces. */
export interface BundleOrder {
  /** @throws AssayError EVIDENCE_MALFORMED */
  accept(record: BundleRecord): void;
  /** @throws AssayError EVIDENCE_MALFORMED where something announced did not come */
  end(): void;
}

/** What may stand before a record of each type. */
const allowedBefore: Readonly<Record<BundleRecord['type'], readonly string[]>> = {
  manifest: ['start'],
  registry: ['manifest', 'registry'],
  headers: ['registry', 'headers'],
  coinbase: ['headers'],
  block: ['registry', 'headers', 'coinbase', 'transaction'],
  transaction: ['block', 'transaction'],
  supply: ['registry', 'headers', 'coinbase', 'transaction', 'supply'],
};

/** Begins before the first record. */
export function createBundleOrder(): BundleOrder {
  const seen = { registry: 0, block: 0, transaction: 0, supply: 0, outputs: 0 };
  let manifest: Manifest | undefined;
  let before: string = 'start';
  /** The heights of the run of headers: from the first to before the last. */
  let run: { from: number; to: number; isShort: boolean } | undefined;
  let height = -1;
  let position = -1;

  function acceptRegistry(id: string): void {
    if (manifest?.assets[seen.registry] !== id) {
      throw malformed('has registry records that are not of the announced assets');
    }
    seen.registry += 1;
  }

  function acceptHeaders(start: number, bytes: Uint8Array): void {
    const headers = bytes.length / headerLength;
    if (manifest?.headers !== 'linked' && !manifest?.moment) {
      throw malformed('has headers where it announces none');
    }
    if (run && (run.isShort || start !== run.to)) throw malformed('has a gap between its headers');
    if (headers > headersPerRecord) throw malformed('has a record of too many headers');
    run = {
      from: run?.from ?? start,
      to: start + headers,
      isShort: headers < headersPerRecord,
    };
  }

  function acceptBlock(record: BundleRecord & { readonly type: 'block' }): void {
    const isLinked = manifest?.headers === 'linked';
    if ((record.header === undefined) !== isLinked) {
      throw malformed('has a block with its header in the wrong place');
    }
    if (record.height <= height) throw malformed('has blocks out of order');
    if (height < 0 && isLinked && run?.from !== firstHeader(record.height)) {
      throw malformed('has headers that do not begin at its first block');
    }
    height = record.height;
    position = -1;
    if (height > (manifest?.bitcoinPoint.height ?? 0)) {
      throw malformed('has a block above the audited one');
    }
    seen.block += 1;
  }

  function acceptTransaction(at: number, outputs: number): void {
    if (at <= position) throw malformed('has transactions out of order');
    position = at;
    seen.transaction += 1;
    seen.outputs += outputs;
  }

  return {
    accept(record) {
      if (!allowedBefore[record.type].includes(before)) {
        throw malformed(`has a ${record.type} record out of order`);
      }
      if (before === 'registry' && record.type !== 'registry') requireRegistry();
      before = record.type;
      switch (record.type) {
        case 'manifest':
          ({ manifest } = record);
          break;
        case 'registry':
          return acceptRegistry(record.registry.id);
        case 'headers':
          return acceptHeaders(record.start, record.headers);
        case 'coinbase':
          // A reader's store fixes the heights.
          if (manifest?.headers !== 'linked') throw malformed('has a coinbase of no use');
          return;
        case 'block':
          return acceptBlock(record);
        case 'transaction':
          return acceptTransaction(record.position, record.outputs.length);
        case 'supply':
          seen.supply += 1;
      }
    },
    end() {
      if (!manifest || before === 'manifest' || before === 'block') {
        throw malformed('ends where more has to come');
      }
      requireRegistry();
      const announced =
        manifest.blocks === seen.block &&
        manifest.transactions === seen.transaction &&
        manifest.outputs === seen.outputs &&
        manifest.proofs === seen.supply;
      if (!announced) throw malformed('does not hold what it announces');
      const { bitcoinPoint, moment, headers } = manifest;
      if (headers === 'store' && !moment) return;
      const last = moment?.toHeight ?? bitcoinPoint.height;
      if (run?.to !== last + 1) throw malformed('has headers that do not end where they should');
      const isForMoment = headers === 'store' || seen.block === 0;
      if (isForMoment && run.from !== firstHeader(bitcoinPoint.height)) {
        throw malformed('has headers of no use');
      }
    },
  };

  /** Where the headers begin that lead from a block on, and those of the moment. */
  function firstHeader(block: number): number {
    return Math.min(block, manifest?.moment?.fromHeight ?? block);
  }

  function requireRegistry(): void {
    if (seen.registry !== manifest?.assets.length) {
      throw malformed('lacks the registry records of announced assets');
    }
  }
}

/** The type of a record by its byte, or undefined. */
export function findRecordType(byte: number): keyof typeof recordTypes | undefined {
  return typesByByte.get(byte);
}

const typesByByte: ReadonlyMap<number, keyof typeof recordTypes> = new Map([
  [recordTypes.manifest, 'manifest'],
  [recordTypes.registry, 'registry'],
  [recordTypes.headers, 'headers'],
  [recordTypes.block, 'block'],
  [recordTypes.transaction, 'transaction'],
  [recordTypes.supply, 'supply'],
  [recordTypes.end, 'end'],
  [recordTypes.coinbase, 'coinbase'],
]);
