import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../src/attest/checkReport.ts';
import { momentOf } from '../../../src/attest/momentOf.ts';
import type { Report } from '../../../src/attest/report.ts';
import { formatReport } from '../../../src/cli/output/formatReport.ts';
import { createStyle } from '../../../src/cli/output/style.ts';
import { expectCode } from '../../support/expectCode.ts';
import { sampleReport } from '../../support/sampleReport.ts';

const whole = { aheadSeconds: 5000, above: 5 };
const dated = sampleReport({ moment: whole });

function withMoment(change: Partial<NonNullable<Report['reserves']['moment']>>): Report {
  const { reserves } = dated;
  if (!reserves.moment) throw new Error('the report has no moment');
  return { ...dated, reserves: { ...reserves, moment: { ...reserves.moment, ...change } } };
}

describe('the moment of a report', () => {
  it('is what skews and ages count from, not the time of the block', () => {
    expect(dated.verdict).toBe('backed');
    expect(() => checkReport(dated)).not.toThrow();
    const { point, moment } = dated.reserves;
    expect((point?.time ?? 0) - (moment?.time ?? 0)).toBe(5000);
    expect(momentOf(dated)).toMatchObject({ time: moment?.time, doubtSeconds: 0 });
  });

  it('is the time of the block in an old report, which verifies by the old rule', () => {
    const old = sampleReport();
    expect(old.reserves.moment).toBeUndefined();
    expect(momentOf(old)).toEqual({ time: old.reserves.point?.time, doubtSeconds: 0 });
    expect(() => checkReport(old)).not.toThrow();
  });

  it('adds its doubt to the skew: past the policy there is no verdict', () => {
    for (const above of [0, 4]) {
      const moment = { ...whole, above };
      const report = sampleReport({ moment });
      expect(report.verdict).toBe('indeterminate');
      expect(report.reasons.map(({ code }) => code)).toEqual(['SKEW_EXCEEDED']);
      expect(() => checkReport(report)).not.toThrow();
      const borne = sampleReport({ moment, maxSkewSeconds: 7_212 });
      expect(borne.verdict).toBe('backed');
      expect(() => checkReport(borne)).not.toThrow();
      expect(sampleReport({ moment, maxSkewSeconds: 7_211 }).verdict).toBe('indeterminate');
    }
  });

  it.each<[string, Parameters<typeof withMoment>[0]]>([
    ['of another second, from which the skews do not follow', { time: 1_763_800_001 }],
    ['without the doubt that follows', { toHeight: 895_004 }],
    ['with a doubt that does not', { doubtSeconds: 1 }],
    ['told by blocks further down', { fromHeight: 894_994 }],
    ['told by fewer blocks below', { fromHeight: 894_996, doubtSeconds: 7200 }],
    ['told by more blocks above', { toHeight: 895_006, doubtSeconds: 7200 }],
    ['told without its own block', { toHeight: 894_999, doubtSeconds: 7200 }],
  ])('is refused %s', async (_, change) => {
    await expectCode(() => checkReport(withMoment(change)), 'ATTESTATION_STATEMENT_MISMATCH');
  });

  it('is refused where there is no block', async () => {
    const { supply, ...rest } = sampleReport({ moment: whole, addresses: [null] });
    const deployments = supply.deployments.map((one) => ({ ...one, skewSeconds: null }));
    const reserves = { ...rest.reserves, point: null };
    await expectCode(
      () => checkReport({ ...rest, reserves, supply: { ...supply, deployments } }),
      'ATTESTATION_STATEMENT_MISMATCH',
    );
  });

  it.each([
    [5, 'median of blocks 894,995 to 895,005; its own time 2025-11-22 09:50:00Z'],
    [3, 'may lie 2 h off: not all eleven blocks around it are there'],
  ])('is shown beside the block’s own time in 80 columns: %i above', (above, line) => {
    const report = sampleReport({ moment: { ...whole, above } });
    const lines = formatReport(report, report.observedAt, createStyle(false)).split('\n');
    expect(lines).toContain(`    ${line}`);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });
});
