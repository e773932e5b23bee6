import { Registry as MetricsRegistry } from 'prom-client';
import { isDigest } from '../core/isDigest.ts';
import type { Asset } from '../registry/asset.ts';
import type { StoredAttestation } from '../store/attestationStore.ts';
import { type ApiDependencies, type ApiLimits, defaultApiLimits } from './apiDependencies.ts';
import { createClientKey } from './clientKey.ts';
import { type ApiExamples, buildExamples } from './contract/examples.ts';
import { assetUnknown, attestationPending, attestationUnknown, rateLimited } from './errors.ts';
import { type ApiMetrics, createApiMetrics } from './metrics.ts';
import { type BudgetState, createRequestBudget, type RequestBudget } from './requestBudget.ts';
import { createUploads, type Uploads } from './uploads.ts';
import { createVerifier, type Verifier } from './verifier.ts';

/** What routes and plugins share within one app. */
export interface ApiContext {
  readonly dependencies: ApiDependencies;
  readonly limits: ApiLimits;
  readonly budget: RequestBudget;
  readonly clientKey: (ip: string) => string;
  readonly metrics: ApiMetrics;
  readonly uploads: Uploads;
  readonly verifier: Verifier;
  /** For the contract. */
  readonly examples: ApiExamples;
}

/** Builds what the parts of one app share. */
export function createApiContext(dependencies: ApiDependencies): ApiContext {
  const { clock, metrics = new MetricsRegistry() } = dependencies;
  const limits = { ...defaultApiLimits, ...dependencies.limits };
  const budget = createRequestBudget({ ...limits, clock });
  return {
    dependencies,
    limits,
    budget,
    clientKey: createClientKey(),
    metrics: createApiMetrics(metrics, dependencies),
    uploads: createUploads(limits.uploads),
    verifier: createVerifier(limits.verifier),
    examples: buildExamples(),
  };
}

/**
 * Counts a request, or several in one, against its client.
 *
 * @throws AssayError RATE_LIMITED
 */
export function admitClient(context: ApiContext, ip: string, units = 1): BudgetState {
  const state = context.budget.take(context.clientKey(ip), units);
  if (state.isExceeded) throw rateLimited(state.resetSeconds);
  return state;
}

/**
 * Counts an answer by its size, once it is known what it is: many bytes are as dear as many requests. It is
 * sent all the same; the next request finds the budget spent.
 */
export function chargeSize(context: ApiContext, ip: string, bytes: number): void {
  const units = Math.floor(bytes / context.limits.bytesPerUnit);
  if (units > 0) context.budget.take(context.clientKey(ip), units);
}

/** What a client has left, as the header field `RateLimit` says it. */
export function rateLimitField({ remaining, resetSeconds }: BudgetState): string {
  return `"default";r=${remaining};t=${resetSeconds}`;
}

/** @throws AssayError ASSET_UNKNOWN */
export function findAsset(context: ApiContext, id: string): Asset {
  const asset = context.dependencies.registry.assets.get(id);
  if (!asset) throw assetUnknown(id);
  return asset;
}

/** @throws AssayError ATTESTATION_PENDING before the asset's first audit */
export async function readLatest(context: ApiContext, asset: Asset): Promise<StoredAttestation> {
  const stored = await context.dependencies.store.latest(asset.id);
  if (!stored) throw attestationPending([asset.id]);
  return stored;
}

/** @throws AssayError ATTESTATION_UNKNOWN */
export async function readAttestation(context: ApiContext, id: string): Promise<StoredAttestation> {
  const stored = isDigest(id) ? await context.dependencies.store.byId(id) : undefined;
  if (!stored) throw attestationUnknown(id);
  return stored;
}
