import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AnswerRequest, FrontedCall } from '../../../demo/frontRpc.ts';
import { addChecksum, describeCustody } from '../../../devnet/custodyDescriptors.ts';
import type { Report } from '../../../src/attest/report.ts';
import { type FaultWorld, type FaultyOperator, openFaultWorld } from '../../support/faultWorld.ts';
import { mainnet } from '../../support/networks.ts';
import { startFollower } from '../../support/startFollower.ts';
import { expectConsistent } from '../demo/expectConsistent.ts';

let open: FaultWorld;
beforeAll(async () => {
  open = await openFaultWorld();
});
afterAll(() => open?.[Symbol.asyncDispose]());

const honest: readonly FaultyOperator[] = [{ name: 'anna' }, { name: 'bert', esplora: {} }];

/** Once two have answered the third has a moment: enough for whoever answers at all. */
const impatient = { deadlineMs: 60_000, graceMs: 500 };
const patient = { deadlineMs: 60_000, graceMs: 60_000 };

/** Backed by all who answered, as the books have it; `absent` says why another one did not. */
async function expectBacked(report: Report, absent?: string): Promise<void> {
  expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
  expect(report.reserves.agreement).toEqual({ operators: absent ? 2 : 3, of: 3 });
  expect(report.reserves.disputes).toEqual([]);
  expect(
    report.reserves.observations.map(({ operator, agrees, fault }) => [
      operator,
      agrees,
      fault?.code,
    ]),
  ).toEqual([
    ['anna', true, undefined],
    ['bert', true, undefined],
    ['other', !absent, absent],
  ]);
  await expectConsistent(report, open.world);
}

function starts(calls: readonly FrontedCall[]): boolean {
  return calls.some(
    ({ method, params }) =>
      method === 'scantxoutset' && z.array(z.unknown()).parse(params)[0] === 'start',
  );
}

describe('one source of three that does not answer', () => {
  const silence = new Promise<never>(() => undefined);

  it.each<readonly [string, AnswerRequest]>([
    ['a single call', () => silence],
    ['for its scan', async (calls, pass) => (starts(calls) ? silence : pass())],
    [
      'after its scan',
      async (calls, pass) => (starts(calls) ? pass().then(() => silence) : pass()),
    ],
    [
      'for a block',
      async (calls, pass) => (calls.some((one) => one.method === 'getblock') ? silence : pass()),
    ],
  ])('%s is not waited for', async (_what, core) => {
    const report = await open.audit([...honest, { name: 'other', core }], { patience: impatient });
    await expectBacked(report, 'SOURCE_NOT_AWAITED');
  });

  it('is waited for until the deadline where all three must agree', async () => {
    const core: AnswerRequest = async (calls, pass) => (starts(calls) ? silence : pass());
    const report = await open.audit([...honest, { name: 'other', core }], {
      quorum: 3,
      patience: { deadlineMs: 1_500, graceMs: 20 },
    });
    expect(report.verdict).toBe('indeterminate');
    expect(report.reasons.map(({ code }) => code)).toEqual(['BITCOIN_QUORUM_NOT_MET']);
    expect(report.reserves).toMatchObject({ sats: null, atLeast: null });
    expect(report.supply.amount).not.toBeNull();
  });

  it('on the token’s chain is not waited for either', async () => {
    const operators = [...honest, { name: 'other', evm: () => silence }];
    const report = await open.audit(operators, { patience: impatient });
    await expectBacked(report);
    const [deployment] = report.supply.deployments;
    expect(deployment?.agreement).toEqual({ operators: 2, of: 3 });
    expect(deployment?.observations.map(({ fault }) => fault?.code)).toEqual([
      undefined,
      undefined,
      'SOURCE_NOT_AWAITED',
    ]);
  });
});

describe('one source of three that is slow', () => {
  it('is counted if it answers within the grace, though another has done before it begins', async () => {
    const done = Promise.withResolvers<void>();
    const report = await open.audit(
      [
        {
          name: 'anna',
          core: async (calls, pass) => {
            const answer = await pass();
            if (starts(calls)) done.resolve();
            return answer;
          },
        },
        { name: 'bert', esplora: {} },
        {
          name: 'other',
          core: async (calls, pass) => {
            if (starts(calls)) await done.promise;
            return pass();
          },
        },
      ],
      { patience: patient },
    );
    await expectBacked(report);
  });
});

describe('one source of three that breaks off', () => {
  it.each(['getblockchaininfo', 'scantxoutset', 'getblock'])(
    'in the middle of its answer to %s is absent',
    async (method) => {
      const core: AnswerRequest = async (calls, pass) => ({
        ...(await pass()),
        cut: calls.some((call) => call.method === method),
      });
      const report = await open.audit([...honest, { name: 'other', core }]);
      await expectBacked(report, 'SOURCE_UNREACHABLE');
    },
  );

  it('once, as an Esplora server, is asked again', async () => {
    const esplora = {
      intercept: (path: string, times: number) =>
        path.startsWith('/address/') && times === 0 ? ('cut' as const) : undefined,
    };
    await expectBacked(await open.audit([...honest, { name: 'other', esplora }]));
  });
});

describe('one source of three of another network', () => {
  it('is absent', async () => {
    const core: AnswerRequest = async (calls, pass) => {
      const answer = await pass();
      const isGenesis = calls.some(
        ({ method, params }) => method === 'getblockhash' && JSON.stringify(params) === '[0]',
      );
      if (!isGenesis) return { ...answer, body: answer.body.replace('"regtest"', '"main"') };
      return {
        ...answer,
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, result: mainnet.genesisHash }),
      };
    };
    const report = await open.audit([...honest, { name: 'other', core }]);
    await expectBacked(report, 'SOURCE_WRONG_CHAIN');
  });
});

describe('a storm of 429', () => {
  const refused = { status: 429, headers: { 'retry-after': '1' }, body: 'Too Many Requests' };

  it('that lifts is sat out, and the source counts', async () => {
    let refusals = 0;
    const esplora = {
      intercept: (_path: string, times: number) => {
        if (times >= 3) return undefined;
        refusals++;
        return refused;
      },
    };
    await expectBacked(await open.audit([...honest, { name: 'other', esplora }]));
    expect(refusals).toBeGreaterThan(20);
  });

  it('that does not lift leaves the source absent', async () => {
    const esplora = { intercept: () => refused };
    const report = await open.audit([...honest, { name: 'other', esplora }]);
    await expectBacked(report, 'SOURCE_RATE_LIMITED');
    const core: AnswerRequest = async () => refused;
    const same = await open.audit([...honest, { name: 'other', core }]);
    await expectBacked(same, 'SOURCE_RATE_LIMITED');
  });
});

describe('one source of three that is behind', () => {
  it('by one block has the audited one and agrees, whichever kind it is', async () => {
    const { world, demo, view } = open;
    const { height } = await world.devnet.readBitcoinTip();
    const old = await view.readView();
    await using follower = await startFollower(world.devnet.bitcoind, height);
    await demo.payOut(demo.addresses[0] ?? '', 1_234_567n);
    await world.advance(1);
    for (const behind of [{ node: follower }, { esplora: { readView: () => old } }]) {
      const operators = [...honest, { name: 'other', ...behind }];
      const two = await open.audit(operators, { quorum: 2, patience: patient });
      await expectBacked(two);
      expect(two.reserves.point?.height).toBe(height - 4);
      expect(two.reserves.tip?.height).toBe(height + 1);
      // Three must know the tip: then the audit is of the block before.
      const three = await open.audit(operators, { quorum: 3 });
      await expectBacked(three);
      expect(three.reserves.point?.height).toBe(height - 5);
    }
  });

  it('by so many that it lacks the audited one is absent', async () => {
    const { world, view } = open;
    const old = await view.readView();
    await world.advance(6);
    const operators = [...honest, { name: 'other', esplora: { readView: () => old } }];
    await expectBacked(await open.audit(operators), 'BITCOIN_HEIGHT_ABOVE_TIP');
  });
});

describe('a node that scans for somebody else', () => {
  /** Begins a scan of so many addresses that it goes on for a while, and waits until it does. */
  async function scanElsewhere(): Promise<{ readonly ended: Promise<unknown> }> {
    const { bitcoind } = open.world.devnet;
    const desc = await addChecksum(bitcoind, describeCustody('somebody else', 'p2tr'));
    const scan = bitcoind.rpc('scantxoutset', ['start', [{ desc, range: 4_000 }]]);
    let isOver = false;
    const ended = scan.finally(() => {
      isOver = true;
    });
    // The node takes up calls in any order.
    while ((await bitcoind.rpc('scantxoutset', ['status'])) === null && !isOver);
    return { ended };
  }

  /** In front of the node of `other`, whose first scan meets that of somebody else. */
  function meetScan(): {
    readonly core: AnswerRequest;
    readonly refusals: () => number;
    ended: () => Promise<unknown>;
  } {
    let elsewhere: Promise<{ readonly ended: Promise<unknown> }> | undefined;
    let refusals = 0;
    return {
      refusals: () => refusals,
      ended: async () => (await elsewhere)?.ended,
      core: async (calls, pass) => {
        if (!starts(calls)) return pass();
        elsewhere ??= scanElsewhere();
        await elsewhere;
        const answer = await pass();
        if (answer.body.includes('already in progress')) refusals++;
        return answer;
      },
    };
  }

  it('is asked again until it is done, and counts', async () => {
    const { core, refusals, ended } = meetScan();
    const operators = [
      { name: 'anna', esplora: {} },
      { name: 'bert', esplora: {} },
      { name: 'other', core },
    ];
    await expectBacked(await open.audit(operators, { patience: patient }));
    expect(refusals()).toBeGreaterThan(0);
    await ended();
  });

  it('for too long is absent, and its scan is left alone', async () => {
    const { core, ended } = meetScan();
    const operators = [
      { name: 'anna', esplora: {} },
      { name: 'bert', esplora: {} },
      { name: 'other', core, limits: { busyTimeoutMs: 0 } },
    ];
    const report = await open.audit(operators, { patience: patient });
    await expectBacked(report, 'SOURCE_BUSY');
    expect(await ended()).toMatchObject({ success: true });
  });
});
