import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createUploads } from '../../../src/api/uploads.ts';
import { rejection } from '../../support/rejection.ts';

const limits = { totalBytes: 100, seconds: 3600, bytesPerSecond: 10 };

function body(): PassThrough {
  return new PassThrough();
}

describe('createUploads', () => {
  it('gives a body that arrives in pieces, and its room back when it is released', async () => {
    const uploads = createUploads(limits);
    const stream = body();
    const reading = uploads.read(stream, 6, 50);
    expect(uploads.reserved).toBe(6);
    stream.write('abc');
    stream.end('def');
    const upload = await reading;
    expect(Buffer.from(upload.bytes).toString()).toBe('abcdef');
    expect(uploads.reserved).toBe(6);
    upload[Symbol.dispose]();
    upload[Symbol.dispose]();
    expect(uploads.reserved).toBe(0);
  });

  it('takes as many as fit by their declared length, and refuses the others at once', async () => {
    const uploads = createUploads(limits);
    const streams = [body(), body(), body()];
    const readings = streams.map((stream) => uploads.read(stream, 40, 50));
    const error = await rejection(() => readings[2]);
    expect(error).toMatchObject({ code: 'SERVICE_BUSY', facts: { retryAfter: 10 } });
    expect(uploads.reserved).toBe(80);
    for (const stream of streams) stream.end('x'.repeat(40));
    expect((await Promise.all(readings.slice(0, 2))).map(({ bytes }) => bytes.length)).toEqual([
      40, 40,
    ]);
  });

  it('takes room for the longest where no length is declared', async () => {
    const uploads = createUploads(limits);
    const stream = body();
    const reading = uploads.read(stream, undefined, 60);
    expect(uploads.reserved).toBe(60);
    stream.end('abc');
    expect((await reading).bytes.length).toBe(3);
  });

  it('lets one that trickles make way for another, and none that is fast enough', async () => {
    let now = 0;
    const uploads = createUploads(limits, () => now);
    const [slow, fast] = [body(), body()];
    const readings = [uploads.read(slow, 50, 50), uploads.read(fast, 50, 50)];
    slow.write('x');
    fast.write('x'.repeat(40));
    now = 3000;
    const other = body();
    const third = uploads.read(other, 50, 50);
    expect(await rejection(() => readings[0])).toMatchObject({ code: 'SERVICE_BUSY' });
    expect(await rejection(() => uploads.read(body(), 50, 50))).toMatchObject({
      code: 'SERVICE_BUSY',
    });
    fast.end('x'.repeat(10));
    other.end('x'.repeat(50));
    expect((await readings[1])?.bytes.length).toBe(50);
    expect((await third).bytes.length).toBe(50);
    expect(slow.destroyed).toBe(false);
  });

  it('never takes the room of what has arrived, and is being worked on', async () => {
    let now = 0;
    const uploads = createUploads(limits, () => now);
    const stream = body();
    stream.end('x'.repeat(80));
    await uploads.read(stream, 80, 80);
    now = 1_000_000;
    expect((await rejection(() => uploads.read(body(), 30, 80))).code).toBe('SERVICE_BUSY');
  });

  it.each([
    ['is longer than it declares', 'abcdef', 'PAYLOAD_TOO_LARGE'],
    ['is shorter than it declares', 'ab', 'REQUEST_INVALID'],
  ])('refuses one that %s, and gives its room back', async (_, text, code) => {
    const uploads = createUploads(limits);
    const stream = body();
    const reading = uploads.read(stream, 3, 50);
    stream.end(text);
    expect((await rejection(() => reading)).code).toBe(code);
    expect(uploads.reserved).toBe(0);
  });

  it('gives the room of one back that is cut off', async () => {
    const uploads = createUploads(limits);
    const stream = body();
    const reading = uploads.read(stream, 3, 50);
    stream.destroy();
    expect((await rejection(() => reading)).code).toBe('REQUEST_INVALID');
    expect(uploads.reserved).toBe(0);
  });

  it('refuses what declares more than the limit before any of it arrives', async () => {
    const uploads = createUploads(limits);
    expect((await rejection(() => uploads.read(body(), 51, 50))).code).toBe('PAYLOAD_TOO_LARGE');
    expect(uploads.reserved).toBe(0);
  });
});
