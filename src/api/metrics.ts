import { Counter, Gauge, Histogram, type Registry as MetricsRegistry } from 'prom-client';
import type { StoredAttestation } from '../store/attestationStore.ts';
import type { ApiDependencies } from './apiDependencies.ts';
import { backingStatus } from './backingStatus.ts';
import { BackingStatus } from './schemas/backing.ts';

/** A count that is added to by whoever answers. */
export interface AnswerCell {
  count: number;
}

interface AnswerLabels {
  readonly method: string;
  readonly route: string;
  readonly status: number;
}

export interface ApiMetrics {
  readonly registry: MetricsRegistry;
  /** Where such answers are counted. `route` is the pattern: clients must not make new series. */
  answerCell(method: string, route: string, status: number): AnswerCell;
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
    answerCell: createAnswerCells(registry),
    observeDuration: (route, seconds) => duration.observe({ route }, seconds),
  };
}

/** Plain cells in the path of a request; the counter of prom-client is filled when it is read. */
function createAnswerCells(registry: MetricsRegistry): ApiMetrics['answerCell'] {
  const cells = new Map<string, { readonly labels: AnswerLabels; readonly cell: AnswerCell }>();
  new Counter({
    name: 'assay_http_requests_total',
    help: 'Answers by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
    collect() {
      for (const { labels, cell } of cells.values()) {
        if (cell.count > 0) this.inc({ ...labels }, cell.count);
        cell.count = 0;
      }
    },
  });
  return (method, route, status) => {
    const key = `${method} ${status} ${route}`;
    const known = cells.get(key);
    if (known) return known.cell;
    const cell = { count: 0 };
    cells.set(key, { labels: { method, route, status }, cell });
    return cell;
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
    const now = backingStatus(stored, clock());
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
