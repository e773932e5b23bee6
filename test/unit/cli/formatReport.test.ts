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
