import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import autocannon from 'autocannon';
import { z } from 'zod';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';

const paths = ['/v1/assets/dbtc/backing', '/v1/assets/dbtc/badge.svg'];
const connections = 32;
const secondsPerRound = 1;
const warmUpRounds = 2;
const rounds = 15;

/**
 * Requests per second of the answers that are asked for most, with everything that the API does for
 * them, against a bare Fastify route that sends the same bytes. Each server has a process of its own;
 * they are asked in turn, in short rounds, and the medians count.
 */
export const benchmark: Benchmark = {
  name: 'api',
  async run(): Promise<readonly BenchmarkResult[]> {
    const servers: ChildProcess[] = [];
    const start = async (file: string, args: readonly string[]): Promise<string> => {
      const server = fork(new URL(file, import.meta.url), args);
      servers.push(server);
      const [url] = await once(server, 'message');
      return z.url().parse(url);
    };
    try {
      const api = await start('../test/support/sampleService.ts', []);
      const bare = await start('./bareServer.ts', [api, ...paths]);
      const results: BenchmarkResult[] = [];
      for (const path of paths) results.push(await compare(api, bare, path));
      return results;
    } finally {
      await Promise.all(servers.map(stop));
    }
  },
};

async function compare(api: string, bare: string, path: string): Promise<BenchmarkResult> {
  const ours: number[] = [];
  const references: number[] = [];
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const rate = await measureRate(api + path);
    const reference = await measureRate(bare + path);
    if (round < 0) continue;
    ours.push(rate);
    references.push(reference);
  }
  const measured = median(ours);
  const referenceValue = median(references);
  return {
    name: `GET ${path.replace('dbtc', '{asset}')}`,
    unit: 'requests/s',
    measured,
    reference: 'a bare Fastify route that sends the same bytes',
    referenceValue,
    ratio: measured / referenceValue,
    bound: 'at least',
    limit: 0.85,
  };
}

async function measureRate(url: string): Promise<number> {
  const result = await autocannon({ url, connections, duration: secondsPerRound });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url} left requests unanswered`);
  return result.requests.total / result.duration;
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  server.disconnect();
  await once(server, 'exit');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
