import { expect, it } from 'vitest';
import { formatReport } from '../../../src/cli/output/formatReport.ts';
import { createStyle } from '../../../src/cli/output/style.ts';
import { sampleFigures, sampleReport } from '../../support/sampleReport.ts';

const plain = createStyle(false);

function figuresOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.slice(2, lines.indexOf('', 2));
}

it('shows the ratio, and of which grade the addresses are that it stands on', () => {
  expect(figuresOf(formatReport(sampleReport(), 1_763_803_600, plain))).toEqual([
    '  Reserves                  40.00000000 BTC   40 addresses, 40 outputs',
    '  Supply                    39.50000000 BTC   2 deployments',
    '  Surplus                   +0.50000000 BTC',
    '  Ratio                      1.01265822',
    '  by proven                  0.25316455       10 addresses',
    '  by derived                 0.25316455       10 addresses',
    '  by published               0.25316455       10 addresses',
    '  by claimed                 0.25316455       10 addresses',
  ]);
});

it('says in bitcoin what lies at each grade where no ratio is known', () => {
  const report = sampleReport({ addresses: [100_000_000n], gaps: ['reserves'] });
  expect(report.ratio).toBeNull();
  expect(figuresOf(formatReport(report, 1_763_803_600, plain)).slice(3)).toEqual([
    '  Ratio                unknown',
    '  by proven                  1.00000000 BTC   1 address',
  ]);
});

it('says that nothing is proven', () => {
  const report = sampleReport({ addresses: [] });
  expect(formatReport(report, 1_763_803_600, plain)).toMatch(/by proven .* 0 addresses\n/);
});

it('fits 80 columns', () => {
  for (const report of [sampleReport(), sampleReport({ addresses: [1n, null] })]) {
    const widths = formatReport(report, 1_763_803_600, plain)
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  }
});

it('shows what is certain where the reserves are not known whole', () => {
  const report = sampleReport({ addresses: [150_000_000n, null] });
  expect(figuresOf(formatReport(report, 1_763_803_600, plain))[0]).toBe(
    '  Reserves >=                1.50000000 BTC   1 of 2 addresses',
  );
});

it('says that a verdict rests on a bound', () => {
  const report = sampleReport({ gaps: ['reserves'] });
  expect(report).toMatchObject({ verdict: 'backed', restsOnBounds: true });
  expect(formatReport(report, 1_763_803_600, plain)).toContain(
    '\n  on a lower bound: what is certain of the reserves covers the supply\n',
  );
});

it('shows what limits a supply that is not known, what is taken off it, and at which rate', () => {
  const [first, second] = sampleFigures.deployments.map(({ token }) => token);
  const feed = 'eip155:1:0x5c29868C58b6e15e2b962943278969Ab6a7D3212';
  const holder = '0x1290A6b480f7eF14925229fdB66f5680aD8F44AD';
  const report = sampleReport({
    liability: {
      excluded: [
        { token: first ?? '', holder, amount: 150_000_000n },
        { token: second ?? '', holder, reason: 'burnt', amount: null },
      ],
      rates: [{ tokens: [first ?? '', second ?? ''], feed, rate: 101_000_000n, decimals: 8 }],
    },
  });
  const text = formatReport(report, 1_763_803_600, plain);
  expect(text).toContain(
    '\n  on an upper bound: the reserves cover the most that the supply can be\n',
  );
  expect(figuresOf(text.replace(/\n {2}on .*/, '')).slice(1, 5)).toEqual([
    '  Supply >=                 18.18000000 BTC   1 of 2 deployments',
    '  Supply <=                 38.38000000 BTC   2 of 2 deployments',
    '  Surplus                   +1.62000000 BTC',
    '  Ratio                      1.04220948',
  ]);
  expect(text).toContain(
    [
      '  less 1.50000000 dBTC (unissued)',
      `    with ${holder} on eip155:31337`,
      '    eip155:31337 block 21,000,000, 2025-11-22 08:26:28Z',
      '    1 of 1 operator',
      '  less unknown dBTC (burnt)',
      `    with ${holder} on eip155:31338`,
      '    eip155:31338 block 21,000,001, 2025-11-22 08:26:43Z',
      '    not known: SOURCE_TIMEOUT',
      '  times 1.01000000 for 2 tokens',
      `    by ${feed}`,
    ].join('\n'),
  );
  expect(text).toContain('- SOURCE_TIMEOUT: 127.0.0.1:8545');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

it('names who was silent, what is disputed, and what others claim', () => {
  const report = sampleReport();
  const { reserves } = report;
  const [observation] = reserves.observations;
  if (!observation) throw new Error('nobody observed');
  const fault = { code: 'SOURCE_TIMEOUT', message: 'no answer' };
  reserves.observations.push({ ...observation, operator: 'eve', agrees: false, fault });
  reserves.disputes.push({
    address: 'bcrt1qexample',
    outpoint: `${'ab'.repeat(32)}:0`,
    claims: [
      { operator: 'ann', sats: '100000000' },
      { operator: 'liar', sats: null },
    ],
  });
  report.claims.push({
    kind: 'chainlink-por',
    name: 'a feed',
    side: 'reserves',
    amount: '4100000000',
    decimals: 8,
    publishedAt: 1_763_800_000,
    stale: true,
    difference: (10n ** 18n).toString(),
  });
  const text = formatReport(report, 1_763_803_600, plain).replace(/\n {4}/g, ' ');
  expect(text).toContain('- SOURCE_TIMEOUT: eve');
  expect(text).toContain('ann says that it holds 1.00000000 BTC; liar says that it is not there');
  expect(text).toContain('a feed: reserves of 41.00000000 BTC of 2025-11-22T08:26:40Z, STALE');
});

it('names those who were silent for one cause in one line, and gives each reason once', () => {
  const report = sampleReport();
  const { reserves, supply } = report;
  const [observation] = reserves.observations;
  const [first, second] = supply.deployments;
  if (!observation || !first || !second) throw new Error('the sample has no such parts');
  const fault = { code: 'SOURCE_UNREACHABLE', message: 'no answer' };
  for (const operator of ['eve', 'bob', 'eve']) {
    reserves.observations.push({ ...observation, operator, agrees: false, fault });
  }
  const message = 'http://127.0.0.1:1 could not be reached';
  report.reasons.push(
    { code: fault.code, message, subject: first.token },
    { code: fault.code, message, subject: second.token },
    { code: 'COVERAGE_PARTIAL', message: 'more addresses' },
  );
  const text = formatReport(report, 1_763_803_600, plain).replace(/\n {4}/g, ' ');
  expect(text).toContain('\n  - SOURCE_UNREACHABLE: eve, bob\n');
  const on = (token: string) => token.split('/')[0];
  const both = `${first.symbol} on ${on(first.token)}, ${second.symbol} on ${on(second.token)}`;
  expect(text.slice(text.indexOf('  Why\n'), text.indexOf('\n\n  Not proven'))).toBe(
    `  Why\n  - SOURCE_UNREACHABLE: ${both}: ${message}\n  - COVERAGE_PARTIAL: more addresses`,
  );
});

it('says of a moment in the past what was, never that it is so now', () => {
  const report = sampleReport({ maxAgeSeconds: null });
  const [first, second, third] = formatReport(report, 1_763_803_600, plain).split('\n');
  expect(first).toBe(
    'dbtc  Demo Bitcoin (dBTC)                                               HISTORIC',
  );
  expect(second).toBe(
    '  was backed as of block 895000, 2025-11-22T08:26:40Z; says nothing about now',
  );
  expect(third).toBe('');
});
