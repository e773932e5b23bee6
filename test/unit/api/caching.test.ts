import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badgePlan, cacheControl, latestPlan } from '../../../src/api/cacheControl.ts';
import { matchesEtag } from '../../../src/api/prepared.ts';
import type { StoredAttestation } from '../../../src/store/attestationStore.ts';
import { signStored } from '../../support/attestations.ts';
import { sampleReport } from '../../support/sampleReport.ts';
import { openTestApi, type TestApi } from '../../support/testApi.ts';

const { validUntil } = sampleReport();
let api: TestApi;
let stored: StoredAttestation;

beforeAll(async () => {
  stored = await signStored({ ...sampleReport(), graph: { deployments: [], edges: [] } });
  api = await openTestApi([stored]);
});
afterAll(() => api.app.close());

/** Seconds after which no cache may show the answer, whatever happens. */
function longestUse(header: string): number {
  const seconds = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(header)?.[1] ?? 0);
  return (
    seconds('max-age') + Math.max(seconds('stale-while-revalidate'), seconds('stale-if-error'))
  );
}

describe('cacheControl', () => {
  it('gives the whole plan where there is time', () => {
    expect(cacheControl(latestPlan, 375)).toBe(
      'public, max-age=15, stale-while-revalidate=60, stale-if-error=300',
    );
    expect(cacheControl(badgePlan, Number.POSITIVE_INFINITY)).toBe(
      'public, max-age=60, stale-while-revalidate=60, stale-if-error=300',
    );
  });

  it('ends with the attestation, to the second', () => {
    expect(cacheControl(latestPlan, 100)).toBe(
      'public, max-age=15, stale-while-revalidate=60, stale-if-error=85',
    );
    expect(cacheControl(latestPlan, 16)).toBe(
      'public, max-age=15, stale-while-revalidate=1, stale-if-error=1',
    );
    expect(cacheControl(latestPlan, 9)).toBe('public, max-age=9, must-revalidate');
    expect(cacheControl(latestPlan, 0)).toBe('public, max-age=0, must-revalidate');
  });

  it('never reaches beyond it', () => {
    for (const plan of [latestPlan, badgePlan]) {
      for (let standing = 0; standing < 400; standing += 1) {
        const header = cacheControl(plan, standing);
        expect(longestUse(header)).toBeLessThanOrEqual(standing);
        expect(header.includes('must-revalidate')).toBe(standing <= plan.maxAge);
      }
    }
  });
});

describe('an answer that rests on an attestation', () => {
  const urls = [
    '/v1/assets/dbtc/backing',
    '/v1/assets/dbtc/reserves',
    '/v1/assets/dbtc/graph',
    '/v1/assets/dbtc/badge.svg',
    '/v1/assets/dbtc/badge.json',
    '/v1/tokens/eip155:31337/0x5FbDB2315678afecb367f032d93F642f64180aa3',
  ];

  it.each(urls)('%s may be kept until the attestation expires, and not longer', async (url) => {
    for (const left of [1000, 40, 5, 0]) {
      api.setTime(validUntil - left);
      const { headers } = await api.app.inject(url);
      expect(longestUse(String(headers['cache-control']))).toBeLessThanOrEqual(left);
    }
    api.setTime(validUntil + 1);
    const { headers, body } = await api.app.inject(url);
    expect(body).toContain('stale');
    expect(headers['cache-control']).toContain('stale-if-error=300');
  });

  it('is for shields.io, which keeps it for 300 s more than it is told, within the attestation', async () => {
    const url = '/v1/assets/dbtc/badge.json';
    for (let left = 800; left >= 0; left -= 1) {
      api.setTime(validUntil - left);
      const { headers, body } = await api.app.inject(url);
      if (!body.includes('"backed ')) continue;
      expect(longestUse(String(headers['cache-control'])) + 300).toBeLessThanOrEqual(left);
    }
    api.setTime(validUntil - 300);
    const { headers } = await api.app.inject(url);
    api.setTime(validUntil - 299);
    const again = await api.app.inject({ url, headers: { 'if-none-match': headers.etag } });
    expect(again.statusCode).toBe(200);
    expect(again.json()).toMatchObject({ isError: true });
  });

  it.each(urls.slice(0, 5))('%s has another entity tag once it is stale', async (url) => {
    api.setTime(validUntil);
    const fresh = await api.app.inject(url);
    const again = { url, headers: { 'if-none-match': String(fresh.headers.etag) } };
    expect((await api.app.inject(again)).statusCode).toBe(304);
    api.setTime(validUntil + 1);
    const stale = await api.app.inject(again);
    expect(stale.statusCode).toBe(200);
    expect(stale.headers.etag).not.toBe(fresh.headers.etag);
  });

  it('has a 304 without a body that still says how long it may be kept', async () => {
    const url = '/v1/assets/dbtc/backing';
    api.setTime(validUntil - 20);
    const { headers } = await api.app.inject(url);
    const response = await api.app.inject({ url, headers: { 'if-none-match': headers.etag } });
    expect(response.body).toBe('');
    expect(response.headers).toMatchObject({
      etag: headers.etag,
      'cache-control': 'public, max-age=15, stale-while-revalidate=5, stale-if-error=5',
      'access-control-allow-origin': '*',
    });
    expect(response.headers['content-type']).toBeUndefined();
  });
});

it('lets an attestation be kept for ever', async () => {
  const url = `/v1/attestations/${stored.id}`;
  const response = await api.app.inject(url);
  expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(response.headers.etag).toBe(`"${stored.id}"`);
  expect(response.json()).toEqual(stored.attestation);
});

it.each(['/v1/assets', '/v1/assets/dbtc', '/.well-known/assay-keys.json', '/openapi.yaml'])(
  'lets %s be kept for five minutes',
  async (url) => {
    expect((await api.app.inject(url)).headers['cache-control']).toBe('public, max-age=300');
  },
);

it('compares entity tags as RFC 9110 says', () => {
  expect(matchesEtag('W/"a"', 'W/"a"')).toBe(true);
  expect(matchesEtag('"a"', 'W/"a"')).toBe(true);
  expect(matchesEtag('W/"b", "a"', '"a"')).toBe(true);
  expect(matchesEtag(' * ', '"a"')).toBe(true);
  expect(matchesEtag('"ab"', '"a"')).toBe(false);
  expect(matchesEtag('', '"a"')).toBe(false);
});
