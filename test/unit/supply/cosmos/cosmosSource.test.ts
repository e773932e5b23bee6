import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import { UnixTime } from '../../../../src/core/unixTime.ts';
import {
  type CosmosSourceOptions,
  createCosmosSource,
} from '../../../../src/supply/cosmos/cosmosSource.ts';
import type { SupplySource, TokenToRead } from '../../../../src/supply/supplySource.ts';
import {
  type ApiReply,
  type ApiRequest,
  type JsonApiServer,
  startJsonApiServer,
} from '../../../support/jsonApiServer.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';

/**
 * Answers are written as cosmos/cosmos-sdk v0.50 has them: proto/cosmos/base/tendermint/v1beta1 and
 * proto/cosmos/bank/v1beta1 through the gRPC gateway (int64 as strings), errors as google.rpc.Status
 * (client/grpc/cmtservice, x/bank/keeper/grpc_query.go, baseapp/abci.go, and CometBFT's
 * rpc/core/env.go for "lowest height"), the height header as server/api/server.go sets it.
 */
const chain = ChainId('cosmos:osmosis-1');
const denom = 'factory/osmo1z0qrq605sjgcqpylfl4aa6s90x738j7m58wyatt0tdzflg2ha26q67k743/wbtc';
const wbtc = {
  token: TokenId(
    'cosmos:osmosis-1/denom:factory%2Fosmo1z0qrq605sjgcqpylfl4aa6s90x738j7m58wyatt0tdzflg2ha26q67k743%2Fwbtc',
  ),
  decimals: 8,
  symbol: 'WBTC',
};
const bank = '/cosmos/bank/v1beta1';
const blocks = '/cosmos/base/tendermint/v1beta1/blocks';
const heightHeader = 'x-cosmos-block-height';
const genesis = 1_700_000_000;
const failure = (code: string) => expect.objectContaining({ code });
const aligned = (time: number) => ({ kind: 'aligned', time: UnixTime(time) }) as const;

interface Denom {
  readonly amount: string;
  readonly metadata?: object;
}

let server: JsonApiServer;
let source: SupplySource;
let newest: number;
/** The oldest block and state that the node has kept. */
let oldest: number;
let chainId: string;
let denoms: Map<string, Denom>;
let override: ((request: ApiRequest, times: number) => ApiReply | undefined) | undefined;

beforeEach(async () => {
  newest = 3_000;
  oldest = 1;
  chainId = 'osmosis-1';
  override = undefined;
  denoms = new Map([[denom, { amount: '22612345678', metadata: metadataOf({}) }]]);
  server = await startJsonApiServer(
    (request, times) => override?.(request, times) ?? answer(request),
  );
  source = connect();
});
afterEach(async () => {
  await source.close();
  await server[Symbol.asyncDispose]();
});

function connect(more: Partial<CosmosSourceOptions> = {}): SupplySource {
  return createCosmosSource({
    url: server.url,
    source: { id: server.url, operator: 'test', kind: 'cosmos' },
    chain,
    timeoutMs: 5_000,
    depth: 0,
    wait: async () => {},
    ...more,
  });
}

function metadataOf(more: object) {
  return {
    description: 'Wrapped Bitcoin',
    denom_units: [
      { denom, exponent: 0, aliases: [] },
      { denom: 'wbtc', exponent: 8, aliases: ['WBTC'] },
    ],
    base: denom,
    display: 'wbtc',
    name: 'Wrapped Bitcoin',
    symbol: 'WBTC',
    uri: '',
    uri_hash: '',
    ...more,
  };
}

/** Blocks of 1.5 seconds; the fraction of a second has up to nine digits, and none where it is zero. */
function blockAt(height: number) {
  const half = height % 2 === 0 ? '' : '.500000001';
  const second = new Date((genesis + Math.floor(height * 1.5)) * 1000).toISOString().slice(0, 19);
  const header = {
    version: { block: '11', app: '0' },
    chain_id: chainId,
    height: `${height}`,
    time: `${second}${half}Z`,
    last_block_id: { hash: hashAt(height - 1).toString('base64'), part_set_header: null },
    app_hash: hashAt(height + 1_000_000).toString('base64'),
  };
  const block = { header, data: { txs: ['CrwBCrkB'] }, evidence: { evidence: [] } };
  return {
    block_id: {
      hash: hashAt(height).toString('base64'),
      part_set_header: { total: 1, hash: hashAt(height + 2_000_000).toString('base64') },
    },
    block,
    sdk_block: { ...block, header: { ...header, proposer_address: 'osmovalcons1x' } },
  };
}

function hashAt(height: number): Buffer {
  return createHash('sha256').update(`block ${height}`).digest();
}

function pointAt(height: number) {
  const time = UnixTime(genesis + Math.floor(height * 1.5));
  return { chain, height, hash: hashAt(height).toString('hex'), time };
}

function fault(status: number, code: number, message: string): ApiReply {
  return { status, json: { code, message, details: [] } };
}

function answer({ path, query, headers }: ApiRequest): ApiReply {
  if (path === `${blocks}/latest`) return { json: blockAt(newest) };
  if (path.startsWith(blocks)) {
    const height = Number(path.slice(blocks.length + 1));
    if (height > newest) {
      return fault(400, 3, 'requested block height is bigger then the chain length');
    }
    if (height < 1) return fault(500, 2, 'height must be greater than 0, but got 0');
    if (height < oldest) {
      return fault(500, 2, `height ${height} is not available, lowest height is ${oldest}`);
    }
    return { json: blockAt(height) };
  }
  const asked = headers[heightHeader];
  const height = asked === undefined ? newest : Number(asked);
  if (height < oldest) {
    const what = 'version mismatch on immutable IAVL tree; version does not exist';
    return fault(400, 3, `failed to load state at height ${height}; ${what}: invalid request`);
  }
  const name = query.get('denom') ?? '';
  const known = denoms.get(name);
  const reply = (json: unknown) => ({ json, headers: { [heightHeader]: `${height}` } });
  if (path === `${bank}/supply/by_denom`) {
    return reply({ amount: { denom: name, amount: known?.amount ?? '0' } });
  }
  if (path === `${bank}/denoms_metadata_by_query_string`) {
    return known?.metadata
      ? reply({ metadata: known.metadata })
      : fault(404, 5, `client metadata for denom ${name}`);
  }
  return fault(501, 12, 'Not Implemented');
}

async function readOne(token: TokenToRead = wbtc, at = 3_000) {
  return (await source.readSupplies({ point: pointAt(at), tokens: [token] })).tokens[0];
}

describe('the point of a Cosmos source', () => {
  it('is the newest block where the last final one is asked for, since blocks are final', async () => {
    expect(await source.findPoint({ kind: 'finalized' })).toEqual(pointAt(3_000));
    expect(pointAt(3_000).hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the last block whose time in seconds is not after the moment', async () => {
    expect(await source.findPoint(aligned(genesis + 1_500))).toEqual(pointAt(1_000));
    // Block 1001 is at 1501.5 s: within second 1501, and not within 1500.
    expect(await source.findPoint(aligned(genesis + 1_501))).toEqual(pointAt(1_001));
    expect(await source.findPoint(aligned(genesis + 90_000))).toEqual(pointAt(3_000));
  });

  it('is not before the first block, nor below what the node has kept', async () => {
    const first = await rejection(() => source.findPoint(aligned(genesis)));
    expect(first.code).toBe('SUPPLY_BLOCK_UNAVAILABLE');
    expect(first.facts).toMatchObject({ source: server.url, oldestHeight: 1 });
    oldest = 2_500;
    expect(await source.findPoint(aligned(genesis + 4_000))).toEqual(pointAt(2_667));
    expect(await rejectionCode(() => source.findPoint(aligned(genesis + 1_500)))).toBe(
      'SUPPLY_BLOCK_UNAVAILABLE',
    );
  });

  it('is unless told a little below the newest block, which some nodes may not have', async () => {
    await source.close();
    source = createCosmosSource({ url: server.url, source: source.source, chain });
    expect(await source.findPoint({ kind: 'finalized' })).toEqual(pointAt(2_998));
    newest = 2_998;
    expect(await source.findPoint({ kind: 'finalized' })).toEqual(pointAt(2_996));
    newest = 2_997;
    expect(await rejectionCode(() => source.findPoint({ kind: 'finalized' }))).toBe(
      'SOURCE_TIP_WENT_BACK',
    );
    // Said once: it may have been the higher one that was wrong.
    expect(await source.findPoint({ kind: 'finalized' })).toEqual(pointAt(2_995));
    newest = 1;
    await source.close();
    source = createCosmosSource({ url: server.url, source: source.source, chain });
    expect(await source.findPoint({ kind: 'finalized' })).toEqual(pointAt(1));
  });

  it('can be asked for by height', async () => {
    expect(await source.readPoint(7)).toEqual(pointAt(7));
    expect(await rejectionCode(() => source.readPoint(0))).toBe('SUPPLY_BLOCK_UNAVAILABLE');
    expect(await rejectionCode(() => source.readPoint(3_001))).toBe('SUPPLY_BLOCK_UNAVAILABLE');
    expect(await rejectionCode(() => source.readPoint(1.5))).toBe('INTERNAL_ERROR');
  });

  it('is read from either form of the block', async () => {
    override = () => ({ json: { ...blockAt(7), block: null } });
    expect(await source.readPoint(7)).toEqual(pointAt(7));
    override = () => ({ json: { ...blockAt(7), sdk_block: undefined } });
    expect(await source.readPoint(7)).toEqual(pointAt(7));
    override = () => ({ json: { block_id: blockAt(7).block_id } });
    expect(await rejectionCode(() => source.readPoint(7))).toBe('SOURCE_RESPONSE_INVALID');
    override = () => ({ json: blockAt(8) });
    expect(await rejectionCode(() => source.readPoint(7))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('is of the chain that was asked for', async () => {
    chainId = 'osmo-test-5';
    const error = await rejection(() => source.findPoint({ kind: 'finalized' }));
    expect(error.code).toBe('SOURCE_WRONG_CHAIN');
    expect(error.facts).toMatchObject({ expected: chain, found: 'cosmos:osmo-test-5' });
    expect(await rejectionCode(() => readOne())).toBe('SOURCE_WRONG_CHAIN');
    expect(() => connect({ chain: ChainId('aptos:1') })).toThrow(failure('CHAIN_ID_INVALID'));
  });
});

describe('the supplies of a Cosmos source', () => {
  it('are those of the height, with the slashes of the denomination encoded', async () => {
    const observation = await source.readSupplies({ point: pointAt(2_000), tokens: [wbtc] });
    expect(observation).toEqual({
      source: source.source,
      point: pointAt(2_000),
      tokens: [{ token: wbtc.token, amount: 22_612_345_678n }],
    });
    const asked = server.requests.filter(({ path }) => path.startsWith(bank));
    expect(asked.map(({ target }) => target).sort()).toEqual([
      `${bank}/denoms_metadata_by_query_string?denom=${encodeURIComponent(denom)}`,
      `${bank}/supply/by_denom?denom=${encodeURIComponent(denom)}`,
    ]);
    expect(asked.map(({ headers }) => headers[heightHeader])).toEqual(['2000', '2000']);
  });

  it('are those of a denomination that came over IBC, with its slash encoded', async () => {
    const came = `ibc/${'0AF9'.repeat(16)}`;
    const metadata = metadataOf({
      base: came,
      denom_units: [
        { denom: came, exponent: 0, aliases: [] },
        { denom: 'wbtc', exponent: 8, aliases: [] },
      ],
    });
    denoms.set(came, { amount: '77', metadata });
    const token = TokenId(`cosmos:osmosis-1/denom:${encodeURIComponent(came)}`);
    expect(await readOne({ ...wbtc, token })).toEqual({ token, amount: 77n });
    const asked = server.requests.filter(({ path }) => path.startsWith(bank));
    expect(asked.every(({ target }) => target.endsWith(`?denom=ibc%2F${'0AF9'.repeat(16)}`))).toBe(
      true,
    );
  });

  it('are those of the height, where they change between two blocks', async () => {
    override = ({ path, headers }) => {
      const height = `${headers[heightHeader]}`;
      const amount = Number(height) < 1_500 ? '100' : '101';
      return path === `${bank}/supply/by_denom`
        ? { json: { amount: { denom, amount } }, headers: { [heightHeader]: height } }
        : undefined;
    };
    expect(await readOne(wbtc, 1_499)).toEqual({ token: wbtc.token, amount: 100n });
    expect(await readOne(wbtc, 1_500)).toEqual({ token: wbtc.token, amount: 101n });
  });

  it.each([2n ** 53n + 1n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 128n - 1n, 2n ** 128n])(
    'are exact for %d, which comes as text and never as a number',
    async (supply) => {
      denoms.set(denom, { amount: `${supply}`, metadata: metadataOf({}) });
      expect(await readOne()).toEqual({ token: wbtc.token, amount: supply });
      override = ({ path }) =>
        path === `${bank}/supply/by_denom`
          ? {
              text: `{"amount":{"denom":"${denom}","amount":${supply}}}`,
              headers: { [heightHeader]: '3000' },
            }
          : undefined;
      expect(await rejectionCode(() => readOne())).toBe('SOURCE_RESPONSE_INVALID');
    },
  );

  it('are exact up to 256 bits', async () => {
    const largest = 2n ** 256n - 1n;
    denoms.set(denom, { amount: `${largest}`, metadata: metadataOf({}) });
    expect(await readOne()).toEqual({ token: wbtc.token, amount: largest });
    for (const amount of [`${largest + 1n}`, '-1', '1.0', '', '0x10', '1e8']) {
      denoms.set(denom, { amount, metadata: metadataOf({}) });
      expect(await rejectionCode(() => readOne())).toBe('SOURCE_RESPONSE_INVALID');
    }
  });

  it('are zero only where the chain knows the denomination', async () => {
    denoms.set(denom, { amount: '0', metadata: metadataOf({}) });
    expect(await readOne()).toEqual({ token: wbtc.token, amount: 0n });
    denoms.delete(denom);
    expect(await readOne()).toMatchObject({ error: failure('TOKEN_MISSING') });
  });

  it('are not known without decimals that can be compared', async () => {
    denoms.set(denom, { amount: '5' });
    expect(await readOne()).toMatchObject({ error: failure('TOKEN_DECIMALS_UNKNOWN') });
    // What the token factory writes by itself when a denomination is created.
    const own = { denom_units: [{ denom, exponent: 0, aliases: [] }], display: denom };
    denoms.set(denom, { amount: '5', metadata: metadataOf(own) });
    expect(await readOne()).toMatchObject({ error: failure('TOKEN_DECIMALS_UNKNOWN') });
    denoms.set(denom, { amount: '5', metadata: metadataOf({ display: 'other' }) });
    expect(await readOne()).toMatchObject({ error: failure('TOKEN_DECIMALS_UNKNOWN') });
  });

  it('have the decimals and the symbol of the registry', async () => {
    expect(await readOne({ ...wbtc, decimals: 6 })).toMatchObject({
      error: failure('TOKEN_DECIMALS_MISMATCH'),
    });
    denoms.set(denom, { amount: '5', metadata: metadataOf({ symbol: 'W\u202eBTC' }) });
    expect(await readOne()).toMatchObject({ error: failure('TOKEN_SYMBOL_MISMATCH') });
  });

  it('are of the denomination that was asked for', async () => {
    denoms.set(denom, { amount: '5', metadata: metadataOf({ base: 'uosmo' }) });
    expect(await rejectionCode(() => readOne())).toBe('SOURCE_RESPONSE_INVALID');
    denoms.set(denom, { amount: '5', metadata: metadataOf({}) });
    override = ({ path }) =>
      path === `${bank}/supply/by_denom`
        ? { json: { amount: { denom: 'uosmo', amount: '5' } }, headers: { [heightHeader]: '3000' } }
        : undefined;
    expect(await rejectionCode(() => readOne())).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('are of the height that was asked for, and say so', async () => {
    const json = { amount: { denom, amount: '5' } };
    const headers = ({ path }: ApiRequest, more: Record<string, string>): ApiReply | undefined =>
      path === `${bank}/supply/by_denom` ? { json, headers: more } : undefined;
    override = (request) => headers(request, { [heightHeader]: '2999' });
    expect(await rejectionCode(() => readOne())).toBe('SOURCE_RESPONSE_INVALID');
    override = (request) => headers(request, {});
    expect(await rejectionCode(() => readOne())).toBe('SOURCE_RESPONSE_INVALID');
    override = (request) => headers(request, { 'Grpc-Metadata-X-Cosmos-Block-Height': '3000' });
    expect(await readOne()).toEqual({ token: wbtc.token, amount: 5n });
  });

  it.each([`${bank}/supply/by_denom`, `${bank}/denoms_metadata_by_query_string`])(
    'are of no node that answers %s for its newest block alone',
    async (endpoint) => {
      override = ({ path, ...request }) =>
        path === endpoint
          ? answer({ ...request, path, headers: { ...request.headers, [heightHeader]: '3000' } })
          : undefined;
      expect(await rejectionCode(() => readOne(wbtc, 2_999))).toBe('SOURCE_RESPONSE_INVALID');
    },
  );

  it('are not there where the node has dropped the state, and say how far it reaches', async () => {
    override = ({ path }) =>
      path.startsWith(bank)
        ? fault(500, 2, 'height 900 is not available, lowest height is 2500')
        : undefined;
    const error = await rejection(() => readOne(wbtc, 900));
    expect(error.code).toBe('SUPPLY_STATE_UNAVAILABLE');
    expect(error.message).toContain('block 900: the lowest is 2500');
    override = ({ path }) =>
      path.startsWith(bank)
        ? fault(400, 3, 'failed to load state at height 900; version does not exist: secret')
        : undefined;
    const other = await rejection(() => readOne(wbtc, 900));
    expect(other.code).toBe('SUPPLY_STATE_UNAVAILABLE');
    expect(other.message).not.toContain('secret');
    override = undefined;
    oldest = 2_500;
    expect(await rejectionCode(() => readOne(wbtc, 900))).toBe('SUPPLY_BLOCK_UNAVAILABLE');
  });

  it.each([
    [400, 3, 'cannot query with height in the future; please provide a valid height'],
    [500, 2, 'height 3000 must be less than or equal to the current blockchain height 2990'],
  ])('are not there where the node is behind (HTTP %d)', async (status, code, message) => {
    override = ({ path }) => (path.startsWith(bank) ? fault(status, code, message) : undefined);
    expect(await rejection(() => readOne())).toMatchObject({
      code: 'SUPPLY_STATE_UNAVAILABLE',
      message: `${server.url} has no state of block 3000: dropped, or not reached`,
    });
  });

  it('are not read where the block is another one', async () => {
    const read = (wrong: object) =>
      rejectionCode(() =>
        source.readSupplies({ point: { ...pointAt(30), ...wrong }, tokens: [wbtc] }),
      );
    expect(await read({ hash: pointAt(31).hash })).toBe('SUPPLY_REORGANISED');
    expect(await read({ time: UnixTime(genesis) })).toBe('SOURCE_RESPONSE_INVALID');
    expect(await read({ chain: ChainId('cosmos:kava_2222-10') })).toBe('INTERNAL_ERROR');
    const foreign = { ...wbtc, token: TokenId('cosmos:kava-1/denom:ukava') };
    expect(await rejectionCode(() => readOne(foreign))).toBe('INTERNAL_ERROR');
  });

  it('are not asked for under another spelling of a denomination', async () => {
    for (const text of [
      'denom:factory%2fosmo1x%2Fwbtc',
      'denom:%75osmo',
      'denom:u',
      'denom:uosmo%26height%3D1',
      'denom:..%2F..%2Fx',
      'denom:%ff',
      'erc20:uosmo',
    ]) {
      const reading = await readOne({ ...wbtc, token: TokenId(`cosmos:osmosis-1/${text}`) });
      expect(reading).toMatchObject({ error: failure('TOKEN_ID_INVALID') });
    }
    expect(server.requests.some(({ path }) => path.startsWith(bank))).toBe(false);
  });
});

describe('a Cosmos server', () => {
  it.each<[string, ApiReply, string]>([
    ['limits', { status: 429, text: 'Too many requests' }, 'SOURCE_RATE_LIMITED'],
    ['fails', fault(500, 2, 'secret'), 'SOURCE_SERVER_ERROR'],
    ['is shut', { status: 403, text: '' }, 'SOURCE_UNAUTHORIZED'],
    ['refuses', fault(400, 3, 'secret'), 'SOURCE_RPC_ERROR'],
    ['answers with a page', { text: '<html>hello</html>' }, 'SOURCE_RESPONSE_INVALID'],
    ['knows no such path', { status: 404, text: '<html>gone</html>' }, 'SOURCE_RESPONSE_INVALID'],
    ['answers something else', { json: [] }, 'SOURCE_RESPONSE_INVALID'],
    ['hangs up', 'reset', 'SOURCE_UNREACHABLE'],
    ['sends too much', { text: ' '.repeat(16 * 1024 * 1024 + 1) }, 'SOURCE_RESPONSE_TOO_LARGE'],
  ])('that %s gives an error of its own', async (_, behaviour, code) => {
    override = () => behaviour;
    const error = await rejection(() => source.findPoint({ kind: 'finalized' }));
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('secret');
    override = ({ path }) => (path.startsWith(bank) ? behaviour : undefined);
    expect(await rejectionCode(() => readOne())).toBe(code);
  });

  it('that says nothing is given up on', async () => {
    override = () => 'silence';
    await source.close();
    source = connect({ timeoutMs: 50 });
    expect(await rejectionCode(() => source.readPoint(1))).toBe('SOURCE_TIMEOUT');
  });

  it('that is too old for metadata with slashes gives an error, not a figure', async () => {
    override = ({ path }) =>
      path.endsWith('by_query_string') ? fault(501, 12, 'Not Implemented') : undefined;
    expect(await rejectionCode(() => readOne())).toBe('SOURCE_SERVER_ERROR');
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-01-01T00:00:00+02:00',
    '2026-01-01 00:00:00Z',
    '1969-12-31T23:59:59Z',
    'yesterday',
  ])('that gives a block the time %s is not believed', async (time) => {
    const block = blockAt(7);
    override = () => ({
      json: { ...block, sdk_block: null, block: { header: { ...block.block.header, time } } },
    });
    expect(await rejectionCode(() => source.readPoint(7))).toBe('SOURCE_RESPONSE_INVALID');
  });
});
