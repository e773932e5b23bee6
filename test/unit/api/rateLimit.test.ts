import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRequestBudget } from '../../../src/api/requestBudget.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { signSample } from '../../support/attestations.ts';
import { sampleFigures } from '../../support/sampleReport.ts';
import { openTestApi, type TestApi } from '../../support/testApi.ts';

const start = sampleFigures.observedAt + 100;

describe('the rate limit', () => {
  let api: TestApi;

  beforeEach(async () => {
    api = await openTestApi([await signSample()], { limits: { requests: 3, windowSeconds: 60 } });
  });
  afterEach(() => api.app.close());

  const get = (url: string, remoteAddress = '192.0.2.1') => api.app.inject({ url, remoteAddress });

  it.each([
    '/v1/assets',
    '/v1/assets/dbtc/backing',
    '/v1/assets/dbtc/badge.svg',
    '/v1/assets/dbtc/reserves',
    '/v1/assets/dbtc/graph',
    '/v1/attestations/0x12',
    '/nowhere',
    '/v1/assets/%zz',
    '/docs/',
    '/metrics',
  ])('counts %s, refuses the fourth and lets all through in the next window', async (url) => {
    const first = await get(url);
    for (let count = 0; count < 2; count += 1) {
      expect((await get(url)).statusCode).toBe(first.statusCode);
    }
    api.setTime(start + 20);
    const refused = await get(url);
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(refused.headers['retry-after']).toBe('40');
    expect(refused.headers.ratelimit).toBe('"default";r=0;t=40');
    expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/);
    api.setTime(start + 60);
    expect((await get(url)).statusCode).toBe(first.statusCode);
  });

  it('is one budget for all routes', async () => {
    await get('/v1/assets');
    await get('/v1/assets/dbtc/backing');
    const third = await get('/nowhere');
    expect(third.headers.ratelimit).toBe('"default";r=0;t=60');
    for (const url of ['/v1/assets', '/v1/assets/dbtc/backing', '/nowhere']) {
      expect((await get(url)).json()).toMatchObject({ code: 'RATE_LIMITED' });
    }
  });

  it('counts an IPv6 client by its /64 network, and an IPv4 client by its address', async () => {
    for (const address of ['2001:db8::1', '2001:db8::2', '2001:db8::ffff:3']) {
      expect((await get('/v1/assets', address)).statusCode).toBe(200);
    }
    expect((await get('/v1/assets', '2001:db8::4')).statusCode).toBe(429);
    expect((await get('/v1/assets', '2001:db8:0:1::4')).statusCode).toBe(200);
    expect((await get('/v1/assets', '192.0.2.9')).headers.ratelimit).toBe('"default";r=2;t=60');
    expect((await get('/v1/assets', '::ffff:192.0.2.9')).headers.ratelimit).toBe(
      '"default";r=1;t=60',
    );
  });

  it('does not believe a client that names another as its address', async () => {
    for (let count = 0; count < 4; count += 1) {
      await api.app.inject({
        url: '/v1/assets',
        headers: { 'x-forwarded-for': `203.0.113.${count}` },
      });
    }
    expect((await api.app.inject('/v1/assets')).statusCode).toBe(429);
  });

  it('does not concern probes of health', async () => {
    for (let count = 0; count < 5; count += 1) {
      expect((await get('/livez')).statusCode).toBe(200);
    }
  });

  it('does not concern preflight requests', async () => {
    for (let count = 0; count < 5; count += 1) {
      const { statusCode } = await api.app.inject({ method: 'OPTIONS', url: '/v1/verify' });
      expect(statusCode).toBe(204);
    }
  });
});

it('believes the proxies that it is told to', async () => {
  await using api = await openTestApi([], {
    limits: { requests: 1 },
    trustProxy: ['127.0.0.1'],
  });
  const from = (client: string) =>
    api.app.inject({ url: '/v1/assets', headers: { 'x-forwarded-for': `6.6.6.6, ${client}` } });
  expect((await from('203.0.113.1')).statusCode).toBe(200);
  expect((await from('203.0.113.2')).statusCode).toBe(200);
  expect((await from('203.0.113.1')).statusCode).toBe(429);
});

it('counts a verification as ten requests', async () => {
  const stored = await signSample();
  await using api = await openTestApi([stored], { limits: { requests: 15 } });
  const send = () =>
    api.app.inject({ method: 'POST', url: '/v1/verify', payload: stored.attestation });
  expect((await send()).headers.ratelimit).toBe('"default";r=5;t=60');
  expect((await send()).json()).toMatchObject({ code: 'RATE_LIMITED' });
});

it('counts a look-up as one request for each token', async () => {
  await using api = await openTestApi([], { limits: { requests: 10 } });
  const send = (count: number) =>
    api.app.inject({
      method: 'POST',
      url: '/v1/tokens/lookup',
      payload: {
        tokens: Array.from({ length: count }, (_, index) => ({
          chain: 'eip155:1',
          address: `0x${index}`,
        })),
      },
    });
  expect((await send(7)).headers.ratelimit).toBe('"default";r=3;t=60');
  expect((await send(4)).json()).toMatchObject({ code: 'RATE_LIMITED' });
});

it.each(['/v1/assets', '/v1/assets/dbtc/reserves'])(
  'counts %s by the size of its answer, once it is sent',
  async (url) => {
    const limits = { requests: 10, bytesPerUnit: 10 };
    await using api = await openTestApi([await signSample()], { limits });
    const first = await api.app.inject(url);
    expect(first.statusCode).toBe(200);
    expect(first.body.length).toBeGreaterThan(100);
    expect((await api.app.inject(url)).json()).toMatchObject({ code: 'RATE_LIMITED' });
  },
);

it('counts no size where nothing is sent', async () => {
  const url = '/v1/assets/dbtc/reserves';
  const limits = { requests: 3, bytesPerUnit: 100 };
  await using api = await openTestApi([await signSample()], { limits });
  expect((await api.app.inject({ method: 'HEAD', url })).statusCode).toBe(200);
  const known = await api.app.inject({ url, headers: { 'if-none-match': '*' } });
  expect(known.statusCode).toBe(304);
  expect((await api.app.inject(url)).statusCode).toBe(200);
});

describe('createRequestBudget', () => {
  it('begins anew when its clock was set back', () => {
    let now = 1000;
    const clock = () => UnixTime(now);
    const budget = createRequestBudget({ requests: 1, windowSeconds: 60, clock });
    budget.take('a');
    now = 10;
    expect(budget.take('a')).toEqual({ isExceeded: false, remaining: 0, resetSeconds: 60 });
  });

  it('lets clients beyond its memory share one budget', () => {
    const clock = () => UnixTime(0);
    const budget = createRequestBudget({ requests: 2, windowSeconds: 60, clock, maxClients: 2 });
    expect(budget.take('a').remaining).toBe(1);
    expect(budget.take('b').remaining).toBe(1);
    expect(budget.take('c').remaining).toBe(1);
    expect(budget.take('d').remaining).toBe(0);
    expect(budget.take('e').isExceeded).toBe(true);
    expect(budget.take('a').isExceeded).toBe(false);
  });

  it('counts nothing when it is only looked at', () => {
    const budget = createRequestBudget({
      requests: 2,
      windowSeconds: 60,
      clock: () => UnixTime(5),
    });
    budget.peek('a');
    expect(budget.peek('a')).toEqual({ isExceeded: false, remaining: 2, resetSeconds: 60 });
  });
});
