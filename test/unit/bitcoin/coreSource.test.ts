import { afterEach, describe, expect, it } from 'vitest';
import {
  alice,
  bob,
  type CoreSetting,
  isStart,
  readCore,
  readingCode,
  setUpCore,
  sums,
  type Twist,
} from '../../support/coreSetting.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';
import { syntheticAddress } from '../../support/syntheticChain.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

async function setUp(...args: Parameters<typeof setUpCore>): Promise<CoreSetting> {
  const setting = await setUpCore(...args);
  open.push(setting);
  return setting;
}

describe('a Bitcoin Core source', () => {
  it('gives the tip and any block as a chain point', async () => {
    const { source, chain } = await setUp();
    expect(await source.readTip()).toEqual(chain.point(4));
    expect(await source.readPoint(2)).toEqual(chain.point(2));
    expect(await source.readPoint(0)).toEqual(chain.point(0));
  });

  it('gives every unspent output as of the block, in the order of the request', async () => {
    const setting = await setUp();
    const { chain, source } = setting;
    const observation = await readCore(setting);
    expect(observation).toMatchObject({
      source: source.source,
      point: chain.point(2),
      tip: chain.point(4),
      total: 1750n,
      window: { lowest: 1750n, highest: 1750n },
    });
    expect(observation.scripts.map(({ script }) => script)).toEqual([alice.script, bob.script]);
    expect(observation.scripts[0]?.utxos?.map(({ sats, height }) => ({ sats, height }))).toEqual(
      expect.arrayContaining([
        { sats: 1000n, height: 1 },
        { sats: 500n, height: 2 },
      ]),
    );
    expect(observation.scripts[1]?.utxos).toMatchObject([{ vout: 1, sats: 250n, height: 2 }]);
  });

  it('undoes what happened above the block and tells the highest and lowest', async () => {
    const setting = await setUp();
    const { chain } = setting;
    const arrival = chain.send({ to: [{ to: bob, sats: 4000n }] });
    chain.mine();
    // Spent in the block that creates it, and all of it gone.
    const passing = chain.send({ from: [arrival.coin(0)], to: [{ to: alice, sats: 4000n }] });
    chain.send({ from: [passing.coin(0)], to: [{ to: syntheticAddress('x'), sats: 4000n }] });
    chain.mine();
    const observation = await readCore(setting, 4);
    expect(sums(observation)).toEqual([1500n, 250n]);
    expect(observation.window).toEqual({ lowest: 1750n, highest: 5750n });
    expect(observation.tip).toEqual(chain.point(6));
  });

  it('brings back what was swept from one custody address to another', async () => {
    const setting = await setUp();
    const { chain } = setting;
    const deposit = chain.send({ to: [{ to: alice, sats: 77n }] });
    const before = chain.mine().height;
    chain.send({ from: [deposit.coin(0)], to: [{ to: bob, sats: 77n }] });
    chain.mine();
    expect(sums(await readCore(setting, before))).toEqual([1577n, 250n]);
    expect(sums(await readCore(setting, before + 1))).toEqual([1500n, 327n]);
  });

  it('reads amounts by their digits', async () => {
    const setting = await setUp();
    // 0.1 + 0.2 BTC, and an amount beyond what a float could be added to exactly.
    setting.chain.send({
      to: [
        { to: alice, sats: 10_000_000n },
        { to: bob, sats: 20_000_000n },
      ],
    });
    setting.chain.send({ to: [{ to: bob, sats: 2_099_999_000_000_001n }] });
    const { height } = setting.chain.mine();
    expect(sums(await readCore(setting, height))).toEqual([10_001_500n, 2_099_999_020_000_251n]);
  });

  it('finds nothing where nothing is', async () => {
    const { source, chain } = await setUp();
    const nobody = syntheticAddress('nobody');
    const observation = await source.readReserves({ point: chain.point(2), scripts: [nobody] });
    expect(observation.scripts).toEqual([{ script: nobody.script, sats: 0n, utxos: [] }]);
    expect(observation.total).toBe(0n);
  });

  it('checks the network once', async () => {
    const { source, server } = await setUp();
    await source.readTip();
    await source.readTip();
    const genesis = server.calls.filter(({ method }) => method === 'getblockhash');
    expect(genesis.map(({ params }) => params)).toEqual([[0]]);
  });
});

describe('a Bitcoin Core source and a chain that moves', () => {
  it('undoes a block that arrives during the scan', async () => {
    const setting = await setUp((call, _, chain) => {
      if (!isStart(call)) return undefined;
      chain.send({ to: [{ to: alice, sats: 9n }] });
      chain.mine();
      return undefined;
    });
    const observation = await readCore(setting);
    expect(sums(observation)).toEqual([1500n, 250n]);
    expect(observation.tip.height).toBe(5);
    expect(observation.window).toEqual({ lowest: 1750n, highest: 1759n });
  });

  it('is not confused by a reorganisation above the audited block', async () => {
    const setting = await setUp((call, _, chain) => {
      if (!isStart(call)) return undefined;
      chain.disconnect(1);
      chain.send({ to: [{ to: bob, sats: 9n }] });
      chain.mine(2);
      return undefined;
    });
    const observation = await readCore(setting);
    expect(sums(observation)).toEqual([1500n, 250n]);
    expect(observation.tip).toEqual(setting.chain.point(5));
  });

  it.each(['during the scan', 'after the scan'])(
    'refuses when the audited block is reorganised away %s',
    async (when) => {
      const setting = await setUp((call, _, chain, honest) => {
        if (!isStart(call)) return undefined;
        const before = honest();
        chain.disconnect(3);
        chain.mine(4);
        return when === 'after the scan' ? before : undefined;
      });
      expect(await rejectionCode(() => readCore(setting))).toBe('BITCOIN_REORGANISED');
    },
  );

  it('refuses when the new chain is shorter than the audited block for a moment', async () => {
    expect(
      await readingCode((call, _, chain) => {
        if (isStart(call)) chain.disconnect(3);
        return undefined;
      }),
    ).toBe('BITCOIN_REORGANISED');
  });

  it('refuses a block that is not in the best chain', async () => {
    const { source, chain } = await setUp();
    const point = chain.point(3);
    chain.disconnect(2);
    chain.mine(3);
    const code = await rejectionCode(() => source.readReserves({ point, scripts: [alice] }));
    expect(code).toBe('BITCOIN_REORGANISED');
  });

  it('knows a block above its tip that was reorganised away', async () => {
    const setting = await setUp();
    const point = setting.chain.point(4);
    await setting.source.readTip();
    setting.chain.disconnect(2);
    const reading = () => setting.source.readReserves({ point, scripts: [alice] });
    expect(await rejectionCode(reading)).toBe('BITCOIN_REORGANISED');
  });

  it('refuses a height above the tip', async () => {
    const setting = await setUp();
    const error = await rejection(() => setting.source.readPoint(5));
    expect(error.code).toBe('BITCOIN_HEIGHT_ABOVE_TIP');
    expect(error.facts).toMatchObject({ height: 5, tipHeight: 4 });
    const point = { ...setting.chain.point(4), height: 9, hash: 'f'.repeat(64) };
    const reading = () => setting.source.readReserves({ point, scripts: [alice] });
    expect(await rejectionCode(reading)).toBe('BITCOIN_HEIGHT_ABOVE_TIP');
  });

  it('takes a lower tip for a reorganisation where the node knows the former one', async () => {
    const { source, chain } = await setUp();
    await source.readTip();
    chain.disconnect(2);
    expect(await source.readTip()).toEqual(chain.point(2));
  });

  it('refuses a tip that goes backwards, and starts anew after that', async () => {
    const forgetful: Twist = ({ method }, times) =>
      method === 'getblockheader' && times === 2
        ? { error: { code: -5, message: 'Block not found' } }
        : undefined;
    const { source, chain } = await setUp(forgetful);
    await source.readTip();
    chain.disconnect(1);
    const error = await rejection(() => source.readTip());
    expect(error.code).toBe('SOURCE_TIP_WENT_BACK');
    expect(error.facts).toMatchObject({ seenHeight: 4, height: 3 });
    expect(await source.readTip()).toEqual(chain.point(3));
  });

  it('refuses a scan of a node that lags behind the one that was asked before', async () => {
    const code = await readingCode((call, times, chain, honest) => {
      if (isStart(call)) {
        const lost = chain.readView();
        chain.disconnect(3);
        const behind = honest();
        chain.mine(3);
        expect(lost.blocks).toHaveLength(5);
        return behind;
      }
      const lost = call.method === 'getblockheader' && times === 2;
      return lost ? { error: { code: -5, message: 'Block not found' } } : undefined;
    });
    expect(code).toBe('SOURCE_TIP_WENT_BACK');
  });
});

describe('a request for reserves', () => {
  it.each([
    ['one script twice', [alice, { ...alice, address: 'other' }]],
    ['a script that is not hex', [{ address: 'x', script: '51),addr(x' }]],
    ['an empty script', [{ address: 'x', script: '' }]],
  ])('is refused with %s', async (_, scripts) => {
    const { source, chain, server } = await setUp();
    const reading = () => source.readReserves({ point: chain.point(2), scripts });
    expect(await rejectionCode(reading)).toBe('INTERNAL_ERROR');
    expect(server.calls).toEqual([]);
  });
});
