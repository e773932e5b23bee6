import { expect, it } from 'vitest';
import { refuseFutureBlocks, refuseFuturePoints } from '../../../src/audit/refuseFuture.ts';
import type { BitcoinSource } from '../../../src/bitcoin/bitcoinSource.ts';
import { ChainId } from '../../../src/core/caip.ts';
import type { ChainPoint } from '../../../src/core/chainPoint.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { LatestSupplySource } from '../../../src/supply/latestSupplySource.ts';
import type { SupplySource } from '../../../src/supply/supplySource.ts';
import { expectCode } from '../../support/expectCode.ts';

const now = UnixTime(1_800_000_000);
const clock = () => now;
const chain = ChainId('eip155:1');
const source = { id: 'https://one.example', operator: 'one', kind: 'test' };
const never = async (): Promise<never> => {
  throw new Error('not asked');
};

function pointAt(secondsAhead: number): ChainPoint {
  const hash = `0x${'ab'.repeat(32)}`;
  return { chain, height: 7, hash, time: UnixTime(now + secondsAhead) };
}

function bitcoinAt(ahead: number): BitcoinSource {
  const read = async () => pointAt(ahead);
  return {
    source,
    readTip: read,
    readPoint: read,
    readReserves: never,
    readHeaders: never,
    close: async () => {},
  };
}

function supplyAt(ahead: number): SupplySource {
  const read = async () => pointAt(ahead);
  const rest = { chain, finality: 'finalized', close: async () => {} };
  return { ...rest, source, findPoint: read, readPoint: read, readSupplies: never };
}

function latestAt(from: number, to: number): LatestSupplySource {
  const points = { from: pointAt(from), to: pointAt(to) };
  return {
    ...{ reach: 'latest', chain, finality: 'finalized', source },
    readLatest: async () => ({ source, ...points, tokens: [] }),
    holdings: { readLatestHoldings: async () => ({ ...points, holdings: [] }) },
    close: async () => {},
  };
}

function readAll(ahead: number): (() => Promise<unknown>)[] {
  const bitcoin = refuseFutureBlocks(bitcoinAt(ahead), clock);
  const supply = refuseFuturePoints(supplyAt(ahead), clock);
  const latest = [latestAt(ahead, 0), latestAt(0, ahead)].map((one) =>
    refuseFuturePoints(one, clock),
  );
  return [
    () => bitcoin.readTip(),
    () => bitcoin.readPoint(7),
    ...('findPoint' in supply ? [() => supply.findPoint({ kind: 'finalized' })] : []),
    ...('findPoint' in supply ? [() => supply.readPoint(7)] : []),
    ...latest.flatMap((one) =>
      'readLatest' in one
        ? [() => one.readLatest([]), async () => one.holdings?.readLatestHoldings([])]
        : [],
    ),
  ];
}

it('refuses a block more than two hours ahead of the clock, of any kind of chain', async () => {
  const reads = readAll(7201);
  expect(reads).toHaveLength(8);
  for (const read of reads) {
    const error = await expectCode(read, 'SOURCE_BLOCK_FUTURE');
    expect(error.message).toContain("120 minutes ahead of this machine's clock");
  }
});

it('takes one that is two hours ahead, as Bitcoin does', async () => {
  for (const read of readAll(7200)) await read();
});
