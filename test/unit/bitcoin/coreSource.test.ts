import { afterEach, describe, expect, it } from 'vitest';
import type { BitcoinSource, ReserveObservation } from '../../../src/bitcoin/bitcoinSource.ts';
import type { CoreSourceLimits } from '../../../src/bitcoin/coreSource.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import type { Progress } from '../../../src/core/source.ts';
import { coreSourceOf } from '../../support/coreSourceOf.ts';
import {
  type JsonRpcServer,
  type RpcCall,
  type RpcReply,
  startJsonRpcServer,
} from '../../support/jsonRpcServer.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';
import {
  createSyntheticChain,
  regtest,
  type SyntheticChain,
  syntheticAddress,
} from '../../support/syntheticChain.ts';
import { createSyntheticNode } from '../../support/syntheticNode.ts';

const alice = syntheticAddress('alice');
const bob = syntheticAddress('bob');
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

/** What the node does about a call instead of answering it; undefined: it answers. */
type Twist = (
  call: RpcCall,
  times: number,
  chain: SyntheticChain,
  honest: () => RpcReply,
) => RpcReply | undefined | Promise<RpcReply | undefined>;

interface Setting {
  readonly chain: SyntheticChain;
  readonly server: JsonRpcServer;
  readonly source: BitcoinSource;
}

/** Alice has 1,000 sats since block 1, and another 500 and Bob 250 since block 2; the tip is 4. */
async function setUp(twist: Twist = () => undefined, limits: Partial<CoreSourceLimits> = {}) {
  const chain = createSyntheticChain();
  chain.send({ to: [{ to: alice, sats: 1000n }] });
  chain.mine();
  chain.send({
    to: [
      { to: alice, sats: 500n },
      { to: bob, sats: 250n },
    ],
  });
  chain.mine(3);
  const node = createSyntheticNode(() => chain.readView());
  const server = await startJsonRpcServer(async (call, times) => {
    const honest = () => node.answer(call);
    return (await twist(call, times, chain, honest)) ?? honest();
  });
  const source = coreSourceOf(server, limits);
  open.push(server, { [Symbol.asyncDispose]: () => source.close() });
  return { chain, server, source } satisfies Setting;
}

function read({ source, chain }: Setting, height = 2, signal?: AbortSignal) {
  const request = { point: chain.point(height), scripts: [alice, bob] };
  return source.readReserves(request, signal ? { signal } : {});
}

/** The code that reading alice's and bob's reserves as of block 2 ends in. */
async function readingCode(twist: Twist, limits?: Partial<CoreSourceLimits>): Promise<string> {
  const setting = await setUp(twist, limits);
  return rejectionCode(() => read(setting));
}

function sums(observation: ReserveObservation): bigint[] {
  return observation.scripts.map(({ sats }) => sats);
}

/** Changes what the honest node says as the result of one method. */
function altered(method: string, change: (result: Record<string, unknown>) => unknown): Twist {
  return (call, _times, _chain, honest) => {
    if (call.method !== method || call.params[0] === 'status') return undefined;
    const reply = honest();
    if (typeof reply === 'string' || !('result' in reply)) return reply;
    return { result: change({ ...Object(reply.result) }) };
  };
}

const page = '<!doctype html><title>502 Bad Gateway</title>';
const isStart = ({ method, params }: RpcCall) => method === 'scantxoutset' && params[0] === 'start';
const countCalls = (server: JsonRpcServer, action: string) =>
  server.calls.filter(({ params }) => params[0] === action).length;

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
    const observation = await read(setting);
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
    const observation = await read(setting, 4);
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
    expect(sums(await read(setting, before))).toEqual([1577n, 250n]);
    expect(sums(await read(setting, before + 1))).toEqual([1500n, 327n]);
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
    expect(sums(await read(setting, height))).toEqual([10_001_500n, 2_099_999_020_000_251n]);
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
    const observation = await read(setting);
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
    const observation = await read(setting);
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
      expect(await rejectionCode(() => read(setting))).toBe('BITCOIN_REORGANISED');
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

  it('refuses a height above the tip', async () => {
    const setting = await setUp();
    const error = await rejection(() => setting.source.readPoint(5));
    expect(error.code).toBe('BITCOIN_HEIGHT_ABOVE_TIP');
    expect(error.facts).toMatchObject({ height: 5, tipHeight: 4 });
    const point = { ...setting.chain.point(4), height: 9 };
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

describe('a Bitcoin Core source and the one scan at a time', () => {
  const inProgress: RpcReply = {
    error: { code: -8, message: 'Scan already in progress, use action "abort" or "status"' },
  };

  it("waits for somebody else's scan and never aborts it", async () => {
    const setting = await setUp((call, times) =>
      isStart(call) && times < 4 ? inProgress : undefined,
    );
    expect(sums(await read(setting))).toEqual([1500n, 250n]);
    expect(countCalls(setting.server, 'start')).toBe(4);
    expect(countCalls(setting.server, 'abort')).toBe(0);
  });

  it("gives up on somebody else's scan after a while, without aborting it", async () => {
    const setting = await setUp((call) => (isStart(call) ? inProgress : undefined), {
      busyTimeoutMs: 10,
    });
    expect(await rejectionCode(() => read(setting))).toBe('SOURCE_BUSY');
    expect(countCalls(setting.server, 'abort')).toBe(0);
  });

  it("leaves somebody else's scan alone when the caller gives up waiting", async () => {
    const caller = new AbortController();
    const setting = await setUp(
      (call) => {
        if (!isStart(call)) return undefined;
        setImmediate(() => caller.abort());
        return inProgress;
      },
      { retryMs: 60_000 },
    );
    expect(await rejectionCode(() => read(setting, 2, caller.signal))).toBe('SOURCE_TIMEOUT');
    expect(countCalls(setting.server, 'abort')).toBe(0);
  });

  /** A node whose scan goes on until it is aborted. */
  function endless(onStart: () => void): Twist {
    let end: (reply: RpcReply) => void = () => undefined;
    return ({ method, params }, _times, _chain, honest) => {
      if (method !== 'scantxoutset') return undefined;
      if (params[0] === 'start') {
        onStart();
        return new Promise<RpcReply>((resolve) => {
          end = resolve;
        });
      }
      if (params[0] === 'status') return { result: { progress: 42 } };
      const reply = honest();
      end(reply);
      return { result: true };
    };
  }

  it('aborts its own scan when the caller gives up', async () => {
    const caller = new AbortController();
    const setting = await setUp(endless(() => caller.abort()));
    expect(await rejectionCode(() => read(setting, 2, caller.signal))).toBe('SOURCE_TIMEOUT');
    expect(countCalls(setting.server, 'abort')).toBe(1);
  });

  it('aborts its own scan when that takes too long', async () => {
    const setting = await setUp(
      endless(() => undefined),
      { scanTimeoutMs: 20 },
    );
    expect(await rejectionCode(() => read(setting))).toBe('SOURCE_TIMEOUT');
    expect(countCalls(setting.server, 'abort')).toBe(1);
  });

  it('aborts its own scan when a block above turns out to be missing', async () => {
    const scan = endless(() => undefined);
    const setting = await setUp((call, times, chain, honest) =>
      call.method === 'getblock'
        ? { error: { code: -1, message: 'Block not available (pruned data)' } }
        : scan(call, times, chain, honest),
    );
    expect(await rejectionCode(() => read(setting))).toBe('BITCOIN_HEIGHT_PRUNED');
    expect(countCalls(setting.server, 'abort')).toBe(1);
  });

  it('does not abort when its own start comes back refused at the last moment', async () => {
    const caller = new AbortController();
    let refuse: () => void = () => undefined;
    const setting = await setUp(
      ({ params }) => {
        if (params[0] === 'start') {
          caller.abort();
          return new Promise<RpcReply>((resolve) => {
            refuse = () => resolve(inProgress);
          });
        }
        if (params[0] !== 'status') return undefined;
        refuse();
        return { result: { progress: 99 } };
      },
      { graceMs: 5_000 },
    );
    expect(await rejectionCode(() => read(setting, 2, caller.signal))).toBe('SOURCE_TIMEOUT');
    expect(countCalls(setting.server, 'abort')).toBe(0);
  });

  it('reports a scan of its own that somebody else aborted', async () => {
    const twist = altered('scantxoutset', (result) => ({ ...result, success: false }));
    expect(await readingCode(twist)).toBe('SOURCE_BUSY');
  });

  it('tells how far the scan is', async () => {
    let release: (reply: undefined) => void = () => undefined;
    const setting = await setUp(({ method, params }) => {
      if (method !== 'scantxoutset') return undefined;
      if (params[0] === 'status') return { result: { progress: 42 } };
      return new Promise<undefined>((resolve) => {
        release = resolve;
      });
    });
    const seen: Progress[] = [];
    const observation = await setting.source.readReserves(
      { point: setting.chain.point(2), scripts: [alice, bob] },
      {
        onProgress: (progress) => {
          seen.push(progress);
          release(undefined);
        },
      },
    );
    expect(sums(observation)).toEqual([1500n, 250n]);
    expect(seen[0]).toEqual({
      source: setting.source.source,
      phase: 'scan',
      done: 42,
      total: 100,
    });
  });
});

describe('a Bitcoin Core source and a node that is not what it should be', () => {
  it("refuses another chain's genesis", async () => {
    const mainnet = bitcoinNetworks.find(({ name }) => name === 'mainnet');
    const error = await rejection(async () =>
      read(
        await setUp(({ method, params }) =>
          method === 'getblockhash' && params[0] === 0
            ? { result: mainnet?.genesisHash }
            : undefined,
        ),
      ),
    );
    expect(error.code).toBe('SOURCE_WRONG_CHAIN');
    expect(error.facts).toMatchObject({ expected: 'regtest', found: 'mainnet' });
  });

  it('refuses a wrong network', async () => {
    const { server } = await setUp();
    for (const network of bitcoinNetworks.filter(({ name }) => name !== 'regtest')) {
      const source = coreSourceOf(server, {}, network);
      expect(await rejectionCode(() => source.readTip())).toBe('SOURCE_WRONG_CHAIN');
      await source.close();
    }
    const twist = altered('getblockchaininfo', (result) => ({ ...result, chain: 'main' }));
    expect(await readingCode(twist)).toBe('SOURCE_WRONG_CHAIN');
  });

  it('refuses a node that is starting', async () => {
    const code = await readingCode(() => ({
      error: { code: -28, message: 'Loading block index…' },
    }));
    expect(code).toBe('SOURCE_NOT_READY');
  });

  it('refuses a node that is synchronising, except on regtest', async () => {
    const synchronising = altered('getblockchaininfo', (result) => ({
      ...result,
      chain: 'signet',
      initialblockdownload: true,
    }));
    const signet = bitcoinNetworks.find(({ name }) => name === 'signet') ?? regtest;
    const { server } = await setUp((call, ...rest) =>
      call.method === 'getblockhash' && call.params[0] === 0
        ? { result: signet.genesisHash }
        : synchronising(call, ...rest),
    );
    const source = coreSourceOf(server, {}, signet);
    expect(await rejectionCode(() => source.readTip())).toBe('SOURCE_NOT_READY');
    await source.close();

    const idle = altered('getblockchaininfo', (result) => ({
      ...result,
      initialblockdownload: true,
    }));
    expect(sums(await read(await setUp(idle)))).toEqual([1500n, 250n]);
  });

  it('refuses a block whose successors are pruned, before any scan', async () => {
    const pruned = altered('getblockchaininfo', (result) => ({
      ...result,
      pruned: true,
      pruneheight: 4,
    }));
    const setting = await setUp(pruned);
    const error = await rejection(() => read(setting));
    expect(error.code).toBe('BITCOIN_HEIGHT_PRUNED');
    expect(error.facts).toMatchObject({ height: 2, lowestHeight: 3 });
    expect(countCalls(setting.server, 'start')).toBe(0);
    expect(sums(await read(setting, 3))).toEqual([1500n, 250n]);
  });

  it('reports an error that it has no word for, by its number alone', async () => {
    const error = await rejection(async () =>
      read(
        await setUp(({ method }) =>
          method === 'scantxoutset' ? { error: { code: -20, message: 'secret path' } } : undefined,
        ),
      ),
    );
    expect(error.code).toBe('SOURCE_RPC_ERROR');
    expect(error.facts).toMatchObject({ method: 'scantxoutset', rpcCode: -20 });
    expect(error.message).not.toContain('secret path');
  });

  it.each<[string, RpcReply, string]>([
    ['a page with status 200', { status: 200, body: page }, 'SOURCE_RESPONSE_INVALID'],
    ['truncated JSON', { status: 200, body: '{"result":{"unspe' }, 'SOURCE_RESPONSE_INVALID'],
    ['429', { status: 429, headers: { 'retry-after': '3' }, body: '' }, 'SOURCE_RATE_LIMITED'],
    ['500', { status: 500, body: page }, 'SOURCE_SERVER_ERROR'],
    ['nothing', 'reset', 'SOURCE_UNREACHABLE'],
    ['a wrong password', { status: 401, body: '' }, 'SOURCE_UNAUTHORIZED'],
  ])('gives no figure when any call is answered with %s', async (_, reply, code) => {
    for (const bad of ['getblockchaininfo', 'getblockheader', 'scantxoutset', 'getblock']) {
      expect(await readingCode(({ method }) => (method === bad ? reply : undefined))).toBe(code);
    }
  });

  it('gives no figure when a call is not answered at all', async () => {
    const limits = { callTimeoutMs: 30, blockTimeoutMs: 30, scanTimeoutMs: 30 };
    for (const bad of ['getblockchaininfo', 'getblockheader', 'scantxoutset', 'getblock']) {
      const twist: Twist = ({ method }) => (method === bad ? 'silence' : undefined);
      expect(await readingCode(twist, limits)).toBe('SOURCE_TIMEOUT');
    }
  });
});

describe('a Bitcoin Core source and answers of the wrong form', () => {
  type Unspent = Record<string, unknown>;
  const scanWith = (change: (unspents: Unspent[]) => unknown): Twist =>
    altered('scantxoutset', (result) => ({
      ...result,
      unspents: change(result['unspents'] as Unspent[]),
    }));
  const first = (change: Unspent): Twist =>
    scanWith(([one, ...rest]) => [{ ...one, ...change }, ...rest]);

  it.each<[string, Twist]>([
    ['a number for a hash', altered('getblockchaininfo', (r) => ({ ...r, bestblockhash: 5 }))],
    ['a string for a height', altered('getblockchaininfo', (r) => ({ ...r, blocks: '4' }))],
    ['a string for a time', altered('getblockheader', (r) => ({ ...r, time: 'now' }))],
    ["another block's header", altered('getblockheader', (r) => ({ ...r, hash: 'f'.repeat(64) }))],
    ['another height', altered('getblockheader', (r) => ({ ...r, height: 1 }))],
    ['no scan result', altered('scantxoutset', () => null)],
    ['a number for the best block', altered('scantxoutset', (r) => ({ ...r, bestblock: 5 }))],
    ['no list of outputs', altered('scantxoutset', (r) => ({ ...r, unspents: {} }))],
    ['a total that is not the sum', altered('scantxoutset', (r) => ({ ...r, total_amount: 1n }))],
    ['a total as a string', altered('scantxoutset', (r) => ({ ...r, total_amount: '0.0000175' }))],
    ['an amount as a string', first({ amount: '0.00001000' })],
    ['an amount with nine places', first({ amount: 0.000010001 })],
    ['a negative amount', first({ amount: -1000n })],
    ['more than all bitcoin', first({ amount: 2_100_000_000_000_001n })],
    ['no amount', first({ amount: null })],
    ['a number for a transaction id', first({ txid: 7 })],
    ['a short transaction id', first({ txid: 'abcd' })],
    ['a fraction for an index', first({ vout: 0.5 })],
    ['a negative height', first({ height: -1 })],
    ['an output above the scanned height', first({ height: 99 })],
    ['a script that was not asked for', first({ scriptPubKey: '51' })],
    ['a number for a script', first({ scriptPubKey: 51 })],
    ['null among the outputs', scanWith((all) => [...all, null])],
    [
      'an output twice',
      altered('scantxoutset', (r) => {
        const [one, ...rest] = r['unspents'] as Unspent[];
        return { ...r, unspents: [one, one, ...rest], total_amount: 2750n };
      }),
    ],
    ['a block without transactions', altered('getblock', (r) => ({ ...r, tx: undefined }))],
    ['another block', altered('getblock', (r) => ({ ...r, hash: 'f'.repeat(64) }))],
    [
      'a block without parent',
      altered('getblock', (r) => ({ ...r, previousblockhash: undefined })),
    ],
  ])('refuses %s', async (_, twist) => {
    expect(await readingCode(twist)).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('refuses a block that does not show what its inputs spent', async () => {
    const setting = await setUp(
      altered('getblock', (block) => ({
        ...block,
        tx: (block['tx'] as { vin: Unspent[] }[]).map((one) => ({
          ...one,
          vin: one.vin.map(({ prevout, ...input }) => input),
        })),
      })),
    );
    setting.chain.send({ to: [{ to: alice, sats: 1n }] });
    setting.chain.mine();
    const error = await rejection(() => read(setting));
    expect(error.code).toBe('SOURCE_RESPONSE_INVALID');
    expect(error.message).toContain('Bitcoin Core 23');
  });

  it('refuses an answer larger than its limit', async () => {
    expect(await readingCode(() => undefined, { maxAnswerBytes: 300 })).toBe(
      'SOURCE_RESPONSE_TOO_LARGE',
    );
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
