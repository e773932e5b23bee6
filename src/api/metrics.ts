import { Counter, Gauge, Histogram, type Registry as MetricsRegistry } from 'prom-client';
import type { StoredAttestation } from '../store/attestationStore.ts';
import type { ApiDependencies } from './apiDependencies.ts';
import { backingStatus } from './backingStatus.ts';
import { BackingStatus } from './schemas/backing.ts';

export interface ApiMetrics {
  readonly registry: MetricsRegistry;
  /** Counts an answer. `route` is the pattern, never the path: clients must not make new series. */
  countAnswer(method: string, route: string, status: number): void;
  observeDuration(route: string, seconds: number): void;
}

/** The figures of /metrics; amounts are not among them, since Prometheus knows only floats. */
export function createApiMetrics(
  registry: MetricsRegistry,
  dependencies: Pick<ApiDependencies, 'registry' | 'store' | 'clock'>,
): ApiMetrics {
  addBackingGauges(registry, dependencies);
  const duration = new Histogram({
    name: 'assay_http_request_duration_seconds',
    help: 'Time to answer, by route; answers made in advance are counted but not timed.',
    labelNames: ['route'],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers: [registry],
  });
  return {
    registry,
    countAnswer: countAnswers(registry),
    observeDuration: (route, seconds) => duration.observe({ route }, seconds),
  };
}

/** A plain map in the path of a request; the counter of prom-client is filled when it is read. */
function countAnswers(registry: MetricsRegistry): ApiMetrics['countAnswer'] {
  const pending = new Map<string, number>();
  new Counter({
    name: 'assay_http_requests_total',
    help: 'Answers by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
    collect() {
      for (const [key, count] of pending) {
        const [method = '', status = '', route = ''] = key.split(' ');
        this.inc({ method, route, status }, count);
      }
      pending.clear();
    },
  });
  return (method, route, status) => {
    const key = `${method} ${status} ${route}`;
    pending.set(key, (pending.get(key) ?? 0) + 1);
  };
}

function addBackingGauges(
  registry: MetricsRegistry,
  { registry: { assets }, store, clock }: Pick<ApiDependencies, 'registry' | 'store' | 'clock'>,
): void {
  function addGauge(
    name: string,
    help: string,
    set: (gauge: Gauge, stored: StoredAttestation) => void,
  ): void {
    new Gauge({
      name,
      help,
      labelNames: name === 'assay_backing_status' ? ['asset', 'status'] : ['asset'],
      registers: [registry],
      async collect() {
        this.reset();
        for (const id of assets.keys()) {
          const stored = await store.latest(id);
          if (stored) set(this, stored);
        }
      },
    });
  }
  addGauge('assay_backing_status', '1 for the status to be shown now, else 0.', (gauge, stored) => {
    const now = backingStatus(stored.attestation.report, clock());
    for (const status of BackingStatus.options) {
      gauge.set({ asset: stored.assetId, status }, status === now ? 1 : 0);
    }
  });
  addGauge('assay_backing_ratio', 'Reserves divided by supply, as attested.', (gauge, stored) => {
    const { ratio } = stored.attestation.report;
    if (ratio !== null) gauge.set({ asset: stored.assetId }, Number(ratio));
  });
  addGauge(
    'assay_attestation_observed_timestamp_seconds',
    'When the latest attestation was observed.',
    (gauge, stored) => gauge.set({ asset: stored.assetId }, stored.attestation.report.observedAt),
  );
  addGauge(
    'assay_attestation_valid_until_timestamp_seconds',
    'When the latest attestation expires.',
    (gauge, stored) => gauge.set({ asset: stored.assetId }, stored.attestation.report.validUntil),
  );
}
