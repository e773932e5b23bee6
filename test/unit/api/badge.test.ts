import { describe, expect, it } from 'vitest';
import { badgeText, pendingBadgeText, renderBadge } from '../../../src/api/badge.ts';
import type { Report } from '../../../src/attest/report.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { signSample } from '../../support/attestations.ts';
import { sampleFigures, sampleReport } from '../../support/sampleReport.ts';
import { openTestApi } from '../../support/testApi.ts';

const now = UnixTime(sampleFigures.observedAt + 100);
const ofReport = (report: Report) => ({ attestation: { report } });
const asOf = '2025-11-22 09:26Z';

describe('badgeText', () => {
  it('says status, ratio and the time that they hold for', () => {
    expect(badgeText(ofReport(sampleReport()), now)).toEqual({
      label: 'BTC backing',
      message: `backed 1.0126 · ${asOf}`,
      status: 'backed',
      color: '1a7f37',
      isBacked: true,
    });
  });

  it('never rounds a shortfall up to 1', () => {
    expect(badgeText(ofReport(sampleReport({ addresses: [3_949_999_999n] })), now)).toMatchObject({
      message: `under-backed 0.9999 · ${asOf}`,
      color: 'c4232d',
      isBacked: false,
    });
  });

  it('gives no figure where there is no verdict', () => {
    const report = sampleReport({ gaps: ['supply'] });
    expect(badgeText(ofReport(report), now)).toMatchObject({
      message: `indeterminate · ${asOf}`,
      color: '8a5d00',
      isBacked: false,
    });
  });

  it('gives no ratio of nothing', () => {
    const deployments = sampleFigures.deployments.map((one) => ({ ...one, amount: 0n }));
    const { message } = badgeText(ofReport(sampleReport({ deployments })), now);
    expect(message).toBe(`backed · ${asOf}`);
  });

  it('is grey and without a figure once the attestation has expired', () => {
    const report = sampleReport();
    expect(badgeText(ofReport(report), UnixTime(report.validUntil + 1))).toEqual({
      label: 'BTC backing',
      message: `stale · last audit ${asOf}`,
      status: 'stale',
      color: '6a737d',
      isBacked: false,
    });
  });

  it('is not backed where less is left than the reader keeps it for', () => {
    const report = sampleReport();
    const at = (left: number) =>
      badgeText(ofReport(report), UnixTime(report.validUntil - left), 300);
    expect(at(300)).toMatchObject({ message: `backed 1.0126 · ${asOf}`, isBacked: true });
    expect(at(299)).toEqual({
      label: 'BTC backing',
      message: `expiring · last audit ${asOf}`,
      status: 'expiring',
      color: '6a737d',
      isBacked: false,
    });
    const short = sampleReport({ addresses: [3_949_999_999n] });
    expect(badgeText(ofReport(short), UnixTime(short.validUntil - 1), 300).status).toBe(
      'under-backed',
    );
  });

  it('is stale for a report of the past at any time, also in its own second', () => {
    const report = sampleReport({ maxAgeSeconds: null });
    for (const time of [report.observedAt - 1, report.observedAt, report.observedAt + 1]) {
      expect(badgeText(ofReport(report), UnixTime(time))).toMatchObject({
        message: `stale · last audit ${asOf}`,
        isBacked: false,
      });
    }
  });

  it('says so before the first audit', () => {
    expect(pendingBadgeText(now)).toMatchObject({
      message: 'not audited yet · 2025-11-22 09:28Z',
      color: '6a737d',
      isBacked: false,
    });
  });

  it('has colours on which white text can be read (WCAG AA)', () => {
    const reports = [{}, { addresses: [1n] }, { gaps: ['supply'] as const }].map((figures) =>
      sampleReport(figures),
    );
    const colors = [
      ...reports.map((report) => badgeText(ofReport(report), now).color),
      pendingBadgeText(now).color,
    ];
    expect(new Set(colors).size).toBe(4);
    for (const color of colors) expect(contrastToWhite(color)).toBeGreaterThanOrEqual(4.5);
  });
});

/** Contrast ratio of white text, as WCAG 2.2 defines it. */
function contrastToWhite(color: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

describe('renderBadge', () => {
  it('says in its title what it shows', () => {
    const svg = renderBadge(badgeText(ofReport(sampleReport()), now), 'dbtc');
    const words = `BTC backing: backed 1.0126 · ${asOf}`;
    expect(svg).toContain(`role="img" aria-label="${words}"`);
    expect(svg).toContain(`<title>${words}</title>`);
    expect(svg).toContain('fill="#1a7f37"');
  });

  it('needs nothing from elsewhere and runs nothing', () => {
    const svg = renderBadge(badgeText(ofReport(sampleReport()), now), 'dbtc');
    expect(svg).not.toMatch(/<script|<foreignObject|\bon\w+=|href=|<image|<style|@import/);
    expect(svg.match(/url\([^)]*\)/g)?.every((one) => /^url\(#\w+\)$/.test(one))).toBe(true);
  });
});

describe('GET /v1/assets/:asset/badge.svg', () => {
  it('can be shown on any page', async () => {
    await using api = await openTestApi([await signSample()]);
    const { headers, body } = await api.app.inject('/v1/assets/dbtc/badge.svg');
    expect(headers).toMatchObject({
      'content-type': 'image/svg+xml; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=60, stale-while-revalidate=60, stale-if-error=300',
      'content-length': String(Buffer.byteLength(body)),
    });
    expect(headers['x-frame-options']).toBeUndefined();
  });

  it('is an image even before the first audit, and soon asked for again', async () => {
    await using api = await openTestApi([]);
    const { statusCode, headers, body } = await api.app.inject('/v1/assets/dbtc/badge.svg');
    expect(statusCode).toBe(200);
    expect(headers['cache-control']).toBe('public, max-age=15, must-revalidate');
    expect(body).toContain('not audited yet');
  });
});

describe('GET /v1/assets/:asset/badge.json', () => {
  it('is an error to shields.io unless backed, so that its colour stays', async () => {
    await using api = await openTestApi([await signSample()]);
    const get = async () => (await api.app.inject('/v1/assets/dbtc/badge.json')).json();
    expect(await get()).toEqual({
      schemaVersion: 1,
      label: 'BTC backing',
      message: `backed 1.0126 · ${asOf}`,
      color: '1a7f37',
      isError: false,
      cacheSeconds: 300,
    });
    const { validUntil } = sampleReport();
    api.setTime(validUntil - 300);
    expect(await get()).toMatchObject({ message: `backed 1.0126 · ${asOf}`, isError: false });
    api.setTime(validUntil - 299);
    expect(await get()).toMatchObject({ message: `expiring · last audit ${asOf}`, isError: true });
    api.setTime(validUntil + 1);
    expect(await get()).toMatchObject({ message: `stale · last audit ${asOf}`, isError: true });
  });
});
