import { createHash } from 'node:crypto';
import { constants, deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { BundleRecord, Manifest } from '../../../src/evidence/bundleRecord.ts';
import { readBundle } from '../../../src/evidence/readBundle.ts';
import { writeBundle } from '../../../src/evidence/writeBundle.ts';
import { buildEvidence, gather, inPieces, writeFileOf } from '../../support/evidenceSetting.ts';
import { expectCode } from '../../support/expectCode.ts';
import { rejection } from '../../support/rejection.ts';

const setting = buildEvidence();
const { records } = setting;
const { file, digest } = await writeFileOf(records);
const content = Uint8Array.from(inflateSync(file));

function read(bytes: Uint8Array, maxLength?: number) {
  return Array.fromAsync(readBundle(inPieces(bytes), { maxLength }));
}

function frame(type: number, payload: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  return Buffer.concat([Buffer.of(type), length, payload]);
}

/** A compressed file with this content before its end record, whose hash is right. */
function fileOf(body: Uint8Array, after = new Uint8Array()): Uint8Array {
  const hash = createHash('sha256').update(body).digest();
  return Uint8Array.from(deflateSync(Buffer.concat([body, frame(7, hash), after])));
}

const body = content.subarray(0, content.length - 37);

describe('a bundle', () => {
  it('reads back as what was written, and ends with the SHA-256 of its content', async () => {
    const all = await read(file);
    expect(all.slice(0, -1)).toEqual(records);
    const hash = createHash('sha256').update(content).digest('hex');
    expect(all.at(-1)).toEqual({ type: 'end', digest: `0x${hash}`, length: content.length });
    expect(digest).toBe(`0x${hash}`);
  });

  it('begins as a zlib stream over a line that names its version', () => {
    expect(file[0]).toBe(0x78);
    expect(Buffer.from(content.subarray(0, 17)).toString()).toBe('assay.evidence/1\n');
  });

  it('has the same content whenever it is written', async () => {
    expect((await writeFileOf(buildEvidence().records)).digest).toBe(digest);
  });

  it('has the same digest however well it is compressed, and in whatever pieces it comes', async () => {
    for (const level of [constants.Z_NO_COMPRESSION, constants.Z_BEST_COMPRESSION]) {
      expect((await read(Uint8Array.from(deflateSync(content, { level })))).at(-1)).toMatchObject({
        digest,
      });
    }
    const all = await Array.fromAsync(readBundle(inPieces(file, 1)));
    expect(all.at(-1)).toMatchObject({ digest });
  });

  it('gives its digest only when it is written', async () => {
    const writing = writeBundle(records);
    await expectCode(() => writing.end(), 'EVIDENCE_MALFORMED');
    await gather(writing.file);
    expect(writing.end()).toEqual({ type: 'end', digest, length: content.length });
  });

  it('passes on what goes wrong in its source', async () => {
    async function* broken(): AsyncGenerator<BundleRecord> {
      yield* records.slice(0, 3);
      throw new Error('the source is gone');
    }
    await expect(gather(writeBundle(broken()).file)).rejects.toThrow('the source is gone');
  });
});

describe('a file that is no whole bundle', () => {
  it('is refused where it is cut, wherever that is', async () => {
    for (let length = 0; length < file.length; length += 97) {
      await expectCode(() => read(file.subarray(0, length)), 'EVIDENCE_MALFORMED');
    }
    for (let length = 0; length < content.length; length += 97) {
      const cut = Uint8Array.from(deflateSync(content.subarray(0, length)));
      await expectCode(() => read(cut), 'EVIDENCE_MALFORMED');
    }
  });

  it('is refused where anything follows', async () => {
    await expectCode(() => read(Uint8Array.from([...file, 0])), 'EVIDENCE_MALFORMED');
    const thrown = await expectCode(
      () => read(fileOf(body, Uint8Array.of(0))),
      'EVIDENCE_MALFORMED',
    );
    expect(thrown.message).toContain('goes on after its end');
  });

  it('is refused where it is something else', async () => {
    for (const other of [Buffer.from('{}'), deflateSync('{"schema":"assay.evidence/1"}')]) {
      await expectCode(() => read(Uint8Array.from(other)), 'EVIDENCE_MALFORMED');
    }
  });

  it('is refused where a record has an unknown type, even with the right hash at the end', async () => {
    for (const type of [0, 9, 255]) {
      const more = Buffer.concat([body, frame(type, new Uint8Array())]);
      const thrown = await expectCode(() => read(fileOf(more)), 'EVIDENCE_MALFORMED');
      expect(thrown.message).toContain('a type that assay does not know');
    }
  });

  it.each([
    ['no JSON', 1, Buffer.from('{')],
    ['JSON of another form', 1, Buffer.from('{"schema":"assay.evidence/2"}')],
    ['no UTF-8', 2, Buffer.of(0x22, 0xff, 0x22)],
    ['part of a header', 3, Buffer.alloc(4 + 81)],
    ['no header', 3, Buffer.alloc(4)],
    ['half a header', 4, Buffer.alloc(4 + 40)],
    ['no height', 4, Buffer.alloc(3)],
    ['a branch that is not there', 5, Buffer.from('0400000001aa', 'hex')],
    ['no output', 5, Buffer.from('00000000000000', 'hex')],
    ['an output twice', 5, Buffer.from('0000000000020101', 'hex')],
    ['a length in a longer form than it needs', 5, Buffer.from('fd010000000000', 'hex')],
    ['a length past everything', 5, Buffer.from('ff0100000000000000', 'hex')],
    ['a proof of another form', 6, Buffer.from('{}')],
  ] as const)('is refused for a record with %s', async (_, type, payload) => {
    const start = Buffer.from('assay.evidence/1\n');
    const whole = fileOf(Buffer.concat([start, frame(type, payload)]));
    await expectCode(() => read(whole), 'EVIDENCE_MALFORMED');
  });
});

describe('a file that would grow too large', () => {
  it('is refused as soon as it passes the bound, however small it is', async () => {
    const payload = new Uint8Array(15 * 2 ** 20);
    const bomb = Uint8Array.from(
      deflateSync(
        Buffer.concat([
          Buffer.from('assay.evidence/1\n'),
          ...Array.from({ length: 4 }, () => frame(6, payload)),
        ]),
      ),
    );
    expect(bomb.length).toBeLessThan(80_000);
    await expectCode(() => read(bomb, 2 ** 20), 'EVIDENCE_TOO_LARGE');
    await expectCode(() => read(bomb), 'EVIDENCE_MALFORMED');
    await expectCode(() => read(file, content.length - 1), 'EVIDENCE_TOO_LARGE');
  });

  it('is refused for a record past the bound before its bytes come', async () => {
    for (const [type, length] of [
      [5, 16 * 2 ** 20 + 1],
      [2, 64 * 2 ** 20 + 1],
    ] as const) {
      const head = Buffer.alloc(5);
      head.writeUInt8(type);
      head.writeUInt32BE(length, 1);
      const start = Buffer.concat([Buffer.from('assay.evidence/1\n'), head]);
      await expectCode(() => read(Uint8Array.from(deflateSync(start))), 'EVIDENCE_TOO_LARGE');
    }
  });
});

describe('the order of records', () => {
  const at = (type: BundleRecord['type']) => records.findIndex((one) => one.type === type);
  const firstBlock = at('block');
  const drop = (index: number, count = 1) => records.toSpliced(index, count);
  const swap = (one: number, other: number) =>
    records.map(
      (record, index) => records[index === one ? other : index === other ? one : index] ?? record,
    );
  function withManifest(changes: Partial<Manifest>): BundleRecord[] {
    return records.map((one) =>
      one.type === 'manifest' ? { ...one, manifest: { ...one.manifest, ...changes } } : one,
    );
  }
  const headers = records.find((one) => one.type === 'headers');
  const run = headers?.headers ?? new Uint8Array();
  function withRun(...runs: readonly (readonly [start: number, from: number, to: number])[]) {
    return records.flatMap((one): BundleRecord[] =>
      one.type === 'headers'
        ? runs.map(([start, from, to]) => ({
            type: 'headers',
            start,
            headers: run.subarray(from * 80, to * 80),
          }))
        : [one],
    );
  }

  it.each([
    ['no manifest', drop(0)],
    ['two manifests', [records[0], ...records]],
    ['no registry', drop(1)],
    ['the registry of another asset', withManifest({ assets: ['other'] })],
    ['too few assets', withManifest({ assets: ['dbtc', 'ebtc'] })],
    ['no headers', drop(2)],
    ['headers without announcing them', withManifest({ headers: 'store' })],
    ['headers that begin too early', withRun([100, 0, 8])],
    ['headers that begin too late', withRun([102, 1, 8])],
    ['headers that end too early', withRun([101, 0, 7])],
    ['a gap between headers', withRun([101, 0, 4], [106, 5, 8])],
    ['headers in short records', withRun([101, 0, 4], [105, 4, 8])],
    ['no blocks', drop(firstBlock, 2)],
    ['a block without transactions', drop(firstBlock + 1, 2)],
    ['a transaction too few', drop(firstBlock + 2)],
    ['blocks out of order', swap(firstBlock, firstBlock + 3)],
    ['transactions out of order', swap(firstBlock + 1, firstBlock + 2)],
    ['a transaction without a block', drop(firstBlock)],
    [
      'a block above the audited one',
      withRun([101, 0, 8]).map((one) =>
        one.type === 'block' && one.height === 106 ? { ...one, height: 109 } : one,
      ),
    ],
    [
      'a block with a header beside linked ones',
      records.map((one) => (one.type === 'block' ? { ...one, header: run.subarray(0, 80) } : one)),
    ],
    ['a proof before the blocks', swap(firstBlock, records.length - 1)],
    ['a proof too few', drop(records.length - 1)],
    ['fewer outputs than announced', withManifest({ outputs: 6 })],
    ['nothing', []],
  ])('is held: %s', async (_, wrong) => {
    const given = wrong.filter((one) => one !== undefined);
    await expectCode(() => writeFileOf(given), 'EVIDENCE_MALFORMED');
  });

  it('is held when reading too', async () => {
    const [manifest = Buffer.alloc(0)] = [content.subarray(17)];
    const length = Buffer.from(manifest).readUInt32BE(1) + 5;
    const start = content.subarray(0, 17);
    const twice = Buffer.concat([start, manifest.subarray(0, length), body.subarray(17)]);
    const thrown = await expectCode(() => read(fileOf(twice)), 'EVIDENCE_MALFORMED');
    expect(thrown.message).toContain('has a manifest record out of order');
  });
});

describe('a registry record that is made to be dear', () => {
  const manifestEnd = 17 + 5 + Buffer.from(content).readUInt32BE(18);
  const manifest = content.subarray(0, manifestEnd);
  const keys = Array.from({ length: 500_000 }, (_, index) => `"k${index}":0`).join();
  const about = '{"id":"dbtc","asset":{},"reserves":';

  it.each([
    ['500,000 keys', `{${keys}}`, 'more than 10000 members'],
    ['500,000 files of evidence', `${about}{},"evidence":{${keys}}}`, 'more than 10000 members'],
    ['a million levels', `${about}${'['.repeat(1e6)}${']'.repeat(1e6)}}`, 'deeper than 32 levels'],
    ['a million empty objects', `${about}[${'{},'.repeat(1e6)}{}]}`, /more than \d+ values/],
    ['a key twice', `${about}{},"asset":{}}`, 'there twice'],
  ])('is refused with %s before anything is built of it', async (_, text, said) => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      const bytes = fileOf(Buffer.concat([manifest, frame(2, Buffer.from(text))]));
      const error = await rejection(() => read(bytes));
      expect(error.code).toBe('EVIDENCE_MALFORMED');
      expect(error.message).toMatch(said);
      expect(parse).toHaveBeenCalledTimes(1);
    } finally {
      parse.mockRestore();
    }
  });
});
