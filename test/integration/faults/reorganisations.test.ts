import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerRequest } from '../../../demo/frontRpc.ts';
import type { ElectrumServerOptions } from '../../support/electrumServer.ts';
import type { EsploraServerOptions } from '../../support/esploraServer.ts';
import { type FaultWorld, openFaultWorld } from '../../support/faultWorld.ts';
import { expectConsistent, readBlockHash } from '../demo/expectConsistent.ts';

let open: FaultWorld;
beforeAll(async () => {
  open = await openFaultWorld();
});
afterAll(() => open?.[Symbol.asyncDispose]());

/** When the reorganisation comes, for each of the sources: whoever comes there waits for it. */
interface Moment {
  readonly core: (reorganise: () => Promise<unknown>) => AnswerRequest;
  readonly esplora: (
    reorganise: () => Promise<unknown>,
  ) => NonNullable<EsploraServerOptions['intercept']>;
  readonly electrum: (
    reorganise: () => Promise<unknown>,
  ) => NonNullable<ElectrumServerOptions['intercept']>;
}

function isScan(calls: Parameters<AnswerRequest>[0]): boolean {
  return calls.some(({ method }) => method === 'scantxoutset');
}

const moments: Readonly<Record<string, Moment>> = {
  before: {
    core: (reorganise) => async (calls, pass) => {
      if (isScan(calls)) await reorganise();
      return pass();
    },
    esplora: (reorganise) => async (path) => {
      if (path.startsWith('/address/')) await reorganise();
      return undefined;
    },
    electrum: (reorganise) => async (method) => {
      if (method.startsWith('blockchain.scripthash.')) await reorganise();
      return undefined;
    },
  },
  during: {
    core: (reorganise) => async (calls, pass) => {
      const answer = await pass();
      if (isScan(calls)) await reorganise();
      return answer;
    },
    // The first of an address's answers is of the old chain, the others of the new one.
    esplora: (reorganise) => async (path) => {
      if (path.endsWith('/utxo')) await reorganise();
      return undefined;
    },
    electrum: (reorganise) => async (method) => {
      if (method === 'blockchain.transaction.get') await reorganise();
      return undefined;
    },
  },
  after: {
    core: (reorganise) => {
      let scanned = false;
      return async (calls, pass) => {
        // The last look at the block, when both sides are read.
        if (scanned && calls.some(({ method }) => method === 'getblockchaininfo')) {
          await reorganise();
        }
        scanned ||= isScan(calls);
        return pass();
      };
    },
    esplora: () => async () => undefined,
    electrum: () => async () => undefined,
  },
};

const depths = Array.from({ length: 10 }, (_, index) => index + 1);

describe.each(Object.entries(moments))('a reorganisation %s the scan', (_when, moment) => {
  it.each(depths)('of %i blocks is never mixed into an answer', async (depth) => {
    const { world, demo } = open;
    const [first = '', , last = ''] = demo.addresses;
    // One payment in the block to be audited, one in the newest.
    await demo.receive([{ address: first, sats: 100_000_007n + BigInt(depth) }]);
    await world.advance(5);
    await demo.payOut(last, 1_000_003n + BigInt(depth));
    const tip = await world.advance(1);
    const height = tip.height - 5;
    const hash = await readBlockHash(world.devnet, height);
    const sats = demo.book.reservesAt(height).toString();

    let reorganised: Promise<unknown> | undefined;
    const reorganise = (): Promise<unknown> => {
      reorganised ??= world.reorganise(depth);
      return reorganised;
    };
    const report = await open.audit([
      { name: 'a', core: moment.core(reorganise) },
      { name: 'b', esplora: { intercept: moment.esplora(reorganise) } },
      { name: 'c', electrum: { intercept: moment.electrum(reorganise) } },
    ]);
    expect(reorganised).toBeDefined();
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    expect(report.reserves.disputes).toEqual([]);
    expect(report.reserves.agreement.operators).toBeGreaterThanOrEqual(2);
    await expectConsistent(report, world);
    const { point } = report.reserves;
    if (depth < 6) {
      // Below the fork nothing changed; the new chain is one longer.
      expect([height, height + 1]).toContain(point?.height);
      if (point?.height === height) expect(point.hash).toBe(hash);
    } else {
      expect(point?.hash).not.toBe(hash);
      expect(report.reserves.sats).not.toBe(sats);
    }
    // The payments wait for the next block.
    await world.advance(1);
  });
});
