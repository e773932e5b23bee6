import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { startServer } from '../../../src/api/server.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { registryOf } from '../../support/attestations.ts';

function start(host = '127.0.0.1', port = 0) {
  return startServer(
    {
      registry: registryOf(),
      store: createMemoryStore(),
      signers: [],
      clock: () => UnixTime(1_763_800_000),
    },
    { host, port },
  );
}

/** What the server answers to bytes that no HTTP client would send. */
async function sendRaw(url: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end(request);
  return text(socket);
}

it('listens until it is closed, and closes with connections kept alive', async () => {
  const server = await start();
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const response = await fetch(`${server.url}/livez`);
  expect(await response.json()).toEqual({ status: 'ok' });
  await server.close();
  await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
});

it('answers what is not HTTP, and headers that are too long, by a problem', async () => {
  const server = await start();
  try {
    for (const request of [
      'HELLO\r\n\r\n',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    ]) {
      const answer = await sendRaw(server.url, request);
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(answer).toContain('content-type: application/problem+json');
      expect(answer).toContain('\r\nx-content-type-options: nosniff\r\n');
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
        code: 'REQUEST_INVALID',
        status: 400,
      });
    }
  } finally {
    await server.close();
  }
});

it('says why it cannot listen where it is to, and what to do', async () => {
  const server = await start();
  const port = Number(new URL(server.url).port);
  try {
    await expect(start('127.0.0.1', port)).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: `cannot listen at 127.0.0.1:${port}: another program listens there (EADDRINUSE)`,
      fix: 'End that program, or choose another port.',
    });
  } finally {
    await server.close();
  }
  // 192.0.2.0/24 is of no machine (RFC 5737).
  await expect(start('192.0.2.1')).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
    message: 'cannot listen at 192.0.2.1:0: this machine has no such address (EADDRNOTAVAIL)',
  });
  await expect(start('no such host')).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
});
