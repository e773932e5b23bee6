import {
  create,
  createFileRegistry,
  type DescMethod,
  type DescMethodUnary,
} from '@bufbuild/protobuf';
import {
  FieldMaskSchema,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  TimestampSchema,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import { AssayError } from '../../core/assayError.ts';

/** Number and type of a field; a type that is no scalar is a message's whole name. */
type Field = readonly [number: number, type: 'string' | 'uint32' | 'uint64' | `.${string}`];

const folder = 'sui.rpc.v2';
const mask = `.${FieldMaskSchema.typeName}` as const;
const time = `.${TimestampSchema.typeName}` as const;

/** The messages of Sui's gRPC interface with the fields that a supply takes; others are passed over. */
const messages: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  // ledger_service.proto
  GetServiceInfoRequest: {},
  GetServiceInfoResponse: { chain_id: [1, 'string'] },
  GetCheckpointRequest: { sequence_number: [1, 'uint64'], read_mask: [3, mask] },
  GetCheckpointResponse: { checkpoint: [1, `.${folder}.Checkpoint`] },
  // checkpoint.proto
  Checkpoint: {
    sequence_number: [1, 'uint64'],
    digest: [2, 'string'],
    summary: [3, `.${folder}.CheckpointSummary`],
  },
  // checkpoint_summary.proto
  CheckpointSummary: { timestamp: [9, time] },
  // state_service.proto
  GetCoinInfoRequest: { coin_type: [1, 'string'] },
  GetCoinInfoResponse: {
    coin_type: [1, 'string'],
    metadata: [2, `.${folder}.CoinMetadata`],
    treasury: [3, `.${folder}.CoinTreasury`],
  },
  CoinMetadata: { decimals: [2, 'uint32'], symbol: [4, 'string'] },
  CoinTreasury: { total_supply: [2, 'uint64'] },
};

/** Each method takes a message named after it with `Request`, and answers one with `Response`. */
const services: Readonly<Record<string, readonly string[]>> = {
  LedgerService: ['GetServiceInfo', 'GetCheckpoint'],
  StateService: ['GetCoinInfo'],
};

const scalars: Readonly<Record<string, Type>> = {
  string: Type.STRING,
  uint32: Type.UINT32,
  uint64: Type.UINT64,
};

/** The calls by which a supply is read. */
export interface SuiMethods {
  readonly getServiceInfo: DescMethodUnary;
  readonly getCheckpoint: DescMethodUnary;
  readonly getCoinInfo: DescMethodUnary;
}

/**
 * Describes the calls for a gRPC client or server. All numbers of 64 bits are bigints, and a field that
 * was not sent is undefined, never 0.
 *
 * @see https://github.com/MystenLabs/sui-apis/tree/ba0beea331aa58c3a92712f3b6c05c4d9ba86fe6/proto/sui/rpc/v2
 */
export function describeSuiMethods(): SuiMethods {
  const file = create(FileDescriptorProtoSchema, {
    name: 'sui/rpc/v2/supply.proto',
    package: folder,
    syntax: 'proto3',
    dependency: [FieldMaskSchema.file.proto.name, TimestampSchema.file.proto.name],
    messageType: Object.entries(messages).map(([name, fields]) => ({
      name,
      field: Object.entries(fields).map(describeField),
    })),
    service: Object.entries(services).map(([name, methods]) => ({
      name,
      method: methods.map((method) => ({
        name: method,
        inputType: `.${folder}.${method}Request`,
        outputType: `.${folder}.${method}Response`,
      })),
    })),
  });
  const known = [FieldMaskSchema.file, TimestampSchema.file];
  const registry = createFileRegistry(file, (name) => known.find((one) => one.proto.name === name));

  function find(service: string, name: string): DescMethodUnary {
    const method = registry.getService(`${folder}.${service}`)?.method[name];
    if (!method || !isUnary(method)) throw new AssayError('INTERNAL_ERROR');
    return method;
  }

  return {
    getServiceInfo: find('LedgerService', 'getServiceInfo'),
    getCheckpoint: find('LedgerService', 'getCheckpoint'),
    getCoinInfo: find('StateService', 'getCoinInfo'),
  };
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === 'unary';
}

function describeField([name, [number, type]]: readonly [string, Field]) {
  const scalar = scalars[type];
  return {
    name,
    number,
    label: Label.OPTIONAL,
    ...(scalar === undefined ? { type: Type.MESSAGE, typeName: type } : { type: scalar }),
    // Without it, what was not sent would be read as 0.
    ...(scalar === undefined ? {} : { proto3Optional: true }),
  };
}
