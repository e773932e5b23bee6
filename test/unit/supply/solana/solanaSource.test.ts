import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import type { Progress } from '../../../../src/core/source.ts';
import { encodeBase58 } from '../../../../src/supply/base58.ts';
import type { LatestSupplySource } from '../../../../src/supply/latestSupplySource.ts';
import { tokenPrograms } from '../../../../src/supply/solana/solanaMint.ts';
import {
  createSolanaSource,
  type SolanaSourceOptions,
} from '../../../../src/supply/solana/solanaSource.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';
import {
  encodeExtendedMint,
  encodeMint,
  encodeTokenAccount,
} from '../../../support/solanaMints.ts';
import {
  type SolanaReply,
  type SolanaServer,
  solanaBlock,
  startSolanaServer,
} from '../../../support/solanaServer.ts';

const chain = ChainId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp');
// The mints of WBTC and xBTC, as the registry has them.
const mints = {
  wbtc: '5XZw2LKTyrfvfiskJ78AMpackRjPcyCif1WhUsPDuVqQ',
  xbtc: 'CtzPWv73Sn1dMGVU3ZtLv9yWSyUAanBni19YWDaznnkn',
} as const;
const tokenOf = (mint: string) => ({
  token: TokenId(`${chain}/token:${mint}`),
  decimals: 8,
  symbol: 'BTC',
});
const [wbtc, xbtc] = [tokenOf(mints.wbtc), tokenOf(mints.xbtc)];
const source = { id: 'https://solana.example', operator: 'example', kind: 'solana' };
const failing = (code: number, message: string): SolanaReply => ({ error: { code, message } });

let server: SolanaServer;
let solana: LatestSupplySource;
let waits: number[];

beforeEach(async () => {
  server = await startSolanaServer();
  server.accounts.set(mints.wbtc, plainMint(12_345_678_901n));
  server.accounts.set(mints.xbtc, {
    owner: tokenPrograms['token-2022'],
    data: encodeExtendedMint({ supply: 55n, decimals: 8 }, [
      { type: 18, content: new Uint8Array(64) },
      { type: 26, content: new Uint8Array(33) },
    ]),
  });
  waits = [];
  solana = connect();
});
afterEach(async () => {
  await solana.close();
  await server[Symbol.asyncDispose]();
});

function connect(more: Partial<SolanaSourceOptions> = {}): LatestSupplySource {
  const wait = async (ms: number) => waits.push(ms);
  return createSolanaSource({ url: server.url, source, chain, timeoutMs: 5_000, wait, ...more });
}

function plainMint(supply: bigint, decimals = 8) {
  return { owner: tokenPrograms.token, data: encodeMint({ supply, decimals }) };
}

function pointAt(slot: number) {
  const { blockhash, blockTime } = solanaBlock(slot);
  return { chain, height: slot, hash: blockhash, time: blockTime };
}

/** Answers one method in another way. */
function answer(method: string, reply: (times: number) => SolanaReply | undefined): void {
  server.override = (call, times) => (call.method === method ? reply(times) : undefined);
}

const methods = () => server.calls.map(({ method }) => method);
/** The code of the error that stands in place of a figure. */
async function tokenError() {
  const { tokens } = await solana.readLatest([wbtc]);
  const [reading] = tokens;
  if (!reading || !('error' in reading)) throw new Error('it has a figure');
  return reading.error;
}

describe('createSolanaSource', () => {
  it('reads all mints at one slot, and names its block', async () => {
    const progress: Progress[] = [];
    const onProgress = (one: Progress) => progress.push(one);
    expect(await solana.readLatest([wbtc, xbtc], { onProgress })).toEqual({
      source,
      from: pointAt(341_197_247),
      to: pointAt(341_197_247),
      tokens: [
        { token: wbtc.token, amount: 12_345_678_901n },
        { token: xbtc.token, amount: 55n },
      ],
    });
    expect(methods().sort()).toEqual(['getBlock', 'getGenesisHash', 'getMultipleAccounts']);
    expect(progress.map(({ phase, done, total }) => [phase, done, total])).toEqual([
      ['supply', 0, 2],
      ['supply', 2, 2],
    ]);
  });

  it('asks for the genesis hash once', async () => {
    await solana.readLatest([wbtc]);
    await solana.readLatest([wbtc]);
    expect(methods().filter((method) => method === 'getGenesisHash')).toHaveLength(1);
  });

  it.each([0n, 2n ** 53n + 1n, 2n ** 64n - 1n])('reads a supply of %d exactly', async (supply) => {
    server.accounts.set(mints.wbtc, plainMint(supply));
    expect((await solana.readLatest([wbtc])).tokens).toEqual([
      { token: wbtc.token, amount: supply },
    ]);
  });

  it('reads more than a hundred mints in several calls, and names the blocks of the lowest and highest slot', async () => {
    const many = Array.from({ length: 101 }, (_, at) => {
      const mint = encodeBase58(new Uint8Array(32).fill(at + 1));
      server.accounts.set(mint, plainMint(BigInt(at)));
      return tokenOf(mint);
    });
    server.override = ({ method }, times) => {
      if (method === 'getMultipleAccounts' && times === 2) server.slot += 3;
      return undefined;
    };
    const { from, to, tokens } = await solana.readLatest(many);
    expect([from, to]).toEqual([pointAt(341_197_247), pointAt(341_197_250)]);
    expect(tokens).toEqual(many.map(({ token }, at) => ({ token, amount: BigInt(at) })));
  });

  it('never mixes two slots where the supply changes between two readings', async () => {
    const before = await solana.readLatest([wbtc, xbtc]);
    server.slot += 2;
    server.accounts.set(mints.wbtc, plainMint(1n));
    const after = await solana.readLatest([wbtc, xbtc]);
    expect(before.tokens[0]).toEqual({ token: wbtc.token, amount: 12_345_678_901n });
    expect(after.tokens[0]).toEqual({ token: wbtc.token, amount: 1n });
    expect([before.to, after.from]).toEqual([pointAt(341_197_247), pointAt(341_197_249)]);
  });

  it('answers with its slot alone where no token is asked for', async () => {
    expect(await solana.readLatest([])).toMatchObject({ from: pointAt(341_197_247), tokens: [] });
  });

  it('refuses another cluster, naming both', async () => {
    // Devnet.
    server.genesisHash = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG';
    expect(await rejection(() => solana.readLatest([wbtc]))).toMatchObject({
      code: 'SOURCE_WRONG_CHAIN',
      facts: { expected: chain, found: 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1' },
    });
  });

  it('refuses a chain of another kind, a URL that is none, and tokens of elsewhere', async () => {
    expect(await rejectionCode(() => connect({ chain: ChainId('eip155:1') }))).toBe(
      'CHAIN_ID_INVALID',
    );
    expect(await rejectionCode(() => connect({ url: 'solana.example/SECRET' }))).toBe(
      'SOURCE_URL_INVALID',
    );
    for (const token of [
      'eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
      `${chain}/nft:${mints.wbtc}`,
      `${chain}/token:${mints.wbtc.slice(0, -2)}`,
    ]) {
      const wrong = { ...wbtc, token: TokenId(token) };
      expect(await rejectionCode(() => solana.readLatest([wrong]))).toBe('INTERNAL_ERROR');
    }
    expect(server.calls).toEqual([]);
  });
});

describe('a Solana token', () => {
  it('that has no account has no figure, and the others have theirs', async () => {
    server.accounts.delete(mints.wbtc);
    const { tokens } = await solana.readLatest([wbtc, xbtc]);
    expect(tokens[0]).toMatchObject({
      token: wbtc.token,
      error: { code: 'TOKEN_NO_CODE', message: `${wbtc.token} has no account at slot 341197247` },
    });
    expect(tokens[1]).toEqual({ token: xbtc.token, amount: 55n });
  });

  it('that another program owns is no mint, whatever its bytes', async () => {
    const owner = 'BPFLoaderUpgradeab1e11111111111111111111111';
    server.accounts.set(mints.wbtc, { ...plainMint(5n), owner });
    expect(await tokenError()).toMatchObject({
      code: 'TOKEN_NOT_A_MINT',
      message: `${wbtc.token} belongs to the program ${owner}, not to one of the token programs`,
    });
  });

  it.each([
    ['a token account', encodeTokenAccount(new Uint8Array(32), 5n)],
    [
      'a mint that was never initialised',
      encodeMint({ supply: 0n, decimals: 8, initialised: false }),
    ],
    ['an empty account', new Uint8Array()],
    ['larger than assay reads', new Uint8Array(16 * 1024 + 1)],
  ])('that is %s is no mint', async (_, data) => {
    server.accounts.set(mints.wbtc, { owner: tokenPrograms['token-2022'], data });
    expect((await tokenError()).code).toBe('TOKEN_NOT_A_MINT');
  });

  it('that is minted in secret has no figure', async () => {
    const extensions = [{ type: 24, content: new Uint8Array(196) }];
    const data = encodeExtendedMint({ supply: 5n, decimals: 8 }, extensions);
    server.accounts.set(mints.wbtc, { owner: tokenPrograms['token-2022'], data });
    expect((await tokenError()).code).toBe('TOKEN_SUPPLY_UNKNOWN');
  });

  it('with other decimals than the registry says has no figure', async () => {
    server.accounts.set(mints.wbtc, plainMint(5n, 9));
    expect(await tokenError()).toMatchObject({
      code: 'TOKEN_DECIMALS_MISMATCH',
      facts: { expected: 8, found: '9' },
    });
  });
});

describe('a slot whose block the node does not show', () => {
  it('lies between its neighbours, if it was skipped', async () => {
    server.override = ({ method }) => {
      if (method === 'getMultipleAccounts') server.skipped.add(server.slot);
      if (method === 'getBlock') server.slot += 1;
      return undefined;
    };
    const { from, to, tokens } = await solana.readLatest([wbtc]);
    expect([from, to]).toEqual([pointAt(341_197_246), pointAt(341_197_248)]);
    expect(tokens).toEqual([{ token: wbtc.token, amount: 12_345_678_901n }]);
    expect(waits).toEqual([]);
  });

  it('is waited for, if no block after it is final yet', async () => {
    server.skipped.add(server.slot);
    answer('getBlocks', (times) => {
      if (times === 2) server.slot += 2;
      return undefined;
    });
    const { from, to } = await solana.readLatest([wbtc]);
    expect([from, to]).toEqual([pointAt(341_197_246), pointAt(341_197_248)]);
    expect(waits).toEqual([1_000]);
  });

  it.each([
    [-32004, 'Block not available for slot 341197247'],
    [-32014, 'Block status not yet available for slot 341197247'],
  ])('is itself the point, once the node shows it (%d)', async (code, message) => {
    answer('getBlock', (times) => (times === 1 ? failing(code, message) : undefined));
    const { from, to } = await solana.readLatest([wbtc]);
    expect([from, to]).toEqual([pointAt(341_197_247), pointAt(341_197_247)]);
  });

  it('is an error, if it never comes', async () => {
    server.skipped.add(server.slot);
    expect(await rejection(() => solana.readLatest([wbtc]))).toMatchObject({
      code: 'SUPPLY_BLOCK_UNAVAILABLE',
      facts: { slot: 341_197_247 },
    });
    expect(waits).toEqual([1_000, 1_000, 1_000]);
  });

  it.each([
    [-32001, 'Block 341197247 cleaned up, does not exist on node. First available block: 9'],
    [-32011, 'Transaction history is not available from this node'],
  ])('is an error at once, if the node keeps none (%d)', async (code, message) => {
    answer('getBlock', () => failing(code, message));
    expect(await rejection(() => solana.readLatest([wbtc]))).toMatchObject({
      code: 'SUPPLY_BLOCK_UNAVAILABLE',
      facts: { slot: 341_197_247, rpcCode: code },
    });
    expect(waits).toEqual([]);
  });

  it('is an error, if the node does not know its time', async () => {
    answer('getBlock', () => ({ result: { ...solanaBlock(server.slot), blockTime: null } }));
    expect(await rejectionCode(() => solana.readLatest([wbtc]))).toBe('SUPPLY_BLOCK_UNAVAILABLE');
  });
});

describe('a Solana server', () => {
  it('that goes back between two readings is caught once, and then believed again', async () => {
    await solana.readLatest([wbtc]);
    server.slot -= 1;
    expect(await rejection(() => solana.readLatest([wbtc]))).toMatchObject({
      code: 'SOURCE_TIP_WENT_BACK',
      facts: { seenHeight: 341_197_247, height: 341_197_246 },
    });
    expect((await solana.readLatest([wbtc])).from).toEqual(pointAt(341_197_246));
  });

  it('that is behind its cluster says so', async () => {
    answer('getMultipleAccounts', () => failing(-32005, 'Node is behind by 42 slots'));
    expect(await rejectionCode(() => solana.readLatest([wbtc]))).toBe('SOURCE_NOT_READY');
  });

  it.each([
    ['HTTP 429', { reply: { status: 429, headers: { 'retry-after': '3' }, body: '' } }, 3_000],
    ['an error 429', failing(429, 'Too many requests for a specific RPC call'), 1_000],
    ['HTTP 503', { reply: { status: 503, body: '<html>busy</html>' } }, 250],
    ['a cut connection', { reply: 'reset' as const }, 250],
  ] satisfies [string, SolanaReply, number][])(
    'is asked again after %s',
    async (_, reply, wait) => {
      answer('getMultipleAccounts', (times) => (times === 1 ? reply : undefined));
      expect((await solana.readLatest([wbtc])).tokens).toHaveLength(1);
      expect(waits).toEqual([wait]);
    },
  );

  it.each([
    ['SOURCE_RATE_LIMITED', 'HTTP 429', { reply: { status: 429, body: 'slow down' } }],
    ['SOURCE_RATE_LIMITED', 'an error that says the same', failing(-32429, 'rate limited')],
    ['SOURCE_SERVER_ERROR', 'HTTP 502', { reply: { status: 502, body: '<html>gateway</html>' } }],
    ['SOURCE_UNREACHABLE', 'a cut connection', { reply: 'reset' as const }],
    ['SOURCE_UNAUTHORIZED', 'HTTP 403', { reply: { status: 403, body: 'API key expired' } }],
    ['SOURCE_RESPONSE_INVALID', 'a web page', { reply: { body: '<html>welcome</html>' } }],
    ['SOURCE_RESPONSE_INVALID', 'HTTP 404', { reply: { status: 404, body: '{}' } }],
    [
      'SOURCE_RESPONSE_INVALID',
      'a redirection',
      { reply: { status: 302, headers: { location: '/' }, body: '' } },
    ],
    [
      'SOURCE_RESPONSE_INVALID',
      'the answer to another call',
      { reply: { body: '{"jsonrpc":"2.0","id":99,"result":{}}' } },
    ],
    [
      'SOURCE_RESPONSE_TOO_LARGE',
      'more than 4 MiB',
      { reply: { body: ' '.repeat(4 * 1024 * 1024 + 1) } },
    ],
    ['SOURCE_RPC_ERROR', 'too many accounts', failing(-32602, 'Too many inputs provided; max 5')],
    ['SOURCE_RPC_ERROR', 'an unknown method', failing(-32601, 'Method not found')],
  ] satisfies [string, string, SolanaReply][])(
    'gives %s, and no secret, for %s',
    async (...row) => {
      const [code, , reply] = row;
      answer('getMultipleAccounts', () => reply);
      const error = await rejection(() => solana.readLatest([wbtc]));
      expect(error.code).toBe(code);
      expect(`${error.message} ${JSON.stringify(error.facts)} ${error.fix}`).not.toMatch(
        /SECRET|welcome|expired|gateway/,
      );
    },
  );

  it('that does not answer in time is given up', async () => {
    await solana.close();
    solana = connect({ timeoutMs: 50 });
    answer('getMultipleAccounts', () => ({ reply: 'silence' }));
    expect(await rejectionCode(() => solana.readLatest([wbtc]))).toBe('SOURCE_TIMEOUT');
  });

  it('is left alone once the caller gives up', async () => {
    const signal = AbortSignal.abort();
    expect(await rejectionCode(() => solana.readLatest([wbtc], { signal }))).toBe('SOURCE_TIMEOUT');
    expect(server.calls).toEqual([]);
  });

  it('gets user and password as a header, and its key in the URL', async () => {
    await solana.close();
    const url = server.url.replace('http://', 'http://user:p%40ss@');
    solana = connect({ url });
    await solana.readLatest([wbtc]);
    expect(server.posts[0]).toMatchObject({
      path: '/SECRET-KEY?api-key=SECRET',
      headers: { authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}` },
    });
  });

  const account = {
    data: [Buffer.from(encodeMint({ supply: 5n, decimals: 8 })).toString('base64'), 'base64'],
    executable: false,
    lamports: 1,
    owner: tokenPrograms.token,
    rentEpoch: 0,
    space: 82,
  };
  const accounts = (value: unknown, slot: unknown = 341_197_247) => ({ context: { slot }, value });

  it('may leave out the size of an account, as before Agave 1.14', async () => {
    const { space: _, ...old } = account;
    answer('getMultipleAccounts', () => ({ result: accounts([old]) }));
    expect((await solana.readLatest([wbtc])).tokens).toEqual([{ token: wbtc.token, amount: 5n }]);
  });

  it.each([
    ['no object', 5],
    ['no context', { value: [account] }],
    ['a slot as text', accounts([account], '341197247')],
    ['a negative slot', accounts([account], -1)],
    ['a slot beyond 2^53', accounts([account], 2 ** 53)],
    ['too few accounts', accounts([])],
    ['too many accounts', accounts([account, account])],
    ['another encoding', accounts([{ ...account, data: [account.data[0], 'base58'] }])],
    ['a parsed mint with its supply as a number', accounts([{ ...account, data: { supply: 5 } }])],
    ['what is no base64', accounts([{ ...account, data: ['AQ*=', 'base64'] }])],
    ['another size than it says', accounts([{ ...account, space: 83 }])],
    ['an owner that is no key', accounts([{ ...account, owner: 'Token' }])],
  ])('that answers getMultipleAccounts with %s is not believed', async (_, result) => {
    answer('getMultipleAccounts', () => ({ result }));
    expect(await rejectionCode(() => solana.readLatest([wbtc]))).toBe('SOURCE_RESPONSE_INVALID');
  });

  const block = solanaBlock(341_197_247);
  it.each([
    ['getBlock', 'a hash that is none', { ...block, blockhash: '0x00' }],
    ['getBlock', 'a time as text', { ...block, blockTime: '1700000000' }],
    ['getBlock', 'a time beyond the year 9999', { ...block, blockTime: 253_402_300_800 }],
    ['getBlock', 'a parent above it', { ...block, parentSlot: 341_197_247 }],
    ['getGenesisHash', 'nothing', null],
    ['getGenesisHash', 'text that is no hash', 'mainnet-beta'],
  ])('that answers %s with %s is not believed', async (method, _, result) => {
    answer(method, () => ({ result }));
    expect(await rejectionCode(() => solana.readLatest([wbtc]))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it.each([
    ['slots out of order', [341_197_248, 341_197_246]],
    ['a slot twice', [341_197_246, 341_197_246]],
    ['slots out of range', [341_197_246, 341_197_400]],
    ['slots as text', ['341197246']],
    ['no list', null],
  ])('that answers getBlocks with %s is not believed', async (_, result) => {
    server.skipped.add(server.slot);
    answer('getBlocks', () => ({ result }));
    expect(await rejectionCode(() => solana.readLatest([wbtc]))).toBe('SOURCE_RESPONSE_INVALID');
  });
});
