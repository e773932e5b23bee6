import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/core/errorCodes.ts';
import { errorCodes } from '../../../src/core/errorCodes.ts';
import { signSample } from '../../support/attestations.ts';
import { openTestApi, type TestApi } from '../../support/testApi.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi([await signSample()]);
});
afterAll(() => api.app.close());

const lookup = { method: 'POST', url: '/v1/tokens/lookup' } as const;
const verify = { method: 'POST', url: '/v1/verify' } as const;
const json = { 'content-type': 'application/json' };

const cases: readonly (readonly [string, InjectOptions, ErrorCode])[] = [
  ['an unknown asset', { url: '/v1/assets/nope/backing' }, 'ASSET_UNKNOWN'],
  ['an asset in another case', { url: '/v1/assets/DBTC' }, 'ASSET_UNKNOWN'],
  ['a name of Object', { url: '/v1/assets/__proto__/backing' }, 'ASSET_UNKNOWN'],
  ['an asset not yet audited', { url: '/v1/assets/empty/backing' }, 'ATTESTATION_PENDING'],
  ['path traversal', { url: '/v1/assets/..%2f..%2fetc%2fpasswd/backing' }, 'ASSET_UNKNOWN'],
  ['path traversal in a badge', { url: '/v1/assets/..%5c..%5c/badge.svg' }, 'ASSET_UNKNOWN'],
  ['path traversal in the docs', { url: '/docs/static/..%2f..%2fpackage.json' }, 'ROUTE_UNKNOWN'],
  ['a name of 10 kB', { url: `/v1/assets/${'a'.repeat(10_000)}/backing` }, 'REQUEST_INVALID'],
  ['a path of 10 kB', { url: `/${'a'.repeat(10_000)}` }, 'ROUTE_UNKNOWN'],
  ['a zero byte', { url: '/v1/assets/dbtc%00/backing' }, 'ASSET_UNKNOWN'],
  ['what does not decode', { url: '/v1/assets/%zz/backing' }, 'REQUEST_INVALID'],
  ['a path that is not there', { url: '/v2/assets' }, 'ROUTE_UNKNOWN'],
  ['a slash too many', { url: '/v1/assets/' }, 'ASSET_UNKNOWN'],
  ['an id that is none', { url: '/v1/attestations/0x12' }, 'ATTESTATION_UNKNOWN'],
  ['a chain that is none', { url: '/v1/tokens/ethereum/0x00' }, 'CHAIN_ID_INVALID'],
  ['a token that is unknown', { url: '/v1/tokens/eip155:1/0x00' }, 'TOKEN_UNKNOWN'],
  ['DELETE of an asset', { method: 'DELETE', url: '/v1/assets/dbtc' }, 'METHOD_NOT_ALLOWED'],
  ['GET of what takes POST', { url: '/v1/verify' }, 'METHOD_NOT_ALLOWED'],
  [
    'POST of what takes GET, its body unread',
    { method: 'POST', url: '/v1/assets/dbtc/backing', headers: json, payload: '{' },
    'METHOD_NOT_ALLOWED',
  ],
  [
    'POST to nowhere, its body unread',
    { method: 'POST', url: '/nowhere', headers: { 'content-type': 'x' }, payload: '{' },
    'ROUTE_UNKNOWN',
  ],
  ['OPTIONS of nothing', { method: 'OPTIONS', url: '/nowhere' }, 'ROUTE_UNKNOWN'],
  ['malformed JSON', { ...lookup, headers: json, payload: '{"tokens": [' }, 'REQUEST_INVALID'],
  ['malformed JSON to verify', { ...verify, headers: json, payload: '{"a' }, 'REQUEST_INVALID'],
  ['an empty body', { ...lookup, headers: json, payload: '' }, 'REQUEST_INVALID'],
  ['no body', lookup, 'REQUEST_INVALID'],
  ['no body to verify', verify, 'REQUEST_INVALID'],
  [
    'a prototype in JSON',
    { ...lookup, headers: json, payload: '{"__proto__": {}, "tokens": []}' },
    'REQUEST_INVALID',
  ],
  [
    'a member twice',
    { ...lookup, headers: json, payload: '{"tokens": [], "tokens": []}' },
    'REQUEST_INVALID',
  ],
  [
    'a million empty objects to verify',
    {
      ...verify,
      headers: json,
      payload: `{"schema":"assay.attestation/1","report":{"reserves":{"addresses":[${'{},'.repeat(999_999)}{}]}}}`,
    },
    'ATTESTATION_MALFORMED',
  ],
  [
    'another content type',
    { ...lookup, headers: { 'content-type': 'text/plain' }, payload: '{}' },
    'MEDIA_TYPE_UNSUPPORTED',
  ],
  [
    'a form to verify',
    { ...verify, headers: { 'content-type': 'multipart/form-data' }, payload: '{}' },
    'MEDIA_TYPE_UNSUPPORTED',
  ],
  [
    'a body that is too large',
    { ...lookup, headers: json, payload: `{"tokens": "${'a'.repeat(70_000)}"}` },
    'PAYLOAD_TOO_LARGE',
  ],
  [
    'an attestation that is too large',
    { ...verify, headers: json, payload: `"${'a'.repeat(9 * 1024 * 1024)}"` },
    'PAYLOAD_TOO_LARGE',
  ],
  [
    'JSON that is no attestation',
    { ...verify, headers: json, payload: '7' },
    'ATTESTATION_MALFORMED',
  ],
];

describe('a bad request', () => {
  it.each(cases)('with %s is answered by a problem with its code', async (_says, request, code) => {
    const response = await api.app.inject(request);
    expect(response.json()).toMatchObject({
      type: `/docs/errors#${code}`,
      title: errorCodes[code].title,
      status: errorCodes[code].status,
      code,
      fix: expect.any(String),
      detail: expect.any(String),
      requestId: response.headers['x-request-id'],
    });
    expect(response.statusCode).toBe(errorCodes[code].status);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json(;|$)/);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.headers['access-control-allow-origin']).toBe('*');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.headers.etag).toBeUndefined();
    expect(response.body.length).toBeLessThan(1000);
  });

  it.each([
    [
      { tokens: [{ chain: 1, address: 'x' }, { chain: 'eip155:1' }] },
      '/body/tokens/0/chain',
      'string',
    ],
    [{ tokens: Array(5_000).fill(0) }, '/body/tokens/0', 'object'],
    [{ tokens: [{ chain: 'eip155:1', address: 'x' }], more: true }, '/body', 'more'],
  ])(
    'names the first place that does not follow the API, and no other',
    async (payload, pointer, word) => {
      const response = await api.app.inject({ ...lookup, payload });
      expect(response.json()).toMatchObject({
        code: 'REQUEST_INVALID',
        errors: [{ pointer, detail: expect.stringContaining(word) }],
      });
    },
  );

  it('learns the methods that a path takes', async () => {
    const allow = async (options: InjectOptions) => (await api.app.inject(options)).headers.allow;
    expect(await allow({ method: 'DELETE', url: '/v1/assets/dbtc/backing' })).toBe(
      'GET, HEAD, OPTIONS',
    );
    expect(await allow({ method: 'PUT', url: '/v1/verify?x=1' })).toBe('OPTIONS, POST');
    expect(await allow({ method: 'OPTIONS', url: '/v1/verify' })).toBe('OPTIONS, POST');
    expect(await allow({ method: 'PATCH', url: '/v1/%61ssets' })).toBe('GET, HEAD, OPTIONS');
  });
});

describe('a failure of the service', () => {
  it('tells nothing of its cause, but logs it with the id of the request', async () => {
    const lines: string[] = [];
    const secret = 'connect ECONNREFUSED user:hunter2@10.0.0.7';
    const fail = () => Promise.reject(new Error(secret));
    await using broken = await openTestApi([], {
      store: { put: fail, withhold: fail, latest: fail, byId: fail },
      logger: { level: 'error', stream: { write: (line) => lines.push(line) } },
    });
    for (const url of ['/v1/assets/dbtc/backing', '/readyz']) {
      const response = await broken.app.inject(url);
      expect(response.statusCode).toBe(500);
      expect(response.json()).toMatchObject({
        code: 'INTERNAL_ERROR',
        detail: errorCodes.INTERNAL_ERROR.title,
      });
      expect(response.body).not.toContain('ECONNREFUSED');
      expect(response.body).not.toContain('.ts');
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
        requestId: response.headers['x-request-id'],
        err: { message: secret },
      });
    }
  });
});
