import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenId } from '../../../src/core/caip.ts';
import { buildBackingGraph } from '../../../src/reconcile/backingGraph.ts';
import type { ReadTimes } from '../../../src/reconcile/graphInput.ts';
import { expectCode } from '../../support/expectCode.ts';
import {
  coin,
  graphTokens,
  makeCanonical,
  makeCopy,
  makeLockbox,
  whole,
} from '../../support/graphs.ts';

const { ethereum, bnb, base, solana } = graphTokens;
const policy = { toleranceUnits: coin, durationSeconds: 600 };

function edgeOf(...input: Parameters<typeof buildBackingGraph>) {
  const { edges } = buildBackingGraph(...input);
  expect(edges).toHaveLength(1);
  return edges[0];
}

describe('buildBackingGraph: what is locked against what is minted', () => {
  it('calls an edge backed where as much is locked as is minted', () => {
    expect(edgeOf([makeCanonical(), makeCopy()], [makeLockbox()])).toEqual({
      lockbox: 'oft',
      contract: makeLockbox().contract,
      locks: ethereum,
      copies: [base],
      locked: 10n * whole,
      minted: 10n * whole,
      surplus: 0n,
      ratio: '1.00000000',
      verdict: 'backed',
      reason: '',
    });
  });

  it('calls it under-backed from the smallest unit on, and truncates the ratio', () => {
    const edge = edgeOf([makeCanonical(), makeCopy({ amount: 10n * coin + 1n })], [makeLockbox()]);
    expect(edge).toMatchObject({
      verdict: 'under-backed',
      surplus: -10_000_000_000n,
      ratio: '0.99999999',
      reason: '0.00000001 fewer tokens lie there than are minted.',
    });
  });

  it('adds up all the copies of one lockbox, each with its own decimals', () => {
    const copies = [
      makeCopy({ amount: 4n * coin }),
      makeCopy({ token: bnb, decimals: 18, amount: 6n * whole }),
    ];
    expect(edgeOf([makeCanonical(), ...copies], [makeLockbox()])).toMatchObject({
      copies: [base, bnb],
      minted: 10n * whole,
      verdict: 'backed',
    });
  });

  it('counts one balance once, also where each copy has a row for it', () => {
    const rows = [makeLockbox({ key: 'to-base' }), makeLockbox({ key: 'to-bnb' })];
    const copies = [makeCopy({ lockbox: 'to-base' }), makeCopy({ token: bnb, lockbox: 'to-bnb' })];
    expect(edgeOf([makeCanonical(), ...copies], rows)).toMatchObject({
      lockbox: 'to-base',
      locked: 10n * whole,
      minted: 20n * whole,
      surplus: -10n * whole,
      verdict: 'under-backed',
    });
  });

  it('does not choose between two readings of one balance', () => {
    const rows = [makeLockbox({ key: 'a' }), makeLockbox({ key: 'b', locked: 90n * coin })];
    expect(edgeOf([makeCanonical(), makeCopy({ lockbox: 'a' })], rows)).toMatchObject({
      locked: null,
      verdict: 'unknown',
    });
  });

  it('keeps apart what one contract holds of two tokens', () => {
    const other = makeCanonical({ token: solana });
    const rows = [makeLockbox({ key: 'a' }), makeLockbox({ key: 'b', locks: solana, locked: 0n })];
    const copies = [makeCopy({ lockbox: 'a' }), makeCopy({ token: bnb, lockbox: 'b' })];
    const { edges } = buildBackingGraph([makeCanonical(), other, ...copies], rows);
    expect(edges.map(({ verdict }) => verdict)).toEqual(['backed', 'under-backed']);
  });

  it('gives no ratio where nothing is minted', () => {
    expect(edgeOf([makeCanonical(), makeCopy({ amount: 0n })], [makeLockbox()])).toMatchObject({
      minted: 0n,
      ratio: null,
      verdict: 'backed',
    });
  });
});

describe('buildBackingGraph: what is not known', () => {
  const cases = {
    'the balance': [[makeCopy()], makeLockbox({ locked: null })],
    'which token lies there': [[makeCopy()], makeLockbox({ locks: null })],
    'a copy of several': [[makeCopy(), makeCopy({ token: bnb, amount: null })], makeLockbox()],
    'the copies': [[], makeLockbox()],
    'digits beyond the 18th': [[makeCopy({ decimals: 19, amount: 1n })], makeLockbox()],
  } as const;

  it.each(Object.entries(cases))('is no zero: %s', (_, [copies, lockbox]) => {
    expect(edgeOf([makeCanonical(), ...copies], [lockbox])).toMatchObject({
      verdict: 'unknown',
      surplus: null,
      ratio: null,
    });
  });

  it('says how much is short already where one copy of several is not known', () => {
    const copies = [makeCopy({ amount: 11n * coin }), makeCopy({ token: bnb, amount: null })];
    expect(edgeOf([makeCanonical(), ...copies], [makeLockbox()])).toMatchObject({
      verdict: 'unknown',
      minted: null,
      reason:
        'How much is minted is not known on every chain; what is known of it is 1 tokens more than lie there.',
    });
  });

  it('gives a copy whose lockbox nobody found an edge of its own', () => {
    const copies = [makeCopy({ lockbox: 'unknown' }), makeCopy({ token: bnb, lockbox: 'unknown' })];
    const { edges, tree } = buildBackingGraph([makeCanonical(), ...copies], []);
    expect(edges).toMatchObject([
      { lockbox: 'unknown', locks: null, copies: [base], locked: null, verdict: 'unknown' },
      { lockbox: 'unknown', locks: null, copies: [bnb], locked: null, verdict: 'unknown' },
    ]);
    expect(tree.detached.map(({ edge }) => edge)).toEqual(edges);
  });

  it('takes a balance larger than the supply for a wrong reading, not for a surplus', () => {
    const edge = edgeOf([makeCanonical({ amount: 9n * coin }), makeCopy()], [makeLockbox()]);
    expect(edge).toMatchObject({ verdict: 'unknown', locked: 10n * whole, surplus: null });
  });

  it('does not know which part of a canonical deployment is a copy, unless all of it is covered', () => {
    const part = makeCanonical({ token: solana, lockbox: 'oft', amount: 11n * coin });
    expect(edgeOf([makeCanonical(), part], [makeLockbox()])).toMatchObject({
      minted: null,
      verdict: 'unknown',
    });
    const covered = { ...part, amount: 10n * coin };
    expect(edgeOf([makeCanonical(), covered], [makeLockbox()])).toMatchObject({
      minted: null,
      verdict: 'backed',
    });
  });
});

describe('buildBackingGraph: messages in flight', () => {
  const short = makeCopy({ amount: 11n * coin, amountBefore: 10n * coin });
  const lockbox = makeLockbox({ policy, lockedBefore: 10n * coin });

  it('allows a shortfall within the tolerance that was not there before', () => {
    expect(edgeOf([makeCanonical(), short], [lockbox])).toMatchObject({
      verdict: 'in-flight',
      surplus: -1n * whole,
      reason: '1 fewer tokens lie there than are minted; nothing was missing 600 seconds before.',
    });
  });

  const broken = {
    'there is no policy': [short, { ...lockbox, policy: undefined }],
    'it is above the tolerance': [{ ...short, amount: 11n * coin + 1n }, lockbox],
    'as much was missing before': [{ ...short, amountBefore: 11n * coin }, lockbox],
    'anything was missing before': [{ ...short, amountBefore: 10n * coin + 1n }, lockbox],
  } as const;

  it.each(Object.entries(broken))('does not where %s', (_, [copy, box]) => {
    expect(edgeOf([makeCanonical(), copy], [box])?.verdict).toBe('under-backed');
  });

  const unread = {
    minted: [{ ...short, amountBefore: null }, lockbox],
    locked: [short, { ...lockbox, lockedBefore: null }],
  } as const;

  it.each(Object.entries(unread))(
    'does not know where nobody knows what was %s before',
    (_, [copy, box]) => {
      expect(edgeOf([makeCanonical(), copy], [box])).toMatchObject({
        verdict: 'unknown',
        surplus: null,
        reason:
          '1 fewer tokens lie there than are minted, and whether it was missing 600 seconds before is not known.',
      });
    },
  );

  it('allows nothing where the rows of one balance allow different things', () => {
    const rows = [lockbox, { ...lockbox, key: 'b', policy: { ...policy, durationSeconds: 601 } }];
    expect(edgeOf([makeCanonical(), short], rows)?.verdict).toBe('under-backed');
  });
});

describe('buildBackingGraph: two moments', () => {
  const when = (from: number, to = from) => ({ from, to });
  const short = makeCopy({ amount: 11n * coin, amountAgain: 11n * coin, isNow: true });
  const lockbox = makeLockbox({ lockedAgain: 10n * coin });
  const verdictOf = (
    copy: { times?: ReadTimes; timesAgain?: ReadTimes },
    box: { times?: ReadTimes; timesAgain?: ReadTimes },
  ) => edgeOf([makeCanonical(), { ...short, ...copy }], [{ ...lockbox, ...box }])?.verdict;

  it('finds a shortfall between two readings of the copies', () => {
    const copies = { times: when(100, 110), timesAgain: when(130) };
    expect(verdictOf(copies, { times: when(110, 120), timesAgain: when(140) })).toBe(
      'under-backed',
    );
    expect(verdictOf(copies, { times: when(50), timesAgain: when(111, 130) })).toBe('under-backed');
  });

  it('finds none where more may have been locked since, or was redeemed by then', () => {
    const copies = { times: when(100), timesAgain: when(130) };
    expect(verdictOf(copies, { times: when(50), timesAgain: when(99) })).toBe('unknown');
    expect(verdictOf(copies, { times: when(131), timesAgain: when(140) })).toBe('unknown');
    expect(verdictOf(copies, { times: when(99, 131), timesAgain: when(140) })).toBe('unknown');
    expect(verdictOf(copies, {})).toBe('unknown');
    expect(verdictOf({ timesAgain: when(130) }, { times: when(110) })).toBe('unknown');
  });

  it('takes what is of one block for one moment', () => {
    const sameChain = {
      ...short,
      token: TokenId(`eip155:1/erc20:0x0555E30da8f98308EdB960aa94C0Db47230d2B9c`),
      times: when(100),
    };
    const box = { ...lockbox, isNow: true, times: when(100) };
    expect(edgeOf([makeCanonical(), sameChain], [box])?.verdict).toBe('under-backed');
    expect(edgeOf([makeCanonical(), sameChain], [{ ...box, times: when(101) }])?.verdict).toBe(
      'unknown',
    );
  });
});

describe('buildBackingGraph: the tree', () => {
  it('leads from the canonical deployments through lockboxes to copies of copies', () => {
    const second = { key: 'second', contract: 'eip155:8453:0x3ee1', locks: base, locked: coin };
    const { edges, tree } = buildBackingGraph(
      [makeCanonical(), makeCopy(), makeCopy({ token: bnb, lockbox: 'second', amount: coin })],
      [makeLockbox(second), makeLockbox()],
    );
    expect(edges.map(({ lockbox }) => lockbox)).toEqual(['second', 'oft']);
    expect(tree.detached).toEqual([]);
    expect(tree.canonical).toMatchObject([
      {
        token: ethereum,
        amount: 100n * whole,
        lockboxes: [
          {
            edge: { lockbox: 'oft', verdict: 'backed' },
            copies: [
              {
                token: base,
                lockboxes: [
                  {
                    edge: { lockbox: 'second', verdict: 'backed' },
                    copies: [{ token: bnb, lockboxes: [] }],
                  },
                ],
              },
            ],
          },
        ],
      },
    ]);
  });

  it('ends where lockboxes lead in a circle, and calls none of them backed', () => {
    const rows = [
      makeLockbox({ key: 'a', contract: 'eip155:56:0x1', locks: bnb }),
      makeLockbox({ key: 'b', contract: 'eip155:8453:0x2', locks: base }),
    ];
    const copies = [
      makeCopy({ lockbox: 'a' }),
      makeCopy({ token: bnb, lockbox: 'b', amount: 10n * coin }),
    ];
    const { edges, tree } = buildBackingGraph([makeCanonical(), ...copies], rows);
    expect(edges.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown']);
    expect(tree.canonical).toMatchObject([{ token: ethereum, lockboxes: [] }]);
    expect(tree.detached).toMatchObject([
      { edge: { lockbox: 'a' }, copies: [{ lockboxes: [{ edge: { lockbox: 'b' } }] }] },
    ]);
  });

  it('shows a canonical deployment that is a copy in part where it is counted, and names it once more', () => {
    const part = makeCanonical({ token: solana, lockbox: 'oft' });
    const { tree } = buildBackingGraph([makeCanonical(), part], [makeLockbox()]);
    expect(tree.canonical.map(({ token }) => token)).toEqual([ethereum, solana]);
    expect(tree.canonical[0]?.lockboxes[0]?.copies).toMatchObject([
      { token: solana, lockboxes: [] },
    ]);
  });

  it('holds each edge once, whatever leads where', () => {
    const tokens = Object.values(graphTokens);
    const keys = ['a', 'b', 'c'];
    const deployment = fc.record({
      kind: fc.constantFrom('canonical' as const, 'bridged' as const),
      lockbox: fc.constantFrom(...keys, 'unknown', null),
      amount: fc.option(fc.bigInt(0n, 20n)),
    });
    const row = fc.record({
      locks: fc.option(fc.constantFrom(...tokens)),
      locked: fc.option(fc.bigInt(0n, 20n)),
      contract: fc.constantFrom('x', 'y'),
    });
    const count = (nodes: ReturnType<typeof buildBackingGraph>['tree']['detached']): number =>
      nodes.reduce(
        (sum, { copies }) => sum + 1 + count(copies.flatMap(({ lockboxes }) => lockboxes)),
        0,
      );
    fc.assert(
      fc.property(
        fc.tuple(deployment, deployment, deployment, deployment),
        fc.tuple(row, row, row),
        (four, three) => {
          const { edges, tree } = buildBackingGraph(
            four.map((one, index) => makeCopy({ ...one, token: tokens[index] ?? ethereum })),
            three.map((one, index) => makeLockbox({ ...one, key: keys[index] ?? '' })),
          );
          const roots = tree.canonical.flatMap(({ lockboxes }) => lockboxes);
          expect(count(roots) + count(tree.detached)).toBe(edges.length);
          for (const { surplus, verdict } of edges) {
            if (verdict === 'under-backed') expect(surplus).toBeLessThan(0n);
            if (surplus !== null) expect(verdict).toBe(surplus < 0n ? 'under-backed' : 'backed');
          }
        },
      ),
    );
  });

  it('refuses a deployment or a key that is given twice', async () => {
    await expectCode(
      () => buildBackingGraph([makeCopy(), makeCopy()], []),
      'REGISTRY_DUPLICATE_DEPLOYMENT',
    );
    await expectCode(
      () => buildBackingGraph([], [makeLockbox(), makeLockbox()]),
      'REGISTRY_DUPLICATE_CONTRACT',
    );
  });
});
