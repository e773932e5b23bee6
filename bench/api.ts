import { fork } from 'node:child_process';
import { once } from 'node:events';
import autocannon from 'autocannon';
import { z } from 'zod';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';

export const paths = ['/v1/assets/dbtc/backing', '/v1/assets/dbtc/badge.svg'] as const;

const ApiPlaces = z.strictObject({ api: z.url(), bare: z.url() });

/** Where the two servers listen. */
export type ApiPlaces = z.infer<typeof ApiPlaces>;

const connections = 32;
const secondsPerRound = 2;
const rounds = 9;

/**
 * Requests per second of the answers that are asked for most, with everything that the API does for
 * them, against a bare Fastify route that sends the same bytes. One process serves both, so that both
 * have the same memory and processor; they are asked in turn, and the median of the rounds counts.
 */
export const benchmark: Benchmark = {
  name: 'api',
  async run(): Promise<readonly BenchmarkResult[]> {
    const server = fork(new URL('./apiServer.ts', import.meta.url));
    try {
      const [message] = await once(server, 'message');
      const places = ApiPlaces.parse(message);
      const results: BenchmarkResult[] = [];
      for (const path of paths) results.push(await compare(places, path));
      return results;
    } finally {
      server.disconnect();
      await once(server, 'exit');
    }
  },
};

async function compare({ api, bare }: ApiPlaces, path: string): Promise<BenchmarkResult> {
  const ours: number[] = [];
  const reference: number[] = [];
  // The first round warms both up and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    const pair = { ours: await measureRate(api + path), bare: await measureRate(bare + path) };
    if (round === 0) continue;
    ours.push(pair.ours);
    reference.push(pair.bare);
  }
  const measured = median(ours);
  const referenceValue = median(reference);
  return {
    name: `GET ${path.replace('dbtc', '{asset}')}`,
    unit: 'requests/s',
    measured,
    reference: 'a bare Fastify route that returns the same bytes',
    referenceValue,
    ratio: measured / referenceValue,
    bound: 'at least',
    limit: 0.85,
  };
}

async function measureRate(url: string): Promise<number> {
  const result = await autocannon({ url, connections, duration: secondsPerRound });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url} did not answer every request`);
  return result.requests.total / result.duration;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
