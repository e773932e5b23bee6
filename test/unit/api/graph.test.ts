import { describe, expect, it } from 'vitest';
import { Graph } from '../../../src/api/schemas/graph.ts';
import type { Report } from '../../../src/attest/report.ts';
import { TokenId, tokenIdParts } from '../../../src/core/caip.ts';
import { assetOf, registryOf, signSample, signStored } from '../../support/attestations.ts';
import { sampleReport } from '../../support/sampleReport.ts';
import { openTestApi } from '../../support/testApi.ts';

const url = '/v1/assets/dbtc/graph';
const token = 'eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3';
const copy = 'eip155:31339/erc20:0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0';
const mint =
  'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:3NZ9JMVBmGAqocybic2c7LQCJScmgsAZ6vQqTDzcqmJh';

const mintPoint = {
  chain: 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
  height: 381_000_000,
  hash: '4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY',
  time: 1_763_800_000,
};

const shortEdge = {
  lockbox: 'adapter',
  contract: 'eip155:31337:0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9',
  locks: token,
  copies: [copy],
  locked: '1000000000000000000',
  lockedPoint: mintPoint,
  lockedAround: null,
  minted: '1500000000000000001',
  surplus: '-500000000000000001',
  ratio: '0.66666666',
  verdict: 'under-backed' as const,
  reason: '0.500000000000000001 fewer tokens lie there than are minted.',
};

const unknownEdge = {
  lockbox: 'unknown',
  contract: null,
  locks: null,
  copies: [mint],
  locked: null,
  lockedPoint: null,
  lockedAround: null,
  minted: '2000000000000000000',
  surplus: null,
  ratio: null,
  verdict: 'unknown' as const,
  reason: 'Nobody has found where the tokens lie of which this is a copy.',
};

const graph: Report['graph'] = {
  deployments: [
    {
      token,
      kind: 'canonical',
      lockbox: null,
      amount: '1950000000',
      decimals: 8,
      point: null,
      around: null,
    },
    {
      token: copy,
      kind: 'bridged',
      lockbox: 'adapter',
      amount: '1500000000000000001',
      decimals: 18,
      point: null,
      around: null,
    },
    {
      token: mint,
      kind: 'bridged',
      lockbox: 'unknown',
      amount: '200000000',
      decimals: 8,
      point: mintPoint,
      around: { from: mintPoint, to: { ...mintPoint, height: mintPoint.height + 1 } },
    },
  ],
  edges: [shortEdge, unknownEdge],
};

const signGraph = (changes: Parameters<typeof sampleReport>[0] = {}) =>
  signStored({ ...sampleReport(changes), graph });

describe(`GET ${url}`, () => {
  it('gives every edge with its amounts in integers and in bitcoin', async () => {
    const stored = await signGraph();
    await using api = await openTestApi([stored]);
    const { report, signer } = stored.attestation;
    const response = await api.app.inject(url);
    expect(response.statusCode).toBe(200);
    expect(Graph.parse(response.json())).toEqual({
      schema: 'assay.asset-graph/1',
      asset: report.asset,
      status: 'backed',
      graph: {
        deployments: graph.deployments,
        edges: [
          {
            ...shortEdge,
            lockedBtc: '1.000000000000000000',
            mintedBtc: '1.500000000000000001',
            surplusBtc: '-0.500000000000000001',
          },
          {
            ...unknownEdge,
            lockedBtc: null,
            mintedBtc: '2.000000000000000000',
            surplusBtc: null,
          },
        ],
      },
      observedAt: report.observedAt,
      validUntil: report.validUntil,
      attestation: {
        id: stored.id,
        signer,
        url: `/v1/attestations/${stored.id}`,
        evidence: null,
      },
    });
  });

  it('says why a figure is not known', async () => {
    const fault = { code: 'SOURCE_UNREACHABLE', message: 'no answer' };
    const [, , lost] = graph.deployments;
    if (!lost) throw new Error('there is no third deployment');
    const unread = { ...lost, amount: null, point: null, around: null, fault };
    const edge = { ...unknownEdge, minted: null, lockedFault: fault };
    const deployments = [...graph.deployments.slice(0, 2), unread];
    const stored = await signStored({
      ...sampleReport(),
      graph: { deployments, edges: [shortEdge, edge] },
    });
    await using api = await openTestApi([stored]);
    const { graph: shown } = Graph.parse((await api.app.inject(url)).json());
    expect(shown.deployments[2]).toEqual(unread);
    expect(shown.edges[1]).toMatchObject({ locked: null, lockedFault: fault });
    expect(shown.edges[0]).not.toHaveProperty('lockedFault');
  });

  it('does not lay a shortfall at an edge on the asset, nor the reverse', async () => {
    await using api = await openTestApi([await signGraph({ addresses: [3_949_999_999n] })]);
    expect((await api.app.inject(url)).json()).toMatchObject({
      status: 'under-backed',
      graph: { edges: [{ verdict: 'under-backed' }, { verdict: 'unknown' }] },
    });
  });

  it('gives an empty graph where the asset has no copies, which is not an unknown one', async () => {
    const stored = await signStored({
      ...sampleReport(),
      graph: { deployments: graph.deployments.slice(0, 1), edges: [] },
    });
    await using api = await openTestApi([stored]);
    const response = await api.app.inject(url);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ graph: { deployments: [{ token }], edges: [] } });
  });

  it('refuses where the latest audit did not ask for the graph, though one before it did', async () => {
    await using api = await openTestApi([await signGraph()]);
    expect((await api.app.inject(url)).statusCode).toBe(200);
    const { observedAt } = sampleReport();
    await api.store.put(await signSample({ observedAt: observedAt + 200 }));
    api.setTime(observedAt + 201);
    const response = await api.app.inject(url);
    expect(response.statusCode).toBe(404);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(response.headers.etag).toBeUndefined();
    expect(response.json()).toMatchObject({
      code: 'GRAPH_UNKNOWN',
      status: 404,
      detail: 'the latest attestation of "dbtc" says nothing about what backs its copies',
      fix: 'Ask the operator to audit with the graph, or run assay reconcile --graph.',
    });
  });

  it('refuses an asset that the registry does not have, whatever the store holds', async () => {
    await using api = await openTestApi([await signGraph()], {
      registry: registryOf({ ...assetOf(sampleReport()), id: 'other' }),
    });
    const response = await api.app.inject(url);
    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ code: 'ASSET_UNKNOWN' });
  });

  it('is stale one second after the attestation has expired, with another entity tag', async () => {
    await using api = await openTestApi([await signGraph()]);
    const { validUntil } = sampleReport();
    api.setTime(validUntil);
    const fresh = await api.app.inject(url);
    expect(fresh.json()).toMatchObject({ status: 'backed' });
    const again = { url, headers: { 'if-none-match': String(fresh.headers.etag) } };
    expect((await api.app.inject(again)).statusCode).toBe(304);
    api.setTime(validUntil + 1);
    const stale = await api.app.inject(again);
    expect(stale.statusCode).toBe(200);
    expect(stale.json()).toMatchObject({ status: 'stale', graph: { edges: [{}, {}] } });
  });
});

describe('GET /v1/tokens/{chain}/{address} of a copy', () => {
  const asset = assetOf(sampleReport());
  const [canonical] = asset.deployments;
  if (!canonical) throw new Error('the sample has no deployment');
  const registry = registryOf({
    ...asset,
    deployments: [
      ...asset.deployments,
      {
        ...canonical,
        ...{ token: TokenId(copy), kind: 'bridged' as const, lockbox: 'unknown' as const },
        ...tokenIdParts(TokenId(copy)),
      },
    ],
  });
  const ask = (path: string) => path.replace('/erc20:', '/').replace(/^/, '/v1/tokens/');

  it('says beside the answer for the asset that its lockbox is short', async () => {
    await using api = await openTestApi([await signGraph()], { registry });
    expect((await api.app.inject(ask(copy))).json()).toMatchObject({
      token: copy,
      deployment: { kind: 'bridged' },
      backing: { status: 'backed' },
      edge: { ...shortEdge, surplusBtc: '-0.500000000000000001' },
    });
  });

  it('gives no edge for a token that is no copy', async () => {
    await using api = await openTestApi([await signGraph()], { registry });
    expect((await api.app.inject(ask(token))).json()).toMatchObject({ token, edge: null });
  });

  it('gives no edge where the audit did not read the graph', async () => {
    await using api = await openTestApi([await signSample()], { registry });
    expect((await api.app.inject(ask(copy))).json()).toMatchObject({ token: copy, edge: null });
  });
});
