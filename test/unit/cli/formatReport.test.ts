import { expect, it } from 'vitest';
import { formatReport } from '../../../src/cli/output/formatReport.ts';
import { createStyle } from '../../../src/cli/output/style.ts';
import { sampleReport } from '../../support/sampleReport.ts';

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
  expect(text).toContain('- eve: SOURCE_TIMEOUT');
  expect(text).toContain('ann says that it holds 1.00000000 BTC; liar says that it is not there');
  expect(text).toContain('a feed: reserves of 41.00000000 BTC of 2025-11-22T08:26:40Z, STALE');
});
