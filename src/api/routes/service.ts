import { z } from 'zod';
import type { ApiContext } from '../apiContext.ts';
import { backingStatus } from '../backingStatus.ts';
import { steadyCache } from '../cacheControl.ts';
import { renderDocument } from '../contract/renderDocument.ts';
import { attestationPending } from '../errors.ts';
import { Keys, Liveness, Readiness } from '../schemas/service.ts';
import { answer, type RouteApp } from './routeApp.ts';

/** What operators and tools ask: keys, contract, health and metrics. */
export function addServiceRoutes(app: RouteApp, context: ApiContext): void {
  addKeysRoute(app, context);
  addContractRoute(app);
  addHealthRoutes(app, context);
  addMetricsRoute(app, context);
}

function addKeysRoute(app: RouteApp, { dependencies, examples }: ApiContext): void {
  app.get(
    '/.well-known/assay-keys.json',
    {
      schema: {
        operationId: 'getKeys',
        tags: ['service'],
        summary: 'The signing keys',
        description:
          'Addresses of the keys that sign the attestations. Compare them with what the operator ' +
          'publishes elsewhere before you trust them.',
        response: { 200: answer('The keys.', Keys) },
      },
      config: {
        contract: {
          headers: ['etag', 'cacheControl'],
          isConditional: true,
          examples: { keys: examples.keys },
        },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', steadyCache);
      return { keys: dependencies.signers.map((signer) => ({ ...signer })) };
    },
  );
}

function addContractRoute(app: RouteApp): void {
  let text: string | undefined;
  app.get(
    '/openapi.yaml',
    {
      schema: {
        operationId: 'getContract',
        tags: ['service'],
        summary: 'This contract',
        description: 'OpenAPI 3.1.',
        response: { 200: answer('The contract.', z.string(), 'application/yaml') },
      },
      config: {
        contract: {
          headers: ['etag', 'cacheControl'],
          isConditional: true,
          examples: { start: 'openapi: 3.1.1\n' },
        },
      },
    },
    async (_request, reply) => {
      text ??= renderDocument(app);
      reply.header('cache-control', steadyCache).type('application/yaml');
      return text;
    },
  );
}

function addHealthRoutes(app: RouteApp, { dependencies }: ApiContext): void {
  const { registry, store, clock } = dependencies;
  app.get(
    '/livez',
    {
      schema: {
        operationId: 'getLiveness',
        tags: ['service'],
        summary: 'Whether the process answers',
        description: 'Always 200; not counted by the rate limit.',
        response: { 200: answer('It does.', Liveness) },
      },
      config: { rateLimit: false, contract: { examples: { ok: { status: 'ok' } } } },
    },
    async () => ({ status: 'ok' as const }),
  );
  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        tags: ['service'],
        summary: 'Whether every asset has an answer',
        description:
          '503 until each asset has been audited once. Stale answers do not make it unready: they are ' +
          'answered as stale, and stand in the list.',
        response: { 200: answer('Each asset has an answer.', Readiness) },
      },
      config: {
        rateLimit: false,
        contract: {
          problems: ['ATTESTATION_PENDING'],
          examples: { ready: { status: 'ready', assets: [{ id: 'dbtc', status: 'backed' }] } },
        },
      },
    },
    async () => {
      const now = clock();
      const assets = [];
      const pending = [];
      for (const id of registry.assets.keys()) {
        const stored = await store.latest(id);
        if (stored) assets.push({ id, status: backingStatus(stored, now) });
        else pending.push(id);
      }
      if (pending.length > 0) throw attestationPending(pending);
      return { status: 'ready' as const, assets };
    },
  );
}

function addMetricsRoute(app: RouteApp, { metrics }: ApiContext): void {
  app.get(
    '/metrics',
    {
      schema: {
        operationId: 'getMetrics',
        tags: ['service'],
        summary: 'Figures for Prometheus',
        description: 'Status, ratio and times of each asset; answers by route and status.',
        response: { 200: answer('The figures, as text.', z.string(), 'text/plain') },
      },
      config: {
        contract: {
          examples: { status: 'assay_backing_status{asset="dbtc",status="backed"} 1\n' },
        },
      },
    },
    async (_request, reply) => {
      reply.type(metrics.registry.contentType);
      return metrics.registry.metrics();
    },
  );
}
