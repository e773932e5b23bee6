import { describe, expect, it, vi } from 'vitest';
import { describeJsonFault, readJson, readJsonBytes } from '../../../src/core/readJson.ts';
import type { JsonBounds } from '../../../src/core/scanJson.ts';

const bounds: JsonBounds = { length: 1000, depth: 4, values: 10, members: 5, string: 100 };

describe('readJson', () => {
  it('reads a text within the bounds', () => {
    expect(readJson('{"a": [1, null]}', bounds)).toEqual({ ok: true, value: { a: [1, null] } });
  });

  it.each([
    ['too many values', `[${'{},'.repeat(10)}{}]`],
    ['too deep', '['.repeat(5) + ']'.repeat(5)],
    ['a key twice', '{"a":1,"a":2}'],
  ])('builds nothing from a text with %s', (_, text) => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      expect(readJson(text, bounds).ok).toBe(false);
      expect(parse).not.toHaveBeenCalled();
    } finally {
      parse.mockRestore();
    }
  });

  it('says where the fault is', () => {
    const reading = readJson('{\n  "a": nope}', bounds);
    expect(reading.ok ? '' : describeJsonFault(reading.fault)).toBe(
      'line 2, column 8: expected a value, found "n"',
    );
  });
});

describe('readJsonBytes', () => {
  it('reads UTF-8', () => {
    const bytes = new TextEncoder().encode('"ł₿"');
    expect(readJsonBytes(bytes, bounds)).toEqual({ ok: true, value: 'ł₿' });
  });

  it.each([
    ['other bytes', Uint8Array.of(0x22, 0xff, 0x22), 'syntax'],
    ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, 0x31), 'syntax'],
    ['more bytes than the bound', new Uint8Array(1001).fill(0x20), 'bound'],
  ])('refuses %s', (_, bytes, kind) => {
    expect(readJsonBytes(bytes, bounds)).toMatchObject({ ok: false, fault: { kind } });
  });
});
