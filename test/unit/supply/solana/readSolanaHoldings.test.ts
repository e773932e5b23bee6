import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import { decodeBase58, encodeBase58 } from '../../../../src/supply/base58.ts';
import type { HoldingToRead } from '../../../../src/supply/holdingReader.ts';
import type { LatestSupplySource } from '../../../../src/supply/latestSupplySource.ts';
import { tokenPrograms } from '../../../../src/supply/solana/solanaMint.ts';
import { createSolanaSource } from '../../../../src/supply/solana/solanaSource.ts';
import { rejection, rejectionCode } from '../../../support/rejection.ts';
import {
  encodeExtendedMint,
  encodeMint,
  encodeTokenAccount,
  type TokenAccountFields,
} from '../../../support/solanaMints.ts';
import {
  type SolanaReply,
  type SolanaServer,
  solanaBlock,
  startSolanaServer,
} from '../../../support/solanaServer.ts';

const chain = ChainId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp');
// The mint of zBTC and its CCIP lockbox, as the registry has them; the mint of xBTC.
const zbtc = 'zBTCug3er3tLyffELcvDNrKkCymbPWysGcWihESYfLg';
const lockbox = '9EvWTQvZafNxEgpt6snY2sTFT7hARk4tU5QtdRPqoisX';
const xbtc = 'CtzPWv73Sn1dMGVU3ZtLv9yWSyUAanBni19YWDaznnkn';
const addressOf = (byte: number) => encodeBase58(new Uint8Array(32).fill(byte));
const [first, second, third, other] = [addressOf(1), addressOf(2), addressOf(3), addressOf(9)];
const source = { id: 'https://solana.example', operator: 'example', kind: 'solana' };
const ofToken = (mint: string) => TokenId(`${chain}/token:${mint}`);
const held: HoldingToRead = { token: ofToken(zbtc), holder: lockbox };

let server: SolanaServer;
let solana: LatestSupplySource;
/** What happens while the source waits. */
let whileWaiting: () => void;

beforeEach(async () => {
  whileWaiting = () => {};
  server = await startSolanaServer();
  const supply = { supply: 2n ** 64n - 1n, decimals: 8 };
  server.accounts.set(zbtc, { owner: tokenPrograms.token, data: encodeMint(supply) });
  server.accounts.set(xbtc, {
    owner: tokenPrograms['token-2022'],
    data: encodeExtendedMint(supply, [{ type: 18, content: new Uint8Array(64) }]),
  });
  solana = connect();
});
afterEach(async () => {
  await solana.close();
  await server[Symbol.asyncDispose]();
});

function connect(): LatestSupplySource {
  return createSolanaSource({
    url: server.url,
    source,
    chain,
    timeoutMs: 5_000,
    wait: async () => whileWaiting(),
  });
}

const keyOf = (text: string) => decodeBase58(text) ?? new Uint8Array();

/** Opens a token account. */
function open(
  address: string,
  amount: bigint,
  more: TokenAccountFields & { readonly mint?: string; readonly program?: string } = {},
): void {
  const { mint = zbtc, program = tokenPrograms.token, ...fields } = more;
  const data = encodeTokenAccount(keyOf(mint), amount, { owner: keyOf(lockbox), ...fields });
  server.accounts.set(address, { owner: program, data });
}

async function read(...holdings: readonly HoldingToRead[]) {
  if (!solana.holdings) throw new Error('it cannot tell who holds how much');
  return solana.holdings.readLatestHoldings(holdings);
}

async function readOne(holding = held) {
  const [reading] = (await read(holding)).holdings;
  return reading;
}

function pointAt(slot: number) {
  const { blockhash, blockTime } = solanaBlock(slot);
  return { chain, height: slot, hash: blockhash, time: blockTime };
}

/** Answers one method in another way. */
function answer(method: string, reply: (times: number) => SolanaReply | undefined): void {
  server.override = (call, times) => (call.method === method ? reply(times) : undefined);
}

const asked = (method: string) => server.calls.filter((call) => call.method === method);

describe('what an owner has on Solana', () => {
  it('is the sum of all its token accounts of the mint, frozen or not', async () => {
    open(first, 12n);
    open(second, 30n, { state: 2 });
    open(third, 500n, { owner: keyOf(other) });
    open(other, 7n, { mint: xbtc, program: tokenPrograms['token-2022'] });
    expect(await read(held)).toEqual({
      from: pointAt(341_197_247),
      to: pointAt(341_197_247),
      holdings: [{ ...held, amount: 42n }],
    });
    expect(asked('getTokenAccountsByOwner').map(({ params }) => params)).toEqual([
      [
        lockbox,
        { mint: zbtc },
        { commitment: 'finalized', encoding: 'base64', dataSlice: { offset: 0, length: 16_384 } },
      ],
    ]);
  });

  it('is 0 where the server lists no account', async () => {
    expect(await readOne()).toEqual({ ...held, amount: 0n });
    // A program's own address may have data of the program's.
    server.accounts.set(lockbox, { owner: other, data: new Uint8Array(165).fill(1) });
    expect(await readOne()).toEqual({ ...held, amount: 0n });
  });

  it.each([2n ** 53n + 1n, 2n ** 64n - 1n])('is exact at %d', async (amount) => {
    open(first, amount);
    expect(await readOne()).toEqual({ ...held, amount });
  });

  it('is refused beyond what a mint can make', async () => {
    open(first, 2n ** 64n - 1n);
    open(second, 1n);
    expect(await rejectionCode(() => read(held))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('is read of each owner and each mint by itself', async () => {
    const extended = { token: ofToken(xbtc), holder: lockbox };
    const elsewhere = { token: ofToken(zbtc), holder: other };
    open(first, 12n);
    open(second, 7n, {
      mint: xbtc,
      program: tokenPrograms['token-2022'],
      extensions: [{ type: 7, content: new Uint8Array() }],
    });
    open(third, 5n, { owner: keyOf(other) });
    const { holdings } = await read(extended, held, elsewhere, held);
    expect(holdings).toEqual([
      { ...extended, amount: 7n },
      { ...held, amount: 12n },
      { ...elsewhere, amount: 5n },
      { ...held, amount: 12n },
    ]);
    expect(asked('getMultipleAccounts')).toHaveLength(1);
  });

  it('can be what a multisignature account has, or the mint itself', async () => {
    server.accounts.set(lockbox, { owner: tokenPrograms.token, data: new Uint8Array(355) });
    open(first, 12n);
    expect(await readOne()).toEqual({ ...held, amount: 12n });
    open(second, 3n, { owner: keyOf(zbtc) });
    const burnt = { token: ofToken(zbtc), holder: zbtc };
    expect(await readOne(burnt)).toEqual({ ...burnt, amount: 3n });
  });

  it('is not known where one of its accounts can hold tokens in secret', async () => {
    const extended = { token: ofToken(xbtc), holder: lockbox };
    const program = tokenPrograms['token-2022'];
    open(first, 12n, { mint: xbtc, program, extensions: [] });
    open(second, 1n, {
      mint: xbtc,
      program,
      extensions: [{ type: 5, content: new Uint8Array(295) }],
    });
    expect(await readOne(extended)).toMatchObject({
      error: {
        code: 'TOKEN_HOLDING_UNKNOWN',
        message: `${lockbox} owns ${second}, which can hold tokens in secret: what it has of ${extended.token} does not show`,
      },
    });
  });
});

describe('a holder on Solana that is a token account', () => {
  it('has what it holds, and nobody is asked what it owns', async () => {
    open(first, 12n);
    open(second, 30n);
    const holding = { token: ofToken(zbtc), holder: first };
    expect(await readOne(holding)).toEqual({ ...holding, amount: 12n });
    expect(asked('getTokenAccountsByOwner')).toEqual([]);
  });

  it('may hold nothing', async () => {
    open(first, 0n);
    const holding = { token: ofToken(zbtc), holder: first };
    expect(await readOne(holding)).toEqual({ ...holding, amount: 0n });
  });

  it('is not taken twice, where its owner is a holder, too', async () => {
    open(first, 12n);
    open(second, 30n);
    const account = { token: ofToken(zbtc), holder: first };
    const error = {
      code: 'TOKEN_HOLDING_UNKNOWN',
      message: `${first} is where ${lockbox} keeps its tokens, and both are listed: what it has of ${account.token} would count twice`,
    };
    for (const all of [
      [account, held],
      [held, account],
    ]) {
      const { holdings } = await read(...all);
      expect(holdings.find(({ holder }) => holder === first)).toMatchObject({ ...account, error });
      expect(holdings.find(({ holder }) => holder === lockbox)).toEqual({ ...held, amount: 42n });
    }
  });

  it('counts where its owner is a holder of another token, or itself', async () => {
    open(first, 12n);
    open(second, 5n, { owner: keyOf(second) });
    const [account, own] = [first, second].map((holder) => ({ token: ofToken(zbtc), holder }));
    if (!account || !own) throw new Error('there are no holdings');
    const { holdings } = await read(account, { token: ofToken(xbtc), holder: lockbox }, own);
    expect(holdings[0]).toEqual({ ...account, amount: 12n });
    expect(holdings[2]).toEqual({ ...own, amount: 5n });
  });

  it('of another mint is no holder of nothing', async () => {
    open(first, 12n, { mint: xbtc, program: tokenPrograms['token-2022'] });
    const [wrong, right] = (await read({ token: ofToken(zbtc), holder: first }, held)).holdings;
    expect(wrong).toMatchObject({
      error: {
        code: 'TOKEN_HOLDING_UNKNOWN',
        message: `${first} is a token account of another mint, ${xbtc}: what it has of ${ofToken(zbtc)} is not known`,
        facts: { source: source.id, token: ofToken(zbtc), holder: first },
      },
    });
    expect(right).toEqual({ ...held, amount: 0n });
  });

  it.each([
    ['was never initialised', new Uint8Array(165)],
    ['is larger than assay reads', new Uint8Array(16 * 1024 + 1).fill(2)],
  ])('has no figure where it %s', async (_, data) => {
    server.accounts.set(lockbox, { owner: tokenPrograms.token, data });
    expect(await readOne()).toMatchObject({ error: { code: 'TOKEN_HOLDING_UNKNOWN' } });
  });

  it.each([
    ['a state that there is not', { state: 3 }],
    ['extensions that its program does not have', { extensions: [] }],
  ])('has no figure, and least of all 0, where it has %s', async (_, fields) => {
    open(first, 12n, fields);
    expect(await readOne({ token: ofToken(zbtc), holder: first })).toMatchObject({
      error: {
        code: 'TOKEN_HOLDING_UNKNOWN',
        message: expect.stringContaining('in a form that assay does not know'),
      },
    });
  });

  it('has no figure where it can hold tokens in secret', async () => {
    const extensions = [{ type: 5, content: new Uint8Array(295) }];
    open(first, 12n, { mint: xbtc, program: tokenPrograms['token-2022'], extensions });
    expect(await readOne({ token: ofToken(xbtc), holder: first })).toMatchObject({
      error: { code: 'TOKEN_HOLDING_UNKNOWN' },
    });
  });

  it('belongs to the program of its mint, or the server is not believed', async () => {
    open(first, 12n, { program: tokenPrograms['token-2022'] });
    const holding = { token: ofToken(zbtc), holder: first };
    expect(await rejectionCode(() => read(holding))).toBe('SOURCE_RESPONSE_INVALID');
  });
});

describe('a token on Solana of which nobody has any', () => {
  it.each([
    ['TOKEN_NO_CODE', 'there is no account', undefined],
    ['TOKEN_NOT_A_MINT', 'another program owns it', { owner: other, data: new Uint8Array(82) }],
    [
      'TOKEN_NOT_A_MINT',
      'it is a token account',
      { owner: tokenPrograms.token, data: encodeTokenAccount(new Uint8Array(32), 5n) },
    ],
    [
      'TOKEN_SUPPLY_UNKNOWN',
      'it is minted in secret',
      {
        owner: tokenPrograms['token-2022'],
        data: encodeExtendedMint({ supply: 5n, decimals: 8 }, [
          { type: 24, content: new Uint8Array(196) },
        ]),
      },
    ],
  ])('gives %s where %s', async (code, _, account) => {
    server.accounts.delete(zbtc);
    if (account) server.accounts.set(zbtc, account);
    expect(await readOne()).toMatchObject({ ...held, error: { code } });
    expect(asked('getTokenAccountsByOwner')).toEqual([]);
  });

  it.each([
    ['of another chain', { token: TokenId('eip155:1/erc20:0x00'), holder: lockbox }],
    ['of another standard', { token: TokenId(`${chain}/nft:${zbtc}`), holder: lockbox }],
    ['of what is no mint', { token: ofToken('zBTC'), holder: lockbox }],
    ['by what is no account', { token: ofToken(zbtc), holder: lockbox.slice(0, -2) }],
    ['by an EVM address', { ...held, holder: '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599' }],
  ])('is not asked for as a holding %s', async (_, holding) => {
    expect(await readOne(holding)).toMatchObject({ error: { code: 'INTERNAL_ERROR' } });
    expect(asked('getMultipleAccounts').map(({ params }) => params[0])).toEqual([[]]);
  });

  it('is no token where it is SOL itself', async () => {
    expect(await readOne({ ...held, token: TokenId(`${chain}/slip44:501`) })).toMatchObject({
      error: { code: 'SUPPLY_CHAIN_UNSUPPORTED' },
    });
  });
});

describe('a Solana server that is asked for holdings', () => {
  it('names the blocks of the lowest and the highest slot', async () => {
    open(first, 12n);
    answer('getTokenAccountsByOwner', () => {
      server.slot += 3;
      open(first, 11n);
      return undefined;
    });
    expect(await read(held)).toEqual({
      from: pointAt(341_197_247),
      to: pointAt(341_197_250),
      holdings: [{ ...held, amount: 11n }],
    });
  });

  it('may answer one call from a node that is behind another, and says so', async () => {
    server.override = ({ method }, times) => {
      if (method === 'getTokenAccountsByOwner' && times === 1) server.slot -= 2;
      if (method === 'getBlock' && times === 1) server.slot += 2;
      return undefined;
    };
    const { from, to } = await read(held);
    expect([from, to]).toEqual([pointAt(341_197_245), pointAt(341_197_247)]);
  });

  it('that is behind what it said before is given a moment to catch up', async () => {
    await solana.readLatest([]);
    server.slot -= 2;
    open(first, 12n);
    whileWaiting = () => {
      server.slot += 1;
      open(first, 13n);
    };
    expect(await read(held)).toEqual({
      from: pointAt(341_197_247),
      to: pointAt(341_197_247),
      holdings: [{ ...held, amount: 13n }],
    });
    expect(asked('getTokenAccountsByOwner')).toHaveLength(3);
  });

  it('that is behind what it said before, and remains so, is caught', async () => {
    await solana.readLatest([]);
    server.slot -= 1;
    expect(await rejection(() => read(held))).toMatchObject({
      code: 'SOURCE_TIP_WENT_BACK',
      facts: { seenHeight: 341_197_247, height: 341_197_246 },
    });
  });

  it('of another cluster is refused', async () => {
    // Devnet.
    server.genesisHash = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG';
    expect(await rejectionCode(() => read(held))).toBe('SOURCE_WRONG_CHAIN');
  });

  const excluded = `${lockbox} excluded from account secondary indexes; this RPC method unavailable for key`;
  it.each([
    ['keeps no index of that owner', { error: { code: -32010, message: excluded } }],
    ['knows no such mint', { error: { code: -32602, message: 'Invalid param: not a Token mint' } }],
    ['does not have the method', { error: { code: -32601, message: 'Method not found' } }],
  ] satisfies [string, SolanaReply][])('that %s gives no figure', async (_, reply) => {
    answer('getTokenAccountsByOwner', () => reply);
    const error = await rejection(() => read(held));
    expect(error.code).toBe('SOURCE_RPC_ERROR');
    expect(error.message).not.toContain('secondary');
  });

  const account = (change: object = {}) => ({
    data: [
      Buffer.from(encodeTokenAccount(keyOf(zbtc), 5n, { owner: keyOf(lockbox) })).toString(
        'base64',
      ),
      'base64',
    ],
    executable: false,
    lamports: 2_039_280,
    owner: tokenPrograms.token as string,
    rentEpoch: 0,
    space: 165,
    ...change,
  });
  const entry = (change: object = {}) => ({ pubkey: first, account: account(change) });
  const bytes = (data: Uint8Array) => ({
    data: [Buffer.from(data).toString('base64'), 'base64'],
    space: data.length,
  });
  const listed = (value: unknown, slot: unknown = 341_197_247) => ({ context: { slot }, value });

  it('is believed where it lists what was asked for', async () => {
    answer('getTokenAccountsByOwner', () => ({ result: listed([entry()]) }));
    expect(await readOne()).toEqual({ ...held, amount: 5n });
  });

  it.each([
    ['nothing', null],
    ['no list', listed(null)],
    ['no slot', { value: [] }],
    ['a slot as text', listed([], '341197247')],
    ['an account without its address', listed([{ account: account() }])],
    ['an address that is none', listed([{ ...entry(), pubkey: 'first' }])],
    ['one account twice', listed([entry(), entry()])],
    ['no account at an address', listed([{ pubkey: first, account: null }])],
    ['parsed accounts', listed([entry({ data: { parsed: { info: {} } } })])],
    ['another size than it says', listed([entry({ space: 166 })])],
    ['an account of another program', listed([entry({ owner: other })])],
    ['one of the other token program', listed([entry({ owner: tokenPrograms['token-2022'] })])],
    [
      'an account of another owner',
      listed([entry(bytes(encodeTokenAccount(keyOf(zbtc), 5n, { owner: keyOf(other) })))]),
    ],
    [
      'an account of another mint',
      listed([entry(bytes(encodeTokenAccount(keyOf(xbtc), 5n, { owner: keyOf(lockbox) })))]),
    ],
    ['an account that was never used', listed([entry(bytes(new Uint8Array(165)))])],
    ['what is no token account', listed([entry(bytes(encodeMint({ supply: 5n, decimals: 8 })))])],
  ])('that lists %s is not believed', async (_, result) => {
    answer('getTokenAccountsByOwner', () => ({ result }));
    expect(await rejectionCode(() => read(held))).toBe('SOURCE_RESPONSE_INVALID');
  });
});
