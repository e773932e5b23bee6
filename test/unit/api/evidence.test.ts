import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiDependencies } from '../../../src/api/apiDependencies.ts';
import { verifyBundle } from '../../../src/evidence/verifyBundle.ts';
import type { StoredAttestation } from '../../../src/store/attestationStore.ts';
import { openEvidenceFolder } from '../../../src/store/evidenceFolder.ts';
import type { EvidenceStore } from '../../../src/store/evidenceStore.ts';
import { signSample, signStored } from '../../support/attestations.ts';
import { buildEvidence } from '../../support/evidenceSetting.ts';
import { sampleReport } from '../../support/sampleReport.ts';
import { openTestApi, type TestApi } from '../../support/testApi.ts';

let directory = '';
let folder: EvidenceStore;
let stored: StoredAttestation;
let without: StoredAttestation;
let bytes: Buffer;
let digest = '';
let api: TestApi;
/** Every stream that a test has opened. */
const opened: Readable[] = [];

const urlOf = ({ id }: StoredAttestation) => `/v1/attestations/${id}/evidence`;

/** The store, with a note of what it opens. */
const watched: ApiDependencies['evidence'] = {
  async open(name) {
    const bundle = await folder.open(name);
    if (bundle) opened.push(bundle.stream);
    return bundle;
  },
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'assay-api-'));
  folder = await openEvidenceFolder(directory);
  const { records, report } = buildEvidence();
  const written = await folder.write(Readable.from(records));
  digest = written;
  bytes = await readFile(join(directory, `${digest}.evidence`));
  const evidence = { schema: 'assay.evidence/1' as const, digest: written };
  stored = await signStored({ ...report, evidence });
  without = await signSample({ observedAt: report.observedAt - 10 });
  api = await openTestApi([without, stored], { evidence: watched });
});
afterAll(async () => {
  await api.app.close();
  await rm(directory, { recursive: true });
});

/** A large file that is sent only as fast as it is read, and its API, listening. */
async function serveEndless(limits: ApiDependencies['limits'] = {}) {
  const stream = new Readable({
    read() {
      this.push(Buffer.alloc(65_536));
    },
  });
  const endless = await openTestApi([stored], {
    evidence: { open: async () => ({ length: 2 ** 40, stream }) },
    limits,
  });
  const place = await endless.app.listen({ host: '127.0.0.1', port: 0 });
  return { stream, place, close: () => endless.app.close() };
}

describe('GET /v1/attestations/{id}/evidence', () => {
  it('sends the file byte for byte, to be kept for ever', async () => {
    const { statusCode, headers, rawPayload } = await api.app.inject(urlOf(stored));
    expect(statusCode).toBe(200);
    expect(rawPayload).toEqual(bytes);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="dbtc-${stored.id.slice(2, 18)}.evidence"`,
      'cache-control': 'public, max-age=31536000, immutable',
      etag: `"${digest}"`,
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['transfer-encoding']).toBeUndefined();
  });

  it('sends over a real connection what verifies', async () => {
    await using served = await openTestApi([stored], { evidence: folder });
    const place = await served.app.listen({ host: '127.0.0.1', port: 0 });
    const response = await fetch(`${place}${urlOf(stored)}`);
    if (!response.body) return expect.fail('there is no body');
    const verified = await verifyBundle(response.body, stored.attestation.report);
    expect(verified.digest).toBe(digest);
  });

  it('is linked from every answer that rests on the attestation', async () => {
    for (const url of ['/v1/assets/dbtc/backing', '/v1/assets/dbtc/reserves']) {
      const { attestation } = (await api.app.inject(url)).json();
      expect(attestation.evidence).toEqual({ digest, url: urlOf(stored) });
    }
    await using plain = await openTestApi([without]);
    const { attestation } = (await plain.app.inject('/v1/assets/dbtc/backing')).json();
    expect(attestation.evidence).toBeNull();
  });

  it('answers 304 to whoever has it, by any form of the tag', async () => {
    for (const tag of [`"${digest}"`, `W/"${digest}"`, `"other", "${digest}"`, '*']) {
      const response = await api.app.inject({
        url: urlOf(stored),
        headers: { 'if-none-match': tag },
      });
      expect(response.statusCode).toBe(304);
      expect(response.body).toBe('');
      expect(response.headers).toMatchObject({
        etag: `"${digest}"`,
        'cache-control': 'public, max-age=31536000, immutable',
      });
      expect(response.headers['content-disposition']).toBeUndefined();
    }
    const other = { url: urlOf(stored), headers: { 'if-none-match': '"other"' } };
    expect((await api.app.inject(other)).rawPayload).toEqual(bytes);
  });

  it('tells HEAD the same without a body, and reads nothing for it', async () => {
    const before = opened.length;
    const full = await api.app.inject(urlOf(stored));
    const head = await api.app.inject({ method: 'HEAD', url: urlOf(stored) });
    expect(head.statusCode).toBe(200);
    expect(head.body).toBe('');
    const same = ['content-type', 'content-length', 'content-disposition', 'etag', 'cache-control'];
    for (const name of same) expect(head.headers[name], name).toBe(full.headers[name]);
    const [sent, unsent] = opened.slice(before);
    expect([sent?.readableDidRead, unsent?.readableDidRead]).toEqual([true, false]);
    const known = { method: 'HEAD' as const, url: urlOf(stored) };
    const again = await api.app.inject({ ...known, headers: { 'if-none-match': `"${digest}"` } });
    expect(again.statusCode).toBe(304);
  });

  it('tells apart what is unknown, what has no evidence, and what is no longer kept', async () => {
    const unknown = await api.app.inject(`/v1/attestations/0x${'00'.repeat(32)}/evidence`);
    expect(unknown.json()).toMatchObject({ status: 404, code: 'ATTESTATION_UNKNOWN' });
    const path = await api.app.inject('/v1/attestations/..%2F..%2Fx/evidence');
    expect(path.json()).toMatchObject({ status: 404, code: 'ATTESTATION_UNKNOWN' });
    const none = await api.app.inject(urlOf(without));
    expect(none.json()).toMatchObject({ status: 404, code: 'EVIDENCE_NOT_KEPT' });
    const gone = await signStored({
      ...sampleReport(),
      evidence: { schema: 'assay.evidence/1', digest: `0x${'ee'.repeat(32)}` },
    });
    await api.store.put(gone);
    for (const method of ['GET', 'HEAD'] as const) {
      const response = await api.app.inject({
        ...{ method, url: urlOf(gone) },
        headers: { 'if-none-match': '*' },
      });
      expect(response.statusCode).toBe(404);
      expect(response.headers['cache-control']).toBe('no-store');
      expect(response.headers.etag).toBeUndefined();
    }
    await using keepsNone = await openTestApi([stored]);
    const { status, code } = (await keepsNone.app.inject(urlOf(stored))).json();
    expect({ status, code }).toEqual({ status: 404, code: 'EVIDENCE_NOT_KEPT' });
  });

  it('names no file of the machine where one cannot be read', async () => {
    const path = join(directory, `${digest}.evidence`);
    const open = () => Promise.reject(new Error(`EACCES ${path}`));
    await using broken = await openTestApi([stored], { evidence: { open } });
    const response = await broken.app.inject(urlOf(stored));
    expect(response.json()).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' });
    expect(response.body).not.toContain(directory);
  });

  it('counts a download as ten requests, and one that is refused opens nothing for long', async () => {
    await using limited = await openTestApi([stored], {
      evidence: watched,
      limits: { requests: 15 },
    });
    const before = opened.length;
    expect((await limited.app.inject(urlOf(stored))).headers.ratelimit).toMatch(/;r=5;/);
    const refused = await limited.app.inject(urlOf(stored));
    expect(refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(refused.headers.etag).toBeUndefined();
    expect(opened.slice(before).map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  it('takes no other method', async () => {
    const response = await api.app.inject({ method: 'DELETE', url: urlOf(stored) });
    expect(response.json()).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(response.headers.allow).toBe('GET, HEAD, OPTIONS');
  });

  it('closes the file when the client goes away', async () => {
    const { stream, place, close } = await serveEndless();
    const abort = new AbortController();
    const response = await fetch(`${place}${urlOf(stored)}`, { signal: abort.signal });
    await response.body?.getReader().read();
    expect(stream.destroyed).toBe(false);
    const closed = finished(stream);
    abort.abort();
    await expect(closed).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
    await close();
  });

  it('closes the file of a client that takes nothing more of it', async () => {
    const { stream, place, close } = await serveEndless({ idleSeconds: 0.5 });
    const closed = finished(stream);
    const request = get(`${place}${urlOf(stored)}`, (response) => response.pause());
    request.on('error', () => {});
    await expect(closed).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
    request.destroy();
    await close();
  });

  it('leaves no file open, whatever the answer was', async () => {
    for (const stream of opened) {
      if (!stream.closed) await once(stream, 'close');
    }
    expect(opened.length).toBeGreaterThan(5);
  });
});
