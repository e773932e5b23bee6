import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { describeSuiMethods } from '../../../../src/supply/sui/suiProto.ts';

/**
 * Field numbers are written out here as sui/rpc/v2 of MystenLabs/sui-apis has them (commit ba0beea3):
 * state_service.proto, ledger_service.proto, checkpoint.proto, checkpoint_summary.proto.
 */
const methods = describeSuiMethods();

function write(fill: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  fill(writer);
  return writer.finish();
}

function text(writer: BinaryWriter, number: number, value: string): void {
  writer.tag(number, WireType.LengthDelimited).string(value);
}

function uint64(writer: BinaryWriter, number: number, value: bigint): void {
  writer.tag(number, WireType.Varint).uint64(value);
}

function message(writer: BinaryWriter, number: number, fill: (inner: BinaryWriter) => void): void {
  writer.tag(number, WireType.LengthDelimited).bytes(write(fill));
}

describe('the gRPC interface of Sui', () => {
  it('is called by the names that it has', () => {
    expect(
      Object.values(methods).map(({ parent, name, input, output }) => [
        `${parent.typeName}/${name}`,
        input.typeName,
        output.typeName,
      ]),
    ).toEqual(
      [
        ['LedgerService', 'GetServiceInfo'],
        ['LedgerService', 'GetCheckpoint'],
        ['StateService', 'GetCoinInfo'],
      ].map(([service, name]) => [
        `sui.rpc.v2.${service}/${name}`,
        `sui.rpc.v2.${name}Request`,
        `sui.rpc.v2.${name}Response`,
      ]),
    );
  });

  it('tells of a coin, with fields among others that are passed over', () => {
    const bytes = write((answer) => {
      text(answer, 1, '0x2::sui::SUI');
      message(answer, 2, (metadata) => {
        text(metadata, 1, `0x${'9'.repeat(64)}`);
        metadata.tag(2, WireType.Varint).uint32(9);
        text(metadata, 3, 'Sui');
        text(metadata, 4, 'SUI');
        text(metadata, 5, 'a description');
        metadata.tag(8, WireType.Varint).uint32(2);
      });
      message(answer, 3, (treasury) => {
        text(treasury, 1, `0x${'8'.repeat(64)}`);
        uint64(treasury, 2, 2n ** 64n - 1n);
        treasury.tag(3, WireType.Varint).uint32(1);
      });
      message(answer, 4, (regulated) => regulated.tag(6, WireType.Varint).uint32(2));
    });
    expect(fromBinary(methods.getCoinInfo.output, bytes)).toMatchObject({
      coinType: '0x2::sui::SUI',
      metadata: { decimals: 9, symbol: 'SUI' },
      treasury: { totalSupply: 2n ** 64n - 1n },
    });
  });

  it('keeps 0 and what was not sent apart', () => {
    const none = write((answer) => {
      message(answer, 2, () => {});
      message(answer, 3, () => {});
    });
    const zero = write((answer) => {
      message(answer, 2, (metadata) => metadata.tag(2, WireType.Varint).uint32(0));
      message(answer, 3, (treasury) => uint64(treasury, 2, 0n));
    });
    const read = (bytes: Uint8Array) => fromBinary(methods.getCoinInfo.output, bytes);
    expect(read(none)).toMatchObject({ metadata: {}, treasury: {} });
    expect(read(none)).not.toHaveProperty('treasury.totalSupply');
    expect(read(none)).not.toHaveProperty('metadata.decimals');
    expect(read(zero)).toMatchObject({ metadata: { decimals: 0 }, treasury: { totalSupply: 0n } });
  });

  it('tells of a checkpoint and of the chain', () => {
    const checkpoint = write((answer) =>
      message(answer, 1, (inner) => {
        uint64(inner, 1, 2n ** 53n + 1n);
        text(inner, 2, 'digest');
        message(inner, 3, (summary) => {
          uint64(summary, 3, 900n);
          uint64(summary, 4, 2n ** 53n + 1n);
          message(summary, 9, (time) => {
            time.tag(1, WireType.Varint).int64(1_790_000_000n);
            time.tag(2, WireType.Varint).int32(250_000_000);
          });
        });
      }),
    );
    expect(fromBinary(methods.getCheckpoint.output, checkpoint)).toMatchObject({
      checkpoint: {
        sequenceNumber: 2n ** 53n + 1n,
        digest: 'digest',
        summary: { timestamp: { seconds: 1_790_000_000n, nanos: 250_000_000 } },
      },
    });
    const info = write((answer) => {
      text(answer, 1, 'chain id');
      text(answer, 2, 'mainnet');
      uint64(answer, 4, 5n);
    });
    expect(fromBinary(methods.getServiceInfo.output, info)).toMatchObject({ chainId: 'chain id' });
  });

  it('is asked in the fields that it reads', () => {
    const { getCheckpoint, getCoinInfo } = methods;
    const mask = { paths: ['digest', 'summary.timestamp'] };
    const checkpoint = { sequenceNumber: 7n, readMask: mask };
    expect(toBinary(getCheckpoint.input, create(getCheckpoint.input, checkpoint))).toEqual(
      write((request) => {
        uint64(request, 1, 7n);
        message(request, 3, (inner) => {
          for (const path of mask.paths) text(inner, 1, path);
        });
      }),
    );
    const coin = create(getCoinInfo.input, { coinType: '0x2::sui::SUI' });
    expect(toBinary(getCoinInfo.input, coin)).toEqual(
      write((request) => text(request, 1, '0x2::sui::SUI')),
    );
  });
});
