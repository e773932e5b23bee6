import { Agent } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/core/errorCodes.ts';
import { type AnswerShare, createAnswerBudget } from '../../../src/http/answerBudget.ts';
import { exchange, type HttpAnswer } from '../../../src/http/exchange.ts';
import { expectCode } from '../../support/expectCode.ts';
import { type HostileMode, startHostileServer } from '../../support/hostileServer.ts';
import { type PostReply, startPostServer } from '../../support/postServer.ts';

const dispatcher = new Agent();
afterAll(() => dispatcher.destroy());

interface Bounds {
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
  readonly share?: AnswerShare;
}

function ask(url: string, bounds: Bounds = {}): Promise<HttpAnswer> {
  const { maxBytes = 1_000_000, timeoutMs = 60_000 } = bounds;
  const share = bounds.share ?? createAnswerBudget().openShare();
  const source = { id: 'a server', operator: 'somebody', kind: 'test' };
  return exchange({
    ...{ url, what: '/it', headers: {}, body: '{}', source, dispatcher },
    ...{ maxBytes, timeoutMs, share },
  });
}

async function askServer(reply: PostReply, bounds?: Bounds): Promise<HttpAnswer> {
  await using server = await startPostServer(() => reply);
  return await ask(server.url, bounds);
}

describe('one exchange over HTTP', () => {
  it('gives status, body and headers', async () => {
    const answer = await askServer({ status: 404, headers: { 'x-height': '7' }, body: '{"a":1}' });
    expect(answer).toMatchObject({ status: 404, body: '{"a":1}' });
    expect([answer.header('x-height'), answer.header('x-none')]).toEqual(['7', undefined]);
  });

  it('takes as many bytes as it is told, and not one more', async () => {
    const body = 'a'.repeat(1_000_000);
    expect((await askServer({ body })).body).toBe(body);
    await expectCode(() => askServer({ body: `${body}a` }), 'SOURCE_RESPONSE_TOO_LARGE');
  });

  it('leaves a refusal that is long unread, and keeps its status', async () => {
    const answer = await askServer({ status: 500, body: 'a'.repeat(100_000) });
    expect(answer).toMatchObject({ status: 500, body: '' });
  });

  it('waits for room before it takes a large answer', async () => {
    const asked: number[] = [];
    const given: number[] = [];
    const share: AnswerShare = {
      reserve: async (bytes) => {
        asked.push(bytes);
        return () => given.push(bytes);
      },
    };
    const body = 'a'.repeat(3_000_000);
    await askServer({ body }, { maxBytes: 3_000_000, share });
    expect([asked, given]).toEqual([[3_000_000], [3_000_000]]);
    await askServer({ body: 'small' }, { maxBytes: 3_000_000, share });
    expect(asked).toHaveLength(1);
  });

  it.each<[HostileMode, ErrorCode]>([
    ['gzip of 60 MB of empty objects', 'SOURCE_RESPONSE_TOO_LARGE'],
    ['br of 60 MB of empty objects', 'SOURCE_RESPONSE_INVALID'],
    ['zstd of 60 MB of empty objects', 'SOURCE_RESPONSE_INVALID'],
    ['gzip of gzip of gzip', 'SOURCE_RESPONSE_INVALID'],
    ['30 million brackets', 'SOURCE_RESPONSE_TOO_LARGE'],
    ['a body without end', 'SOURCE_RESPONSE_TOO_LARGE'],
    ['chunks of one byte', 'SOURCE_RESPONSE_TOO_LARGE'],
    ['headers without end', 'SOURCE_RESPONSE_INVALID'],
    ['a line without end', 'SOURCE_RESPONSE_INVALID'],
  ])('refuses %s', async (mode, code) => {
    await using server = await startHostileServer(mode);
    await expectCode(() => ask(`http://127.0.0.1:${server.port}/`), code);
  });

  it.each<HostileMode>(['a byte now and then', 'interim answers without end'])(
    'gives no more time for %s',
    async (mode) => {
      await using server = await startHostileServer(mode);
      const asking = () => ask(`http://127.0.0.1:${server.port}/`, { timeoutMs: 300 });
      await expectCode(asking, 'SOURCE_TIMEOUT');
    },
  );

  it('does not follow a redirect', async () => {
    await using server = await startHostileServer('a redirect to itself');
    expect((await ask(`http://127.0.0.1:${server.port}/`)).status).toBe(302);
    expect(server.connections).toBe(1);
  });
});
