import { describe, expect, it } from 'vitest';
import { formatAnswers, formatSummary } from '../../../live/formatAnswers.ts';
import { exitCodeOf, judgeAnswers } from '../../../live/judgeAnswers.ts';
import { readChain } from '../../../live/readChain.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { ChainId, TokenId, tokenIdParts } from '../../../src/core/caip.ts';
import type { ErrorCode } from '../../../src/core/errorCodes.ts';
import type { Deployment } from '../../../src/registry/asset.ts';
import type {
  AnySupplySource,
  LatestSupplySource,
} from '../../../src/supply/latestSupplySource.ts';
import { pointAt, type SupplyScript, scriptSupply } from '../../support/scriptedSources.ts';

const ethereum = ChainId('eip155:1');
const solana = ChainId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp');
const wbtc = deploymentOf('eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599');
const mint = deploymentOf(`${solana}/token:5XZw2LKTyrfvfiskJ78AMpackRjPcyCif1WhUsPDuVqQ`);
const amount = 12_502_112_345_678n;

function deploymentOf(text: string, decimals = 8): Deployment {
  const token = TokenId(text);
  const { chain, standard, reference } = tokenIdParts(token);
  const names = { token, chain, standard, reference, symbol: 'WBTC' };
  return { ...names, kind: 'canonical', decimals, provenance: [] };
}

function server(operator: string, script: Partial<SupplyScript> = {}) {
  return scriptSupply(ethereum, { operator, amount: () => amount, ...script });
}

/** A server that answers only as of now, each time with the next of the amounts, or the error. */
function latestServer(operator: string, said: readonly (bigint | ErrorCode)[]): LatestSupplySource {
  const source = { id: `http://${operator}`, operator, kind: 'solana' };
  let asked = 0;
  return {
    reach: 'latest',
    source,
    chain: solana,
    finality: 'finalized',
    readLatest: async (tokens) => {
      const next = said[Math.min(asked, said.length - 1)] ?? 0n;
      asked += 1;
      const point = pointAt(solana, 340_000_000 + asked, 1_790_000_000);
      const readings = tokens.map(({ token }) =>
        typeof next === 'string' ? { token, error: new AssayError(next) } : { token, amount: next },
      );
      return { source, from: point, to: point, tokens: readings };
    },
    close: async () => {},
  };
}

async function outcomeOf(...servers: AnySupplySource[]) {
  const deployment = servers[0]?.chain === solana ? mint : wbtc;
  const [read] = await readChain([deployment], servers);
  return judgeAnswers(read?.answers ?? []);
}

describe('readChain', () => {
  it('asks all for the lowest of the blocks that they call final', async () => {
    const supply = (height: number) => BigInt(height);
    const servers = [
      server('one', { amount: supply, finalizedHeight: 10_002 }),
      server('two', { amount: supply, finalizedHeight: 10_000 }),
    ];
    const point = pointAt(ethereum, 10_000, 120_000);
    expect(await readChain([wbtc], servers)).toEqual([
      {
        deployment: wbtc,
        answers: [
          { operator: 'one', said: { amount: 10_000n, point } },
          { operator: 'two', said: { amount: 10_000n, point } },
        ],
      },
    ]);
  });

  it('reads again where a supply changes between the answers of two servers', async () => {
    expect(await outcomeOf(latestServer('one', [5n, 6n]), latestServer('two', [6n]))).toBe('agree');
    const never = [latestServer('one', [5n]), latestServer('two', [6n])] as const;
    expect(await outcomeOf(...never)).toBe('differ');
  });

  it('lets one that fails stop nobody else', async () => {
    const error = new AssayError('SOURCE_TIMEOUT');
    const [read] = await readChain([wbtc], [server('one', { error }), server('two')]);
    expect(read?.answers).toMatchObject([
      { operator: 'one', said: { code: 'SOURCE_TIMEOUT' } },
      { operator: 'two', said: { amount } },
    ]);
  });
});

describe('judgeAnswers', () => {
  it('tells agreement from one word alone, and from none', async () => {
    const error = new AssayError('SOURCE_UNREACHABLE');
    expect(await outcomeOf(server('one'), server('two'))).toBe('agree');
    expect(await outcomeOf(server('one'), server('two', { error }))).toBe('alone');
    expect(await outcomeOf(server('one', { error }), server('two', { error }))).toBe('unread');
    expect(judgeAnswers([])).toBe('unread');
  });

  it('takes another amount or another block of one height for a difference', async () => {
    expect(await outcomeOf(server('one'), server('two', { amount: () => amount + 1n }))).toBe(
      'differ',
    );
    expect(await outcomeOf(server('one'), server('two', { fork: 1 }))).toBe('differ');
  });

  it.each([
    ['TOKEN_DECIMALS_MISMATCH', 'differ'],
    ['TOKEN_SYMBOL_MISMATCH', 'differ'],
    ['TOKEN_MISSING', 'differ'],
    ['TOKEN_NOT_A_MINT', 'differ'],
    ['TOKEN_SUPPLY_UNKNOWN', 'alone'],
    ['SUPPLY_STATE_UNAVAILABLE', 'alone'],
  ] as const)('takes %s beside a figure for: %s', async (code, outcome) => {
    expect(await outcomeOf(latestServer('one', [5n]), latestServer('two', [code]))).toBe(outcome);
  });

  it('gives the exit code: the first of 1, 2, 0 that occurs', () => {
    expect(exitCodeOf(['agree', 'alone'])).toBe(0);
    expect(exitCodeOf(['agree', 'unread'])).toBe(2);
    expect(exitCodeOf(['unread', 'differ', 'agree'])).toBe(1);
    expect(exitCodeOf([])).toBe(2);
  });
});

describe('formatAnswers', () => {
  it('writes a row for each deployment, and one for each server below it', async () => {
    const error = new AssayError('SOURCE_RESPONSE_TOO_LARGE');
    const read = [
      ...(await readChain([wbtc], [server('one'), server('two', { error })])),
      ...(await readChain([mint], [latestServer('three', [5n]), latestServer('four', [5n])])),
      { deployment: deploymentOf('eip155:143/erc20:0x55'), answers: [] },
      { deployment: deploymentOf('stacks:1/sip10:x'), answers: [] },
    ];
    expect(formatAnswers('wbtc', read)).toBe(
      [
        'wbtc                                          supply  servers, block',
        'eip155:1/erc20                                        alone 1/2',
        '  one                               125,021.12345678  10,000',
        '  two                                        unknown  SOURCE_RESPONSE_TOO_LARGE',
        'solana:5eykt4UsF…dp/token                             agree 2/2',
        '  three                                   0.00000005  340,000,001',
        '  four                                    0.00000005  340,000,001',
        'eip155:143/erc20                                      unread 0/0',
        '  no public server is known',
        'stacks:1/sip10                                        unread 0/0',
        '  assay cannot read it',
        '',
      ].join('\n'),
    );
    expect(formatSummary(['agree', 'alone', 'unread', 'unread'])).toBe(
      '4 deployments: 1 agree, 1 alone, 0 differ, 2 unread\n',
    );
  });

  it('cuts no figure, however long, and keeps to 80 columns', async () => {
    const largest = 2n ** 256n - 1n;
    const whole = deploymentOf(wbtc.token, 0);
    const read = await readChain([whole], [server('one', { amount: () => largest })]);
    const lines = formatAnswers('wbtc', read).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.slice(3).join('').replace(/[ ,]/g, '')).toBe(`${largest}.00000000`);
  });
});
