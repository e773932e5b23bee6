import { afterEach, describe, expect, it } from 'vitest';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import {
  alice,
  altered,
  type CoreSetting,
  countActions,
  readCore,
  readingCode,
  setUpCore,
  sums,
  type Twist,
} from '../../support/coreSetting.ts';
import { coreSourceOf } from '../../support/coreSourceOf.ts';
import type { RpcReply } from '../../support/jsonRpcServer.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';
import { regtest } from '../../support/syntheticChain.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

async function setUp(...args: Parameters<typeof setUpCore>): Promise<CoreSetting> {
  const setting = await setUpCore(...args);
  open.push(setting);
  return setting;
}

const page = '<!doctype html><title>502 Bad Gateway</title>';

describe('a Bitcoin Core source and a node that is not what it should be', () => {
  it("refuses another chain's genesis", async () => {
    const mainnet = bitcoinNetworks.find(({ name }) => name === 'mainnet');
    const error = await rejection(async () =>
      readCore(
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
    expect(sums(await readCore(await setUp(idle)))).toEqual([1500n, 250n]);
  });

  it('refuses a block whose successors are pruned, before any scan', async () => {
    const pruned = altered('getblockchaininfo', (result) => ({
      ...result,
      pruned: true,
      pruneheight: 4,
    }));
    const setting = await setUp(pruned);
    const error = await rejection(() => readCore(setting));
    expect(error.code).toBe('BITCOIN_HEIGHT_PRUNED');
    expect(error.facts).toMatchObject({ height: 2, lowestHeight: 3 });
    expect(countActions(setting.server, 'start')).toBe(0);
    expect(sums(await readCore(setting, 3))).toEqual([1500n, 250n]);
  });

  it('reports an error that it has no word for, by its number alone', async () => {
    const error = await rejection(async () =>
      readCore(
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
      unspents: change(result.unspents as Unspent[]),
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
        const [one, ...rest] = r.unspents as Unspent[];
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
        tx: (block.tx as { vin: Unspent[] }[]).map((one) => ({
          ...one,
          vin: one.vin.map(({ prevout, ...input }) => input),
        })),
      })),
    );
    setting.chain.send({ to: [{ to: alice, sats: 1n }] });
    setting.chain.mine();
    const error = await rejection(() => readCore(setting));
    expect(error.code).toBe('SOURCE_RESPONSE_INVALID');
    expect(error.message).toContain('Bitcoin Core 23');
  });

  it('refuses an answer larger than its limit', async () => {
    expect(await readingCode(() => undefined, { maxAnswerBytes: 300 })).toBe(
      'SOURCE_RESPONSE_TOO_LARGE',
    );
  });
});
