import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerRequest } from '../../../demo/frontRpc.ts';
import type { Report } from '../../../src/attest/report.ts';
import type { EsploraServerOptions } from '../../support/esploraServer.ts';
import { type FaultWorld, openFaultWorld } from '../../support/faultWorld.ts';
import { expectConsistent } from '../demo/expectConsistent.ts';

let open: FaultWorld;
let addresses: readonly [string, string, string];
beforeAll(async () => {
  open = await openFaultWorld();
  const [first = '', second = '', third = ''] = open.demo.addresses;
  addresses = [first, second, third];
});
afterAll(() => open?.[Symbol.asyncDispose]());

/** What happens when the first of the sources begins to scan; all of them wait for it. */
function whenScanned(act: () => Promise<unknown>): {
  readonly core: AnswerRequest;
  readonly esplora: { readonly intercept: NonNullable<EsploraServerOptions['intercept']> };
} {
  let acting: Promise<unknown> | undefined;
  const actOnce = (): Promise<unknown> => {
    acting ??= act();
    return acting;
  };
  return {
    core: async (calls, pass) => {
      if (calls.some(({ method }) => method === 'scantxoutset')) await actOnce();
      return pass();
    },
    esplora: {
      intercept: async (path) => {
        if (path.startsWith('/address/')) await actOnce();
        return undefined;
      },
    },
  };
}

/** Three operators who must all agree, while something happens. */
function auditWhile(act: () => Promise<unknown>): Promise<Report> {
  const { core, esplora } = whenScanned(act);
  return open.audit(
    [
      { name: 'a', core },
      { name: 'b', core },
      { name: 'c', esplora },
    ],
    {
      quorum: 3,
    },
  );
}

async function expectBacked(report: Report): Promise<void> {
  expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
  expect(report.reserves.agreement).toEqual({ operators: 3, of: 3 });
  expect(report.reserves.disputes).toEqual([]);
  await expectConsistent(report, open.world);
}

const nothing = async (): Promise<void> => undefined;

// First: the block that pays the reward must be the only one to hold a transaction of its own.
describe('a block reward', () => {
  it('to a custody address counts as soon as it has six confirmations', async () => {
    const { world, demo } = open;
    await world.mineTo(demo, addresses[1]);
    const { height } = await world.devnet.readBitcoinTip();
    await world.advance(4);
    const before = await auditWhile(nothing);
    await expectBacked(before);
    expect(before.reserves.point?.height).toBe(height - 1);
    await world.advance(1);
    const after = await auditWhile(nothing);
    await expectBacked(after);
    expect(after.reserves.point?.height).toBe(height);
    expect(BigInt(after.reserves.sats ?? 0) - BigInt(before.reserves.sats ?? 0)).toBe(
      2_500_000_000n,
    );
  });
});

describe('dust', () => {
  it('counts to the satoshi', async () => {
    const { world, demo } = open;
    const dust = [1n, 294n, 330n, 546n];
    await demo.receive(dust.map((sats) => ({ address: addresses[1], sats })));
    await world.advance(5);
    const before = await auditWhile(nothing);
    await world.advance(1);
    const after = await auditWhile(nothing);
    await expectBacked(after);
    expect(BigInt(after.reserves.sats ?? 0) - BigInt(before.reserves.sats ?? 0)).toBe(1171n);
    expect((after.reserves.utxos ?? 0) - (before.reserves.utxos ?? 0)).toBe(dust.length);
  });
});

describe('coins that move while they are scanned', () => {
  it('are where they were at the audited block, though a sweep takes all of them away', async () => {
    const { world, demo } = open;
    const { height } = await world.devnet.readBitcoinTip();
    const report = await auditWhile(async () => {
      // The reward cannot be spent yet, and is not among them.
      await demo.sweep([addresses[0], addresses[2]], [addresses[1]]);
      await world.advance(1);
    });
    await expectBacked(report);
    expect(report.reserves.point?.height).toBe(height - 5);
    const [first, second, third] = addresses.map((address) =>
      report.reserves.addresses.find((one) => one.address === address),
    );
    expect([first?.sats, third?.sats]).toEqual(['200000000', '200000000']);
    expect(first?.utxos).toBe(3);
    // The fee of the sweep shows where the window ends.
    expect(report.window?.reserves).toEqual({
      lowestSats: demo.book.reservesAt(height + 1).toString(),
      highestSats: demo.book.reservesAt(height).toString(),
    });

    await world.advance(5);
    const later = await auditWhile(nothing);
    await expectBacked(later);
    const swept = new Map(later.reserves.addresses.map((one) => [one.address, one.sats]));
    expect([swept.get(addresses[0]), swept.get(addresses[2])]).toEqual(['0', '0']);
    expect(BigInt(swept.get(addresses[1]) ?? 0)).toBeGreaterThan(BigInt(second?.sats ?? 0));
  });

  it('do not count while they wait in a full mempool, coming or going', async () => {
    const { world, demo } = open;
    const [first, second, third] = addresses;
    await demo.receive([
      { address: first, sats: 300_000_000n, outputs: 30 },
      { address: third, sats: 50_000_000n },
    ]);
    await world.advance(6);
    const { height } = await world.devnet.readBitcoinTip();
    const report = await auditWhile(async () => {
      for (let payment = 0n; payment < 20n; payment++)
        await demo.payOut(first, 1_000_000n + payment);
      await demo.sweep([third], [second]);
      await demo.receive([{ address: third, sats: 77_000_000n, outputs: 77 }]);
    });
    await expectBacked(report);
    expect(report.reserves.sats).toBe(demo.book.reservesAt(height - 5).toString());
    expect(report.window?.reserves.lowestSats).toBe(report.reserves.sats);

    const mined = await auditWhile(() => world.advance(1));
    await expectBacked(mined);
    expect(mined.window?.reserves.highestSats).toBe(demo.book.reservesAt(height + 1).toString());
    expect(mined.window?.reserves.highestSats).not.toBe(report.reserves.sats);
  });
});

describe('an address with 5,000 outputs', () => {
  it('is agreed on by its outputs where they are listed, by its sum where they are too many', async () => {
    const { world, demo } = open;
    const address = addresses[2];
    await demo.receive([{ address, sats: 5_000_012_345n, outputs: 5_000 }]);
    await world.advance(6);
    const report = await auditWhile(async () => {
      await demo.payOut(address, 1_234_567n);
      await world.advance(1);
    });
    await expectBacked(report);
    const held = report.reserves.addresses.find((one) => one.address === address);
    expect(held?.sats).toBe(
      demo.book
        .holdingsAt(report.reserves.point?.height ?? 0)
        .get(address)
        ?.toString(),
    );
    expect(held?.utxos).toBeGreaterThan(5_000);
  });
});
