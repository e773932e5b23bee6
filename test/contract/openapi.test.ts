import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleReport } from '../../src/api/contract/exampleReport.ts';
import { renderDocument } from '../../src/api/contract/renderDocument.ts';
import type { Report } from '../../src/attest/report.ts';
import type { ErrorCode } from '../../src/core/errorCodes.ts';
import { errorCodes } from '../../src/core/errorCodes.ts';
import type { StoredAttestation } from '../../src/store/attestationStore.ts';
import { assetOf, registryOf, signStored } from '../support/attestations.ts';
import { type ContractAnswer, readContract } from '../support/openapiContract.ts';
import { sampleReport } from '../support/sampleReport.ts';
import { openTestApi, type TestApi } from '../support/testApi.ts';

const contract = readContract();
const json = { 'content-type': 'application/json' };

/** One request to an operation, and how it must be answered. */
interface Call {
  readonly says: string;
  /** Path parameters. */
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown;
  readonly status: number;
  readonly code?: ErrorCode;
  /** Where the request itself breaks the contract. */
  readonly isInvalid?: boolean;
}

const copy = 'eip155:31338/erc20:0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9';

/** The graph of the example, whose one lockbox is of the report's first deployment. */
function graphOf({ supply }: Report): Report['graph'] {
  const [first] = supply.deployments;
  if (!first || !exampleReport.graph) return null;
  const { token, amount, decimals, point, around } = first;
  const { deployments, edges } = exampleReport.graph;
  return {
    deployments: [
      { token, kind: 'canonical', lockbox: null, amount, decimals, point, around },
      ...deployments.flatMap((one) => (one.kind === 'bridged' ? [{ ...one, token: copy }] : [])),
    ],
    edges: edges.map((edge) => ({ ...edge, locks: token, lockedPoint: point, copies: [copy] })),
  };
}

let api: TestApi;
let stored: StoredAttestation;
/** Older, and with evidence that is kept. */
let shown: StoredAttestation;

const bundle = Buffer.from('a bundle');
const evidenceDigest = `0x${'ee'.repeat(32)}` as const;

beforeAll(async () => {
  const dbtc = assetOf(sampleReport());
  const plain = { ...dbtc, id: 'plain', deployments: [] };
  stored = await signStored({ ...sampleReport(), graph: graphOf(sampleReport()) });
  shown = await signStored({
    ...sampleReport({ observedAt: stored.attestation.report.observedAt - 10 }),
    evidence: { schema: 'assay.evidence/1', digest: evidenceDigest },
  });
  const unasked = await signStored({
    ...sampleReport(),
    asset: { ...sampleReport().asset, id: 'plain' },
  });
  api = await openTestApi([shown, stored, unasked], {
    registry: registryOf(dbtc, { ...plain, id: 'empty' }, plain),
    evidence: {
      open: async (digest) =>
        digest === evidenceDigest
          ? { length: bundle.length, stream: Readable.from([bundle]) }
          : undefined,
    },
  });
});
afterAll(() => api.app.close());

/** The calls by operation. An operation without one fails the test that asks for it. */
function callsOf(id: string): readonly Call[] {
  const dbtc = { asset: 'dbtc' };
  const unknown: Call = {
    says: 'an unknown asset',
    params: { asset: 'nope' },
    status: 404,
    code: 'ASSET_UNKNOWN',
  };
  const tooLong: Call = {
    says: 'a name of 10 kB',
    params: { asset: 'a'.repeat(10_000) },
    status: 400,
    code: 'REQUEST_INVALID',
  };
  const pending: Call = {
    says: 'an asset before its first audit',
    params: { asset: 'empty' },
    status: 503,
    code: 'ATTESTATION_PENDING',
  };
  const fine: Call = { says: 'what there is', status: 200 };
  const ofAsset: Call = { says: 'an asset', params: dbtc, status: 200 };
  const token = { chain: 'eip155:31337', address: '0x5fbdb2315678afecb367f032d93f642f64180aa3' };
  const calls: Readonly<Record<string, readonly Call[]>> = {
    listAssets: [fine],
    getAsset: [ofAsset, unknown, tooLong],
    getBacking: [ofAsset, unknown, tooLong, pending],
    getReserves: [ofAsset, unknown, tooLong, pending],
    getGraph: [
      { says: 'an asset with bridged copies', params: dbtc, status: 200 },
      unknown,
      tooLong,
      pending,
      {
        says: 'an asset that is audited without the graph',
        params: { asset: 'plain' },
        status: 404,
        code: 'GRAPH_UNKNOWN',
      },
    ],
    getBadge: [ofAsset, unknown, tooLong, { ...ofAsset, params: { asset: 'empty' } }],
    getBadgeImage: [ofAsset, unknown, tooLong, { ...ofAsset, params: { asset: 'empty' } }],
    getAttestation: [
      { says: 'an attestation', params: { id: stored.id }, status: 200 },
      {
        says: 'an unknown id',
        params: { id: `0x${'00'.repeat(32)}` },
        status: 404,
        code: 'ATTESTATION_UNKNOWN',
      },
    ],
    getEvidence: [
      { says: 'the evidence of an attestation', params: { id: shown.id }, status: 200 },
      {
        says: 'an unknown id',
        params: { id: `0x${'00'.repeat(32)}` },
        status: 404,
        code: 'ATTESTATION_UNKNOWN',
      },
      {
        says: 'an attestation without evidence',
        params: { id: stored.id },
        status: 404,
        code: 'EVIDENCE_NOT_KEPT',
      },
    ],
    getToken: [
      { says: 'a token in another case', params: token, status: 200 },
      {
        says: 'an encoded colon',
        params: { ...token, chain: 'eip155%3A31337' },
        status: 200,
      },
      {
        says: 'an unknown token',
        params: { ...token, chain: 'eip155:1' },
        status: 404,
        code: 'TOKEN_UNKNOWN',
      },
      {
        says: 'what is no chain',
        params: { ...token, chain: 'ethereum' },
        status: 400,
        code: 'CHAIN_ID_INVALID',
      },
    ],
    lookUpTokens: [
      {
        says: 'tokens of every kind',
        body: {
          tokens: [
            token,
            { chain: 'eip155:1', address: token.address },
            { chain: 'ethereum', address: token.address },
          ],
        },
        status: 200,
      },
      {
        says: '101 tokens',
        body: { tokens: Array.from({ length: 101 }, () => token) },
        status: 400,
        code: 'REQUEST_INVALID',
        isInvalid: true,
      },
      {
        says: 'an unknown key',
        body: { tokens: [{ ...token, name: 'x' }] },
        status: 400,
        code: 'REQUEST_INVALID',
        isInvalid: true,
      },
      {
        says: 'another content type',
        headers: { 'content-type': 'text/plain' },
        body: 'x',
        status: 415,
        code: 'MEDIA_TYPE_UNSUPPORTED',
        isInvalid: true,
      },
      {
        says: 'a body that is too large',
        body: { tokens: [{ chain: 'x'.repeat(70_000), address: 'y' }] },
        status: 413,
        code: 'PAYLOAD_TOO_LARGE',
        isInvalid: true,
      },
    ],
    verifyAttestation: [
      { says: 'an attestation', body: stored.attestation, status: 200 },
      {
        says: 'a changed attestation',
        body: {
          ...stored.attestation,
          report: { ...stored.attestation.report, ratio: '2.00000000' },
        },
        status: 422,
        code: 'ATTESTATION_REPORT_MISMATCH',
      },
      {
        says: 'something else',
        body: { hello: 'world' },
        status: 422,
        code: 'ATTESTATION_MALFORMED',
        isInvalid: true,
      },
    ],
    getKeys: [fine],
    getContract: [fine],
    getLiveness: [fine],
    getReadiness: [{ ...pending, params: {} }],
    getMetrics: [fine],
  };
  return calls[id] ?? [];
}

function send(
  { method, path }: { readonly method: 'get' | 'post'; readonly path: string },
  call: Call,
  headers: Readonly<Record<string, string>> = {},
): Promise<LightMyRequestResponse> {
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => call.params?.[name] ?? '');
  const options: InjectOptions = { method: method === 'get' ? 'GET' : 'POST', url };
  if (call.body === undefined) return api.app.inject({ ...options, headers });
  return api.app.inject({
    ...options,
    headers: { ...json, ...call.headers, ...headers },
    payload: typeof call.body === 'string' ? call.body : JSON.stringify(call.body),
  });
}

describe.each(contract.operations)('$id ($method $path)', (operation) => {
  it('has a call', () => {
    expect(callsOf(operation.id).length).toBeGreaterThan(0);
  });

  it('is called and answers as the contract says', async () => {
    for (const call of callsOf(operation.id)) {
      if (call.body !== undefined) {
        const findings = contract.judgeRequestBody(operation, call.body);
        expect(findings.length > 0, `request: ${call.says} ${findings.join()}`).toBe(
          call.isInvalid ?? false,
        );
      }
      const response = await send(operation, call);
      expect(response.statusCode, call.says).toBe(call.status);
      expect(contract.judgeResponse(operation, response), call.says).toEqual([]);
      if (call.code !== undefined) expect(response.json()).toMatchObject({ code: call.code });
    }
  });

  it('has an entity tag, and answers 304 to it, where the contract says so and only there', async () => {
    const [call] = callsOf(operation.id);
    if (!call) return;
    const { headers } = await send(operation, call);
    expect(headers.etag !== undefined).toBe(operation.statuses.includes('304'));
    if (headers.etag === undefined) return;
    const again = await send(operation, call, { 'if-none-match': String(headers.etag) });
    expect(again.statusCode).toBe(304);
    expect(contract.judgeResponse(operation, again)).toEqual([]);
  });

  it('has examples that follow its schemas', () => {
    const { path, method, statuses } = operation;
    const places = [
      ['paths', path, method, 'requestBody', 'content'],
      ...statuses.map((status) => ['paths', path, method, 'responses', status, 'content']),
    ];
    let count = 0;
    for (const place of places) {
      for (const mediaType of keysAt(place)) {
        for (const name of keysAt([...place, mediaType, 'examples'])) {
          const value = contract.at([...place, mediaType, 'examples', name, 'value']);
          expect(contract.judge([...place, mediaType, 'schema'], value)).toEqual([]);
          count += 1;
        }
      }
    }
    expect(count).toBeGreaterThan(1);
  });

  it('says what it is for', () => {
    for (const field of ['operationId', 'summary', 'description']) {
      expect(contract.at(['paths', operation.path, operation.method, field])).toEqual(
        expect.stringMatching(/.{4,}/),
      );
    }
  });
});

function keysAt(place: readonly string[]): string[] {
  const value = contract.at(place);
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

describe('openapi.yaml', () => {
  /** Routes that are no part of the interface. */
  const undocumented = [
    // The contract and the error codes as pages for people.
    /^GET \/docs(\/.*)?$/,
    // The answer to CORS preflight requests, whatever the path.
    /^OPTIONS \*$/,
  ];

  it('has every route of the app', () => {
    const documented = contract.operations.map(
      ({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
    );
    const routes = listRoutes(api.app.printRoutes({ commonPrefix: false })).filter(
      (route) => !undocumented.some((one) => one.test(route)),
    );
    expect(routes.sort()).toEqual(documented.sort());
  });

  it('is what the routes say', () => {
    const committed = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
    expect(committed === renderDocument(api.app), 'run `npm run generate`').toBe(true);
  });

  it('is what the service serves', async () => {
    const { body, headers } = await api.app.inject('/openapi.yaml');
    expect(headers['content-type']).toBe('application/yaml');
    expect(body === renderDocument(api.app)).toBe(true);
  });

  it('lists every error code', () => {
    expect(contract.at(['components', 'schemas', 'Problem', 'properties', 'code', 'enum'])).toEqual(
      Object.keys(errorCodes),
    );
  });

  it('refers to nothing that is not there, and has nothing that nothing refers to', () => {
    const text = JSON.stringify(contract.document);
    const references = new Set(
      [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer = '']) => pointer),
    );
    for (const pointer of references) {
      expect(contract.at(pointer.split('/')), pointer).toBeDefined();
    }
    const components = keysAt(['components']).flatMap((kind) =>
      keysAt(['components', kind]).map((name) => `components/${kind}/${name}`),
    );
    expect([...references].sort()).toEqual(components.sort());
  });

  it('would not pass an answer that breaks it', async () => {
    const operation = contract.operations.find(({ id }) => id === 'getBacking');
    if (!operation) return expect.fail('there is no getBacking');
    const response = await api.app.inject('/v1/assets/dbtc/backing');
    const answer = response.json<Record<string, unknown>>();
    const judge = (changes: Partial<ContractAnswer>) =>
      contract.judgeResponse(operation, {
        statusCode: 200,
        headers: response.headers,
        body: response.body,
        ...changes,
      });
    const judgeBody = (body: unknown) => judge({ body: JSON.stringify(body) });
    expect(judge({})).toEqual([]);
    expect(judge({ statusCode: 418 })).toHaveLength(1);
    expect(judge({ headers: { ...response.headers, etag: undefined } })).toHaveLength(1);
    expect(judge({ headers: { ...response.headers, 'content-type': 'text/html' } })).toHaveLength(
      1,
    );
    expect(judgeBody({ ...answer, more: 1 })).toHaveLength(1);
    expect(judgeBody({ ...answer, ratio: 1 }).length).toBeGreaterThan(0);
    const { observedAt: _observedAt, ...less } = answer;
    expect(judgeBody(less)).toHaveLength(1);
  });

  it('names each operation once', () => {
    const ids = contract.operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** Method and path of each route in the tree that Fastify prints, HEAD but for GET left out. */
function listRoutes(tree: string): string[] {
  const parents: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const match = /^([│├└─ ]*)(\S+) \(([A-Z, ]+)\)/u.exec(line);
    if (!match) return [];
    const [, indent = '', part = '', methods = ''] = match;
    const depth = indent.length / 4 - 1;
    const path = (parents[depth - 1] ?? '') + part;
    parents[depth] = path;
    return methods
      .split(', ')
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method} ${path}`);
  });
}
