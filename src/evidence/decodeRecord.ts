import type { z } from 'zod';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import { describeJsonFault, readJsonBytes } from '../core/readJson.ts';
import { type JsonBounds, valuesWithin } from '../core/scanJson.ts';
import { registryBounds } from '../registry/registryBounds.ts';
import { headerLength } from './blockHeader.ts';
import {
  type BundleRecord,
  Manifest,
  type RecordType,
  RegistryRecord,
  type TransactionRecord,
} from './bundleRecord.ts';
import { ByteReader } from './byteReader.ts';
import { malformed } from './errors.ts';
import { SupplyProof } from './evmSupplyProof.ts';

type JsonType = 'manifest' | 'registry' | 'supply';

/** What is read of a record in JSON of so many bytes; a registry record has whole registry files. */
const jsonBounds: Readonly<Record<JsonType, (length: number) => JsonBounds>> = {
  manifest: (length) => ({ length, depth: 8, values: 1000, members: 100, string: 1000 }),
  registry: (length) => ({
    ...registryBounds,
    values: Math.min(valuesWithin(length), registryBounds.values),
  }),
  supply: (length) => ({ length, depth: 8, values: 10_000, members: 100, string: 1_000_000 }),
};

/**
 * Reads the payload of a record.
 *
 * @throws AssayError EVIDENCE_MALFORMED
 */
export function decodeRecord(type: Exclude<RecordType, 'end'>, payload: Uint8Array): BundleRecord {
  switch (type) {
    case 'manifest':
      return { type, manifest: parseJson(type, payload, Manifest) };
    case 'registry':
      return { type, registry: parseJson(type, payload, RegistryRecord) };
    case 'supply':
      return { type, proof: parseJson(type, payload, SupplyProof) };
    default:
      return decodeBytes(type, payload);
  }
}

function decodeBytes(
  type: 'headers' | 'coinbase' | 'block' | 'transaction',
  payload: Uint8Array,
): BundleRecord {
  try {
    if (type === 'transaction') return decodeTransaction(payload);
    const reader = new ByteReader(payload);
    if (type === 'coinbase') {
      const branch = reader.take(reader.readCompactSize() * 32);
      return { type, branch, transaction: reader.take(reader.left) };
    }
    const height = reader.readUint32();
    const rest = reader.take(reader.left);
    if (type === 'headers') {
      if (rest.length === 0 || rest.length % headerLength !== 0) {
        throw new RangeError('does not hold whole headers');
      }
      return { type, start: height, headers: rest };
    }
    if (rest.length === 0) return { type, height };
    if (rest.length !== headerLength) throw new RangeError('does not hold a header');
    return { type, height, header: rest };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw malformed(`has a ${type} record that ${cause.message}`, cause);
  }
}

function decodeTransaction(payload: Uint8Array): TransactionRecord {
  const reader = new ByteReader(payload);
  const levels = reader.readCompactSize();
  const position = reader.readUint32();
  const branch = reader.take(levels * 32);
  const count = reader.readCompactSize();
  if (count === 0 || count > reader.left) throw new RangeError('names no outputs');
  const outputs: number[] = [];
  let before = -1;
  for (let index = 0; index < count; index += 1) {
    const output = reader.readCompactSize();
    if (output <= before) throw new RangeError('names an output twice or out of order');
    outputs.push(output);
    before = output;
  }
  const transaction = reader.take(reader.left);
  return { type: 'transaction', position, branch, outputs, transaction };
}

function parseJson<Schema extends z.ZodType>(
  type: JsonType,
  payload: Uint8Array,
  schema: Schema,
): z.output<Schema> {
  const reading = readJsonBytes(payload, jsonBounds[type](payload.length));
  if (!reading.ok) {
    throw malformed(
      `has a ${type} record that is not the JSON of one: ${describeJsonFault(reading.fault)}`,
    );
  }
  const parsed = parseToFirstFault(schema, reading.value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.issue;
  const pointer = `/${path.map(String).join('/')}`.slice(0, 120);
  throw malformed(`has a ${type} record that is wrong at ${pointer}: ${message.slice(0, 200)}`);
}
