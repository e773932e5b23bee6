import { describe, expect, it } from 'vitest';
import { observeHoldings } from '../../../src/audit/observeHoldings.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { ChainId, TokenId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { HoldingToRead } from '../../../src/supply/holdingReader.ts';
import type { LatestSupplySource } from '../../../src/supply/latestSupplySource.ts';
import { pointAt, scriptSupply } from '../../support/scriptedSources.ts';

const evm = ChainId('eip155:1');
const solana = ChainId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp');
const onEvm: HoldingToRead = {
  token: TokenId(`${evm}/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599`),
  holder: '0x52908400098527886E0F7030069857D2E4169EE7',
};
const onSolana: HoldingToRead = {
  token: TokenId(`${solana}/token:zBTCug3er3tLyffELcvDNrKkCymbPWysGcWihESYfLg`),
  holder: '9EvWTQvZafNxEgpt6snY2sTFT7hARk4tU5QtdRPqoisX',
};
const another: HoldingToRead = { ...onSolana, holder: '11111111111111111111111111111111' };
const points = new Map([[evm, pointAt(evm, 5_000, 60_000)]]);

function at(height: number) {
  return { chain: solana, height, hash: `slot ${height}`, time: UnixTime(height * 10) };
}

type Said = bigint | 'SOURCE_TIMEOUT' | 'TOKEN_HOLDING_UNKNOWN' | 'nothing';

/** A source that says one thing after the other, of every holder; a code is an error. */
function answering(
  operator: string,
  said: readonly Said[],
  span: readonly [number, number] = [5, 5],
  times?: readonly [number, number],
): LatestSupplySource & { readonly asked: readonly (readonly HoldingToRead[])[] } {
  const asked: (readonly HoldingToRead[])[] = [];
  const source = { id: `https://${operator}`, operator, kind: 'solana' };
  return {
    reach: 'latest',
    source,
    chain: solana,
    finality: 'finalized',
    asked,
    readLatest: async () => {
      throw new AssayError('INTERNAL_ERROR');
    },
    holdings: {
      readLatestHoldings: async (holdings) => {
        const one = said[Math.min(asked.length, said.length - 1)];
        asked.push(holdings);
        if (one === 'SOURCE_TIMEOUT') throw new AssayError(one);
        const readings = holdings.map((holding) =>
          typeof one === 'bigint'
            ? { ...holding, amount: one }
            : { ...holding, error: new AssayError('TOKEN_HOLDING_UNKNOWN') },
        );
        const [from, to] = times ?? span.map((height) => at(height).time);
        return {
          from: { ...at(span[0]), time: UnixTime(from ?? 0) },
          to: { ...at(span[1]), time: UnixTime(to ?? 0) },
          holdings: one === 'nothing' ? [] : readings,
        };
      },
    },
    close: async () => {},
  };
}

const readOnSolana = async (sources: readonly LatestSupplySource[], quorum: number) => {
  const [holding] = await observeHoldings([onSolana], points, quorum, sources, {});
  if (!holding) throw new Error('there is no reading');
  return holding;
};

describe('what holders have at a block', () => {
  it('is read at the block of its chain, and names it', async () => {
    const sources = ['x', 'y'].map((operator) =>
      scriptSupply(evm, { operator, amount: () => 100n, held: (height) => BigInt(height) }),
    );
    const [holding] = await observeHoldings([onEvm], points, 2, sources, {});
    expect(holding).toEqual({
      ...onEvm,
      amount: 5_000n,
      point: points.get(evm),
      isNow: false,
      outcomes: sources.map(({ source }) => ({ source, value: 5_000n })),
    });
  });

  it('is not known without a block, nor without a source that can tell', async () => {
    const able = scriptSupply(evm, { operator: 'x', amount: () => 100n, held: () => 7n });
    const unable = scriptSupply(evm, { operator: 'y', amount: () => 100n });
    for (const [sources, at] of [
      [[able], new Map()],
      [[unable], points],
      [[], points],
    ] as const) {
      expect(await observeHoldings([onEvm], at, 1, sources, {})).toMatchObject([
        { amount: { code: 'SOURCE_MISSING' }, point: null, isNow: false, outcomes: [] },
      ]);
    }
  });

  it('is not known for the reason that there is instead of a block, and nobody is asked', async () => {
    const why = new AssayError('SOURCE_UNREACHABLE');
    const able = scriptSupply(evm, { operator: 'x', amount: () => 100n, held: () => 7n });
    expect(await observeHoldings([onEvm], new Map([[evm, why]]), 1, [able], {})).toEqual([
      { ...onEvm, amount: why, point: null, isNow: false, outcomes: [] },
    ]);
  });

  it('is never read as of now where a source of the chain can name a block', async () => {
    const chain = solana;
    const now = answering('a', [7n]);
    const exact = scriptSupply(chain, { operator: 'x', amount: () => 100n, held: () => 9n });
    const blocks = new Map([[chain, pointAt(chain, 5, 60)]]);
    expect(await observeHoldings([onSolana], blocks, 1, [now, exact], {})).toMatchObject([
      { amount: 9n, isNow: false },
    ]);
    expect(now.asked).toEqual([]);
  });
});

describe('what holders have as of now', () => {
  it('is marked as around the blocks that those named who agree', async () => {
    const sources = [
      answering('a', [7n], [4, 6]),
      answering('b', [7n], [5, 8]),
      answering('c', [9n], [1, 99]),
    ];
    const holding = await readOnSolana(sources, 2);
    expect(holding).toMatchObject({
      ...onSolana,
      amount: 7n,
      point: at(4),
      around: { from: at(4), to: at(8) },
      isNow: true,
    });
    expect(holding.outcomes.map((one) => ('value' in one ? one.value : one.error.code))).toEqual([
      7n,
      7n,
      9n,
    ]);
  });

  it('is of no moment where one of those who agree gives times that the others contradict', async () => {
    const honest = [answering('a', [7n], [500, 501]), answering('b', [7n], [501, 502])];
    const late = answering('x', [7n], [499, 503], [5_061, 5_030]);
    expect(await readOnSolana([...honest, late], 2)).toMatchObject({
      amount: {
        code: 'SUPPLY_SOURCES_DISAGREE',
        message: `the sources give blocks or times that contradict each other for what ${onSolana.holder} has of ${onSolana.token}`,
      },
      point: null,
    });
    const estimated = answering('x', [7n], [499, 503], [5_060, 5_030]);
    expect(await readOnSolana([...honest, estimated], 2)).toMatchObject({
      amount: 7n,
      around: { from: { height: 499 }, to: { height: 503 } },
    });
  });

  it('is around one block where there is only one, and so of now all the same', async () => {
    const holding = await readOnSolana([answering('a', [0n])], 1);
    const around = { from: at(5), to: at(5) };
    expect(holding).toMatchObject({ amount: 0n, point: at(5), around, isNow: true });
  });

  it('is read again, and nothing else is, where tokens may have moved between two sources', async () => {
    const late = answering('a', [7n, 9n]);
    const mint = TokenId(`${solana}/token:CtzPWv73Sn1dMGVU3ZtLv9yWSyUAanBni19YWDaznnkn`);
    const ofOther = { ...onSolana, token: mint };
    const holdings = await observeHoldings(
      [onSolana, another, ofOther],
      points,
      2,
      [
        late,
        {
          ...late,
          source: { id: 'https://b', operator: 'b', kind: 'solana' },
          holdings: {
            readLatestHoldings: async (some) => ({
              from: at(5),
              to: at(5),
              holdings: some.map((one) => ({ ...one, amount: one === onSolana ? 9n : 7n })),
            }),
          },
        },
      ],
      {},
    );
    expect(holdings.map(({ amount }) => amount)).toEqual([9n, 7n, 7n]);
    // One holding of a token may be a part of another: its sources see that if they are asked for both.
    expect(late.asked).toEqual([
      [onSolana, another, ofOther],
      [onSolana, another],
    ]);
  });

  it('takes no side where they go on to differ', async () => {
    const sources = [answering('a', [7n]), answering('b', [9n])];
    expect(await readOnSolana(sources, 2)).toMatchObject({
      amount: { code: 'SUPPLY_SOURCES_DISAGREE' },
      point: null,
    });
    expect(sources[0]?.asked).toHaveLength(3);
  });

  it.each(['SOURCE_TIMEOUT', 'TOKEN_HOLDING_UNKNOWN'] as const)(
    'is not agreed on since who contradicted it fell silent: %s',
    async (silence) => {
      const holding = await readOnSolana([answering('a', [7n, silence]), answering('x', [9n])], 1);
      expect(holding).toMatchObject({
        amount: { code: 'SUPPLY_SOURCES_DISAGREE' },
        outcomes: [{ value: 7n }, { value: 9n }],
      });
      const back = answering('a', [7n, silence, 9n]);
      expect((await readOnSolana([back, answering('x', [9n])], 1)).amount).toBe(9n);
    },
  );

  it('counts an error as silence, of a source and of a holding', async () => {
    const silent = [
      answering('a', ['SOURCE_TIMEOUT']),
      answering('b', ['TOKEN_HOLDING_UNKNOWN']),
      answering('c', ['nothing']),
    ];
    expect((await readOnSolana([...silent, answering('d', [7n])], 1)).amount).toBe(7n);
    expect((await readOnSolana([...silent, answering('d', [7n])], 2)).amount).toMatchObject({
      code: 'SUPPLY_QUORUM_NOT_MET',
    });
    expect(await readOnSolana(silent.slice(1, 2), 1)).toMatchObject({
      amount: { code: 'TOKEN_HOLDING_UNKNOWN' },
      point: null,
    });
  });

  it('is two opinions only from two operators', async () => {
    const twice = [answering('a', [7n]), answering('a', [7n])];
    expect((await readOnSolana(twice, 2)).amount).toMatchObject({ code: 'SUPPLY_QUORUM_NOT_MET' });
  });

  it('is not known where no source can tell', async () => {
    const { holdings: _, ...unable } = answering('a', []);
    expect(await readOnSolana([unable], 1)).toMatchObject({
      amount: { code: 'SOURCE_MISSING' },
      point: null,
      isNow: true,
      outcomes: [],
    });
  });

  it('is told in the order of the request, beside holdings at a block', async () => {
    const sources = [
      answering('a', [7n]),
      scriptSupply(evm, { operator: 'x', amount: () => 100n, held: () => 5n }),
    ];
    const asked = [onSolana, onEvm, another, onSolana];
    const holdings = await observeHoldings(asked, points, 1, sources, {});
    expect(holdings.map(({ token, holder, amount }) => ({ token, holder, amount }))).toEqual(
      asked.map((one) => ({ ...one, amount: one === onEvm ? 5n : 7n })),
    );
  });
});
