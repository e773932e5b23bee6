import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildExamples } from '../../../src/api/contract/examples.ts';
import { signReport } from '../../../src/attest/signReport.ts';
import { verifyAttestation } from '../../../src/attest/verifyAttestation.ts';
import { errorCodes } from '../../../src/core/errorCodes.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { StoredAttestation } from '../../../src/store/attestationStore.ts';
import { signSample, testAccount } from '../../support/attestations.ts';
import { sampleReport } from '../../support/sampleReport.ts';
import { openTestApi, type TestApi } from '../../support/testApi.ts';

let api: TestApi;
let stored: StoredAttestation;

beforeAll(async () => {
  stored = await signSample();
  api = await openTestApi([stored]);
});
afterAll(() => api.app.close());

describe('the registry over REST', () => {
  it('lists the assets with where to go on', async () => {
    const { body } = await api.app.inject('/v1/assets');
    expect(JSON.parse(body)).toMatchObject({
      assets: [
        {
          id: 'dbtc',
          url: '/v1/assets/dbtc',
          backingUrl: '/v1/assets/dbtc/backing',
          badgeUrl: '/v1/assets/dbtc/badge.svg',
        },
        { id: 'empty' },
      ],
    });
  });

  it('shows an asset with its deployments and policy', async () => {
    const { body } = await api.app.inject('/v1/assets/dbtc');
    expect(JSON.parse(body)).toMatchObject({
      network: { name: 'regtest' },
      policy: { confirmations: 6 },
      coverage: { status: 'complete', missing: [] },
      deployments: [
        { chain: 'eip155:31337', decimals: 8, provenance: [{ by: 'Demo Custody' }] },
        { chain: 'eip155:31338', decimals: 18 },
      ],
      custodyAddresses: 39,
    });
  });

  it('joins amounts and provenance, and keeps an address that is no longer listed', async () => {
    const { addresses, ...head } = (await api.app.inject('/v1/assets/dbtc/reserves')).json();
    expect(head).toMatchObject({ status: 'backed', sats: '4000000000', btc: '40.00000000' });
    expect(addresses).toHaveLength(40);
    expect(addresses[0]).toMatchObject({
      sats: '100000000',
      btc: '1.00000000',
      utxos: 1,
      scriptType: 'p2wpkh',
      custodian: 'Demo Custody',
      provenance: [{ kind: 'published', date: '2026-01-02' }],
    });
    expect(addresses[39]).toMatchObject({
      sats: '100000000',
      scriptType: null,
      custodian: null,
      provenance: [],
    });
  });
});

describe('tokens', () => {
  const address = '0x5FbDB2315678afecb367f032d93F642f64180aa3';

  it.each([`eip155:31337/${address}`, `eip155%3A31337/${address.toLowerCase()}`])(
    'finds %s',
    async (path) => {
      expect((await api.app.inject(`/v1/tokens/${path}`)).json()).toMatchObject({
        token: `eip155:31337/erc20:${address}`,
        asset: { id: 'dbtc' },
        deployment: { kind: 'canonical', decimals: 8 },
        backing: { status: 'backed', ratio: '1.01265822' },
      });
    },
  );

  it('answers each entry of a lookup on its own, in order', async () => {
    const tokens = [
      { chain: 'eip155:1', address },
      { chain: 'eip155:31337', address },
      { chain: 'x', address },
    ];
    const response = await api.app.inject({
      method: 'POST',
      url: '/v1/tokens/lookup',
      payload: { tokens },
    });
    expect(response.json()).toMatchObject({
      tokens: [
        { ...tokens[0], found: false, problem: { code: 'TOKEN_UNKNOWN', status: 404 } },
        { ...tokens[1], found: true, backing: { status: 'backed' } },
        { ...tokens[2], found: false, problem: { code: 'CHAIN_ID_INVALID', status: 400 } },
      ],
    });
  });

  it('answers each token once, however often and in whatever case it is asked for', async () => {
    const tokens = Array.from({ length: 100 }, (_, index) => ({
      chain: 'eip155:31337',
      address: index % 2 === 0 ? address : `0x${address.slice(2).toUpperCase()}`,
    }));
    const response = await api.app.inject({
      method: 'POST',
      url: '/v1/tokens/lookup',
      payload: { tokens: [...tokens, { chain: 'x', address }].slice(1) },
    });
    expect(response.json().tokens).toMatchObject([
      { chain: 'eip155:31337', address: tokens[1]?.address, found: true },
      { chain: 'x', found: false },
    ]);
  });

  it('does not show the failure of one entry as that of the source', async () => {
    const fail = () => Promise.reject(new Error('secret'));
    await using broken = await openTestApi([], {
      store: { put: fail, withhold: fail, latest: fail, byId: fail },
    });
    const response = await broken.app.inject({
      method: 'POST',
      url: '/v1/tokens/lookup',
      payload: { tokens: [{ chain: 'eip155:31337', address }] },
    });
    expect(response.json()).toMatchObject({
      tokens: [{ found: false, problem: { code: 'INTERNAL_ERROR' } }],
    });
    expect(response.body).not.toContain('secret');
  });
});

describe('POST /v1/verify', () => {
  const send = (payload: string | object, on = api) =>
    on.app.inject({
      method: 'POST',
      url: '/v1/verify',
      headers: { 'content-type': 'application/json' },
      payload,
    });

  it('says what was attested, by whom and until when', async () => {
    expect((await send(stored.attestation)).json()).toMatchObject({
      verifies: true,
      id: stored.id,
      signer: testAccount.address,
      asset: 'dbtc',
      verdict: 'backed',
      validUntil: sampleReport().validUntil,
    });
  });

  it('does not vouch for the keys of others', async () => {
    await using other = await openTestApi([], { signers: [] });
    expect((await send(stored.attestation, other)).json()).toMatchObject({
      status: 422,
      code: 'ATTESTATION_SIGNER_UNTRUSTED',
    });
  });

  it('refuses a key that stands twice, which a parsed body would hide', async () => {
    const text = JSON.stringify(stored.attestation).replace('{', '{"signer":"0x00",');
    expect((await send(text)).json()).toMatchObject({ code: 'ATTESTATION_MALFORMED' });
  });

  it('does not vouch for the past as if it were now', async () => {
    const past = await signSample({ maxAgeSeconds: null });
    await using then = await openTestApi([past]);
    for (const seconds of [0, 1, 3600]) {
      then.setTime(sampleReport().observedAt + seconds);
      const response = await send(past.attestation, then);
      expect(response.statusCode).toBe(422);
      expect(response.json()).toMatchObject({ code: 'ATTESTATION_HISTORIC' });
    }
  });

  it('knows an expired attestation', async () => {
    await using later = await openTestApi([]);
    later.setTime(sampleReport().validUntil + 1);
    expect((await send(stored.attestation, later)).json()).toMatchObject({
      code: 'ATTESTATION_EXPIRED',
    });
  });
});

describe('the service', () => {
  it('publishes its keys', async () => {
    await using other = await openTestApi([], {
      signers: [{ address: testAccount.address, notBefore: UnixTime(7) }],
    });
    expect((await other.app.inject('/.well-known/assay-keys.json')).json()).toEqual({
      keys: [{ address: testAccount.address, notBefore: 7 }],
    });
  });

  it('is alive at once, and ready when every asset has been audited', async () => {
    await using young = await openTestApi([stored]);
    expect((await young.app.inject('/livez')).json()).toEqual({ status: 'ok' });
    const response = await young.app.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ code: 'ATTESTATION_PENDING' });
    await young.store.put(await signSample({}, 'empty'));
    young.setTime(sampleReport().validUntil + 1);
    expect((await young.app.inject('/readyz')).json()).toEqual({
      status: 'ready',
      assets: [
        { id: 'dbtc', status: 'stale' },
        { id: 'empty', status: 'stale' },
      ],
    });
  });

  it('counts answers and shows the status of each asset to Prometheus', async () => {
    await using counted = await openTestApi([stored]);
    await counted.app.inject('/v1/assets/dbtc/backing');
    await counted.app.inject({ method: 'HEAD', url: '/v1/assets/dbtc/backing' });
    await counted.app.inject('/v1/assets/dbtc/backing');
    await counted.app.inject('/v1/assets/../../x');
    const { body, headers } = await counted.app.inject('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    for (const line of [
      'assay_backing_status{asset="dbtc",status="backed"} 1',
      'assay_backing_status{asset="dbtc",status="stale"} 0',
      'assay_backing_ratio{asset="dbtc"} 1.01265822',
      'assay_attestation_observed_timestamp_seconds{asset="dbtc"} 1763803600',
      'assay_http_requests_total{method="GET",route="/v1/assets/:asset/backing",status="200"} 2',
      'assay_http_requests_total{method="HEAD",route="/v1/assets/:asset/backing",status="200"} 1',
      'assay_http_requests_total{method="GET",route="(none)",status="404"} 1',
    ]) {
      expect(body.split('\n')).toContain(line);
    }
    expect(body).not.toContain('asset="empty"');
  });

  it('explains every error code where the type of a problem points', async () => {
    const { body } = await api.app.inject('/docs/errors');
    for (const code of Object.keys(errorCodes)) expect(body).toContain(`id="${code}"`);
  });

  it('has pages of documentation that load only their own scripts', async () => {
    const { body, headers } = await api.app.inject('/docs/');
    expect(body).toContain('swagger-ui');
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(body.match(/<script(?![^>]*\bsrc=)/)).toBeNull();
    const contract = await api.app.inject('/docs/json');
    expect(contract.json()).toMatchObject({ openapi: '3.1.1' });
  });

  it('gives every request an id of its own', async () => {
    const ids = await Promise.all(
      ['/livez', '/livez', '/v1/assets'].map(
        async (url) => (await api.app.inject(url)).headers['x-request-id'],
      ),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it('logs method, path and status, and no headers', async () => {
    const lines: string[] = [];
    await using logged = await openTestApi([], {
      logger: { level: 'info', stream: { write: (line) => lines.push(line) } },
    });
    await logged.app.inject({ url: '/v1/assets', headers: { authorization: 'Bearer secret' } });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { method: 'GET', url: '/v1/assets', status: 200, requestId: expect.any(String) },
    ]);
    expect(lines.join('')).not.toContain('secret');
  });
});

describe('headers', () => {
  it('has those of helmet on pages and JSON', async () => {
    for (const url of ['/docs/', '/v1/assets', '/nowhere']) {
      expect((await api.app.inject(url)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringContaining('max-age='),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'cross-origin',
      });
    }
  });

  it('lets prepared JSON load nothing and be framed nowhere', async () => {
    expect((await api.app.inject('/v1/assets/dbtc/backing')).headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'ETag',
    });
  });

  it('lets pages of any origin read answers and send questions', async () => {
    const response = await api.app.inject({
      method: 'OPTIONS',
      url: '/v1/tokens/lookup',
      headers: {
        origin: 'https://wallet.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(response.statusCode).toBe(204);
    expect(response.headers).toMatchObject({
      allow: 'OPTIONS, POST',
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': 'Content-Type, If-None-Match',
    });
    expect(response.headers['access-control-allow-credentials']).toBeUndefined();
    const { headers } = await api.app.inject('/v1/assets');
    expect(headers['access-control-expose-headers']).toBe(
      'ETag, RateLimit, Retry-After, X-Request-Id',
    );
  });

  it.each(['/v1/assets', '/v1/assets/dbtc/backing', '/v1/assets/dbtc/badge.svg'])(
    'are the same for HEAD of %s, without a body',
    async (url) => {
      const get = await api.app.inject(url);
      const head = await api.app.inject({ method: 'HEAD', url });
      expect(head.statusCode).toBe(200);
      expect(head.body).toBe('');
      const fixed = ['content-type', 'content-length', 'etag', 'cache-control'];
      for (const name of fixed) expect(head.headers[name], name).toBe(get.headers[name]);
    },
  );
});

it('shows examples in its contract that rest on an attestation that verifies', async () => {
  const { stored: example, backing } = buildExamples();
  const { report, signature } = example.attestation;
  // The first key of anvil. Where the format changes, this tells the signature to be written there.
  const account = privateKeyToAccount(
    '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  );
  expect(signature).toBe((await signReport(report, account)).signature);
  const verified = await verifyAttestation(example.attestation, {
    signers: [account.address],
    now: UnixTime(backing.observedAt + backing.ageSeconds),
  });
  expect(verified.id).toBe(example.id);
  expect(backing.attestation.id).toBe(example.id);
});
