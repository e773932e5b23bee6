import { encodeAbiParameters, type Hex, stringToHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import { UnixTime } from '../../../../src/core/unixTime.ts';
import { callsForToken, readToken } from '../../../../src/supply/evm/readToken.ts';

const source = { id: 'https://eth.example', operator: 'eth.example', kind: 'evm' };
const address = '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
const token = TokenId(`eip155:1/erc20:${address}`);
const wbtc = { token, decimals: 8, symbol: 'WBTC' };
const point = {
  chain: ChainId('eip155:1'),
  height: 100,
  hash: `0x${'ab'.repeat(32)}`,
  time: UnixTime(1_000),
};
const uint = (value: bigint): Hex => encodeAbiParameters([{ type: 'uint256' }], [value]);
const text = (value: string): Hex => encodeAbiParameters([{ type: 'string' }], [value]);
const reverted = { code: 3, message: 'execution reverted: SECRET' };

interface Said {
  readonly code?: unknown;
  readonly totalSupply?: unknown;
  readonly decimals?: unknown;
  readonly symbol?: unknown;
}

/** The reading of a sound token of which some answers are others. */
function read(said: Said) {
  const answers = {
    code: '0x6000',
    totalSupply: uint(123n),
    decimals: uint(8n),
    symbol: text('WBTC'),
    ...said,
  };
  const list = [answers.code, answers.totalSupply, answers.decimals, answers.symbol];
  return readToken(
    wbtc,
    point,
    list.map((one) => (one instanceof Fault ? { fault: one } : { result: one })),
    source,
  );
}

class Fault {
  readonly code: number;
  readonly message: string;
  constructor(code: number, message: string) {
    this.code = code;
    this.message = message;
  }
}

const codeOf = (said: Said) => {
  const reading = read(said);
  return 'error' in reading ? reading.error.code : reading.amount;
};

describe('callsForToken', () => {
  it('asks for code, totalSupply, decimals and symbol', () => {
    expect(callsForToken(wbtc, point)).toEqual([
      { method: 'eth_getCode', address },
      { method: 'eth_call', to: address, data: '0x18160ddd' },
      { method: 'eth_call', to: address, data: '0x313ce567' },
      { method: 'eth_call', to: address, data: '0x95d89b41' },
    ]);
  });

  it.each([`eip155:8453/erc20:${address}`, 'eip155:1/slip44:60', 'eip155:1/erc20:0x12'])(
    'refuses %s on Ethereum',
    (other) => {
      expect(() => callsForToken({ ...wbtc, token: TokenId(other) }, point)).toThrow(
        expect.objectContaining({ code: 'INTERNAL_ERROR' }),
      );
    },
  );
});

describe('readToken', () => {
  it('reads the supply to the last unit, up to the largest uint256', () => {
    expect(read({})).toEqual({ token, amount: 123n });
    expect(codeOf({ totalSupply: uint(0n) })).toBe(0n);
    expect(codeOf({ totalSupply: uint(2n ** 256n - 1n) })).toBe(2n ** 256n - 1n);
    expect(codeOf({ totalSupply: uint(9_007_199_254_740_993n) })).toBe(9_007_199_254_740_993n);
  });

  it('takes a symbol of bytes32', () => {
    expect(codeOf({ symbol: stringToHex('WBTC', { size: 32 }) })).toBe(123n);
  });

  it('finds no contract where there is no code, whatever the calls return', () => {
    const nothing = { code: '0x', totalSupply: '0x', decimals: '0x', symbol: '0x' };
    expect(codeOf(nothing)).toBe('TOKEN_NO_CODE');
    expect(codeOf({ code: '0x' })).toBe('TOKEN_NO_CODE');
  });

  it.each<[string, Said]>([
    ['totalSupply reverts', { totalSupply: new Fault(3, reverted.message) }],
    ['decimals reverts', { decimals: new Fault(-32000, reverted.message) }],
    ['symbol reverts', { symbol: new Fault(3, 'missing trie node, says the contract') }],
    ['there is no totalSupply', { totalSupply: '0x' }],
    ['totalSupply returns 4 bytes', { totalSupply: '0xffffffff' }],
    ['totalSupply returns two words', { totalSupply: `${uint(1n)}${'00'.repeat(32)}` }],
    ['there is no decimals', { decimals: '0x' }],
    ['decimals returns one byte', { decimals: '0x08' }],
    ['there is no symbol', { symbol: '0x' }],
    ['symbol returns no text', { symbol: `0xff${'00'.repeat(31)}` }],
  ])('is no ERC-20 where %s', (_, said) => {
    const reading = read(said);
    expect(reading).toMatchObject({ token, error: { code: 'TOKEN_REVERTED' } });
    expect('error' in reading && reading.error.message).not.toMatch(/SECRET|says the contract/);
  });

  it('compares the decimals with the registry', () => {
    expect(read({ decimals: uint(18n) })).toMatchObject({
      error: {
        code: 'TOKEN_DECIMALS_MISMATCH',
        message: `${token} has 18 decimals, the registry says 8`,
      },
    });
    expect(codeOf({ decimals: uint(2n ** 255n + 8n) })).toBe('TOKEN_DECIMALS_MISMATCH');
  });

  it('compares the symbol with the registry, letter by letter', () => {
    expect(codeOf({ symbol: text('WBTC ') })).toBe('TOKEN_SYMBOL_MISMATCH');
    expect(codeOf({ symbol: text('wBTC') })).toBe('TOKEN_SYMBOL_MISMATCH');
    expect(codeOf({ symbol: text('') })).toBe('TOKEN_SYMBOL_MISMATCH');
  });

  it("shows a stranger's symbol in plain letters and not for long", () => {
    const reading = read({ symbol: text(`\u202eCTBW\n"${'x'.repeat(500)}`) });
    const message = 'error' in reading ? reading.error.message : '';
    expect(message).toMatch(/ calls itself "\\u\{202e\}CTBW\\n\\"x+", the registry says "WBTC"$/);
    expect(message.length).toBeLessThan(200);
  });

  it.each([
    [
      'missing trie node',
      new Fault(-32000, 'missing trie node SECRET'),
      'SUPPLY_STATE_UNAVAILABLE',
    ],
    ['no such block', new Fault(-32001, 'block not found: SECRET'), 'SUPPLY_STATE_UNAVAILABLE'],
    ['no EIP-1898', new Fault(-32602, 'invalid argument SECRET'), 'SOURCE_RPC_ERROR'],
    ['no method', new Fault(-32601, 'the method does not exist'), 'SOURCE_RPC_ERROR'],
    ['a number for a string', 123, 'SOURCE_RESPONSE_INVALID'],
    ['null', null, 'SOURCE_RESPONSE_INVALID'],
    ['half a byte', '0x123', 'SOURCE_RESPONSE_INVALID'],
    ['text', 'one hundred', 'SOURCE_RESPONSE_INVALID'],
  ])('blames the server, not the token, for %s', (_, answer, code) => {
    for (const said of [{ totalSupply: answer }, { code: answer }]) {
      const reading = () => read(said);
      expect(reading).toThrow(expect.objectContaining({ code }));
      expect(reading).not.toThrow(/SECRET/);
    }
  });
});
