import { createServer } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import {
  createPoliteGetter,
  type PoliteGetter,
  type PoliteGetterOptions,
} from '../../../src/http/politeGetter.ts';
import {
  type EsploraFault,
  type EsploraServer,
  type EsploraServerOptions,
  startEsploraServer,
} from '../../support/esploraServer.ts';
import { holdUntil } from '../../support/holdUntil.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';
import { createSyntheticChain } from '../../support/syntheticChain.ts';
import { createTestClock, type TestClock } from '../../support/testClock.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

type Intercept = NonNullable<EsploraServerOptions['intercept']>;

async function getterOf(
  intercept: Intercept,
  options: Partial<PoliteGetterOptions> = {},
): Promise<{ server: EsploraServer; getter: PoliteGetter; clock: TestClock }> {
  const chain = createSyntheticChain();
  const server = await startEsploraServer({ readView: chain.readView, intercept });
  const clock = createTestClock();
  const getter = createPoliteGetter({
    baseUrl: server.apiUrl,
    source: { id: server.sourceUrl, operator: 'test', kind: 'mempool' },
    auth: { kind: 'none' },
    concurrency: 16,
    timeoutMs: 5000,
    maxBytes: 1_000_000,
    attempts: 5,
    clock,
    ...options,
  });
  open.push(server, { [Symbol.asyncDispose]: () => getter.close() });
  return { server, getter, clock };
}

function refuseFirst(count: number, fault: EsploraFault): Intercept {
  let refused = 0;
  return () => (refused++ < count ? fault : undefined);
}

const tip = '/blocks/tip/height';

it('waits twice as long before each further attempt, with jitter', async () => {
  const { getter, clock } = await getterOf(refuseFirst(4, { status: 500, body: '' }));
  expect((await getter.get(tip)).body).toBe('0');
  expect(clock.sleeps).toEqual([188, 375, 750, 1500]);
});

it('does not repeat what cannot get better', async () => {
  const { server, getter, clock } = await getterOf(() => ({ status: 404, body: 'no' }));
  expect(await getter.get('/nothing')).toMatchObject({ status: 404, body: 'no' });
  expect(server.requests).toHaveLength(1);
  expect(clock.sleeps).toEqual([]);
});

it('waits as many seconds as Retry-After says', async () => {
  const headers = { 'retry-after': '7' };
  const { getter, clock } = await getterOf(refuseFirst(1, { status: 429, body: '', headers }));
  await getter.get(tip);
  expect(clock.sleeps).toEqual([7000]);
});

it('waits until the date that Retry-After says', async () => {
  const headers = { 'retry-after': new Date(Date.UTC(2026, 0, 1, 0, 0, 20)).toUTCString() };
  const { getter, clock } = await getterOf(refuseFirst(1, { status: 503, body: '', headers }));
  await getter.get(tip);
  expect(clock.sleeps).toEqual([20_000]);
});

it('backs off from a 429 that does not say how long', async () => {
  const { getter, clock } = await getterOf(refuseFirst(2, { status: 429, body: '' }));
  await getter.get(tip);
  expect(clock.sleeps).toEqual([750, 1500]);
});

it('leaves a server alone that asks for more than two minutes', async () => {
  const headers = { 'retry-after': '3600' };
  const { server, getter, clock } = await getterOf(() => ({ status: 429, body: '', headers }));
  const error = await rejection(() => getter.get(tip));
  expect(error.code).toBe('SOURCE_RATE_LIMITED');
  expect(error.facts.retryAfterSeconds).toBe(3600);
  expect(server.requests).toHaveLength(1);
  expect(clock.sleeps).toEqual([]);
});

it('holds all requests back while the server wants a pause, and halves the concurrency', async () => {
  let calm = false;
  let underWay = 0;
  let mostWhenCalm = 0;
  const wake: (() => void)[] = [];
  const clock = createTestClock();
  const chain = createSyntheticChain();
  const server = await startEsploraServer({
    readView: chain.readView,
    intercept: async () => {
      if (!calm) return { status: 429, body: '', headers: { 'retry-after': '5' } };
      mostWhenCalm = Math.max(mostWhenCalm, ++underWay);
      await new Promise<void>((resolve) => setImmediate(resolve));
      underWay--;
      return undefined;
    },
  });
  const getter = createPoliteGetter({
    baseUrl: server.apiUrl,
    source: { id: server.sourceUrl, operator: 'test', kind: 'mempool' },
    auth: { kind: 'none' },
    concurrency: 16,
    timeoutMs: 5000,
    maxBytes: 1_000_000,
    attempts: 5,
    clock: {
      ...clock,
      // Nobody goes on until the test says that the pause is over.
      sleep: (milliseconds) => {
        expect(milliseconds).toBe(5000);
        return new Promise<void>((resolve) => wake.push(resolve));
      },
    },
  });
  open.push(server, { [Symbol.asyncDispose]: () => getter.close() });

  const answers = Promise.all(Array.from({ length: 24 }, () => getter.get(tip)));
  // All 16 that were sent are refused. Then 8 at a time wait before they are sent again.
  while (wake.length < 8) await new Promise<void>((resolve) => setImmediate(resolve));
  expect(server.requests.length).toBeLessThanOrEqual(16);
  calm = true;
  await clock.sleep(5000);
  for (const resolve of wake) resolve();
  expect((await answers).map(({ body }) => body)).toEqual(Array.from({ length: 24 }, () => '0'));
  expect(mostWhenCalm).toBeLessThanOrEqual(8);
});

it('has as many requests under way as it may, and never more', async () => {
  const hold = holdUntil(3);
  const wait = async () => {
    await hold();
    return undefined;
  };
  const { server, getter } = await getterOf(wait, { concurrency: 3 });
  await Promise.all(
    Array.from({ length: 40 }, (_, height) => getter.get(`/block-height/${height}`)),
  );
  expect(server.requests).toHaveLength(40);
  expect(server.mostAtOnce).toBe(3);
});

it('sends user and password in a header, and shows neither', async () => {
  let authorization: string | undefined;
  const http = createServer((request, response) => {
    authorization = request.headers.authorization;
    response.writeHead(401).end();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const { getter } = await getterOf(() => undefined, {
    baseUrl: `http://127.0.0.1:${port}`,
    auth: { kind: 'password', user: 'me', password: 'hunter2' },
  });
  const error = await rejection(() => getter.get('/x'));
  expect(error.code).toBe('SOURCE_UNAUTHORIZED');
  expect(authorization).toBe(`Basic ${Buffer.from('me:hunter2').toString('base64')}`);
  expect(`${error.stack} ${JSON.stringify(error.facts)}`).not.toContain('hunter2');
  http.closeAllConnections();
  http.close();
});

it('is not sent at all once the caller gave up', async () => {
  const { server, getter } = await getterOf(() => undefined);
  const code = await rejectionCode(() => getter.get(tip, AbortSignal.abort()));
  expect(code).toBe('SOURCE_TIMEOUT');
  expect(server.requests).toEqual([]);
});
