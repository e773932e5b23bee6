import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { compactSize } from '../control/compactSize.ts';
import { canonicalJson } from '../core/canonicalJson.ts';
import { type BundleRecord, type RecordType, recordTypes } from './bundleRecord.ts';

/** The bytes of a record: its type, the length of its payload, its payload. */
export function encodeRecord(record: BundleRecord): Uint8Array {
  return framePayload(record.type, ...encodePayload(record));
}

/** A payload with its type and length before it. */
export function framePayload(type: RecordType, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concatBytes(Uint8Array.of(recordTypes[type]), uint32(length), ...parts);
}

function encodePayload(record: BundleRecord): readonly Uint8Array[] {
  switch (record.type) {
    case 'manifest':
      return [jsonBytes(record.manifest)];
    case 'registry':
      return [jsonBytes(record.registry)];
    case 'headers':
      return [uint32(record.start), record.headers];
    case 'block':
      return record.header ? [uint32(record.height), record.header] : [uint32(record.height)];
    case 'coinbase':
      return [compactSize(record.branch.length / 32), record.branch, record.transaction];
    case 'transaction':
      return [
        compactSize(record.branch.length / 32),
        uint32(record.position),
        record.branch,
        compactSize(record.outputs.length),
        ...record.outputs.map(compactSize),
        record.transaction,
      ];
    case 'supply':
      return [jsonBytes(record.proof)];
  }
}

function jsonBytes(value: unknown): Uint8Array {
  return utf8ToBytes(canonicalJson(value));
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
