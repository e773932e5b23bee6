import { expect, it } from 'vitest';
import { formatGraph } from '../../../src/cli/output/formatGraph.ts';
import { createStyle } from '../../../src/cli/output/style.ts';
import { TokenId } from '../../../src/core/caip.ts';
import { buildBackingGraph } from '../../../src/reconcile/backingGraph.ts';
import {
  coin,
  graphTokens,
  makeCanonical,
  makeCopy,
  makeLockbox,
  whole,
} from '../../support/graphs.ts';

const plain = createStyle(false);
const heading = {
  id: 'abtc',
  name: 'A Bitcoin',
  symbol: 'ABTC',
  verdict: 'backed',
  reserves: 105n * whole,
};
const { base, bnb, solana } = graphTokens;

/** Two levels of copies, the lower one short, and one copy that nobody knows the lockbox of. */
function sampleGraph() {
  const second = { key: 'second', contract: 'eip155:8453:0x3ee1', locks: base, locked: coin };
  const lower = makeCopy({ token: bnb, lockbox: 'second', amount: 2n * coin });
  const lost = makeCopy({ token: solana, lockbox: 'unknown', amount: 1_234n * coin });
  return buildBackingGraph(
    [makeCanonical(), makeCopy(), lower, lost],
    [makeLockbox(), makeLockbox(second)],
  );
}

it('shows the tree from the reserves to the last copy, each edge with figures and verdict', () => {
  expect(formatGraph(heading, sampleGraph(), plain).split('\n')).toEqual([
    'abtc  A Bitcoin (ABTC)                                                    BACKED',
    '',
    '  Reserves                                                          105.00000000',
    '    eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599       100.00000000',
    '      lockbox oft                                                         BACKED',
    '        locked 10.00000000   minted 10.00000000   ratio 1.00000000',
    '        eip155:8453/erc20:0x0555E30da8f98308EdB960aa94C0Db…230d2B9c  10.00000000',
    '          lockbox second                                            UNDER-BACKED',
    '            locked 1.00000000   minted 2.00000000   ratio 0.50000000',
    '            1 fewer tokens lie there than are minted.',
    '            eip155:56/erc20:0x0555E30da8f98308EdB960aa94C0D…230d2B9c  2.00000000',
    '',
    '  What backs these is not known: nobody found a lockbox',
    '    solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:3NZ9J…TDzcqmJh  1,234.00000000',
    '',
    '  Edges  1 backed, 1 under-backed, 1 unknown',
    '',
    '  Finding',
    '  - second keeps 1.00000000 tokens less than were minted against it: the loss of',
    '    that bridge and of those who hold its copy.',
    '    No finding on the issuer: the answer for abtc stays backed.',
  ]);
});

it('says no more of an edge of which nothing is known than that, and why', () => {
  const deployments = [
    makeCanonical(),
    makeCopy({ amount: null }),
    makeCopy({ token: bnb, lockbox: 'unknown', amount: null }),
    makeCopy({ token: solana, lockbox: 'unknown', amount: null }),
  ];
  const graph = buildBackingGraph(deployments, [makeLockbox({ locked: null })]);
  expect(formatGraph(heading, graph, plain).split('\n').slice(4)).toEqual([
    '      lockbox oft                                                        UNKNOWN',
    '        How much lies there is not known.',
    '        eip155:8453/erc20:0x0555E30da8f98308EdB960aa94C0Db47230d2B9c     unknown',
    '',
    '  What backs these is not known: nobody found a lockbox',
    '    eip155:56/erc20:0x0555E30da8f98308EdB960aa94C0Db47230d2B9c           unknown',
    '    solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:3NZ9JMVBmGAq…TDzcqmJh  unknown',
    '',
    '  Edges  3 unknown',
    '',
    '  An amount is unknown where no server of its chain gave an answer, or too few',
    '  the same: assay registry show abtc tells who is asked, and --rpc CHAIN=URL',
    '  names others.',
  ]);
});

it('keeps apart a lockbox of which nobody knows what lies there', () => {
  const graph = buildBackingGraph([makeCanonical(), makeCopy()], [makeLockbox({ locks: null })]);
  expect(formatGraph(heading, graph, plain).split('\n').slice(5, 8)).toEqual([
    '  Not traced back to the reserves',
    '    lockbox oft                                                          UNKNOWN',
    '      locked unknown   minted 10.00000000   ratio unknown',
  ]);
});

it('says unknown where an amount is, and why', () => {
  const graph = buildBackingGraph(
    [makeCanonical({ amount: null }), makeCopy()],
    [makeLockbox({ locked: null })],
  );
  const lines = formatGraph({ ...heading, reserves: null }, graph, plain).split('\n');
  expect(lines.slice(2, 7)).toEqual([
    '  Reserves                                                               unknown',
    '    eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599            unknown',
    '      lockbox oft                                                        UNKNOWN',
    '        locked unknown   minted 10.00000000   ratio unknown',
    '        How much lies there is not known.',
  ]);
  expect(lines).toContain('  Edges  1 unknown');
});

it('shows a canonical deployment that is a copy in part with its amount once', () => {
  const part = makeCanonical({ token: solana, lockbox: 'oft', amount: 7n * coin });
  const text = formatGraph(
    heading,
    buildBackingGraph([makeCanonical(), part], [makeLockbox()]),
    plain,
  );
  expect(text.split(' 7.00000000')).toHaveLength(2);
  expect(text).toMatch(/^ {8}solana:\S+ +a part of it$/m);
});

it('says so where there is no copy', () => {
  const text = formatGraph(heading, buildBackingGraph([makeCanonical()], []), plain);
  expect(text.split('\n').at(-1)).toBe('  No copies are listed.');
});

it('fits 80 columns at every depth, for every amount and every length of a name', () => {
  const large = { decimals: 18, amount: 2n ** 255n + 1n };
  const tokens = Array.from({ length: 12 }, (_, level) =>
    TokenId(`eip155:${level + 1}/erc20:${'f'.repeat(128)}`),
  );
  const deployments = tokens.map((token, level) =>
    level === 0
      ? makeCanonical({ token, ...large })
      : makeCopy({ token, lockbox: `${'k'.repeat(38)}${level}`, ...large }),
  );
  const lockboxes = tokens.slice(0, -1).map((locks, level) =>
    makeLockbox({
      ...{ key: `${'k'.repeat(38)}${level + 1}`, contract: `c${level}`, locks },
      ...{ decimals: 18, locked: 2n ** 255n },
    }),
  );
  const text = formatGraph(
    { ...heading, name: 'n'.repeat(200), reserves: 2n ** 255n },
    buildBackingGraph(deployments, lockboxes),
    plain,
  );
  expect(text.match(/UNDER-BACKED/g)).toHaveLength(11);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

it('names each cause of what was not read in one line, however many figures it concerns', () => {
  const causes = [
    { chains: ['eip155:10'], code: 'SOURCE_UNREACHABLE', message: 'no\nroute' },
    { chains: ['eip155:56', 'sui:mainnet', 'aptos:1'], code: 'A', message: 'b '.repeat(60) },
  ];
  const graph = buildBackingGraph([makeCanonical(), makeCopy({ amount: null })], [makeLockbox()]);
  const lines = formatGraph({ ...heading, causes }, graph, plain).split('\n');
  const at = lines.indexOf('  Not read');
  expect(lines.slice(at - 1, at + 4)).toEqual([
    '',
    '  Not read',
    '  - eip155:10: SOURCE_UNREACHABLE: no route',
    `  - eip155:56 and 2 more: A: ${'b '.repeat(24)}b…`,
    '',
  ]);
});

it('does not show the graph of a past block as that of now', () => {
  const [first] = formatGraph({ ...heading, isHistoric: true }, sampleGraph(), plain).split('\n');
  expect(first).toMatch(/ HISTORIC$/);
});
