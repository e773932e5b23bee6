import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { auditAsset } from '../src/audit/auditAsset.ts';
import { closeSources, openSupplySources } from '../src/cli/openSources.ts';
import { TokenId, tokenIdParts } from '../src/core/caip.ts';
import { UnixTime } from '../src/core/unixTime.ts';
import type { Asset } from '../src/registry/asset.ts';
import { loadRegistry } from '../src/registry/loadRegistry.ts';
import { contractIdParts } from '../src/registry/parseContract.ts';
import { isReadable } from '../src/supply/chainKind.ts';
import { type AnySupplySource, isLatest } from '../src/supply/latestSupplySource.ts';
import { scriptBitcoin } from '../test/support/scriptedSources.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';

const rounds = 3;
const assets = ['wbtc', 'xbtc'];

/** The time of the Bitcoin tip, whose blocks are 600 seconds apart, and of the newest blocks elsewhere. */
const now = 1_795_000_200;
const confirmations = 6;

const Endpoints = z.array(z.string());
const Counts = z.array(z.tuple([z.string(), z.int()]));

/**
 * An audit with its graph of every deployment of an asset of the shipped registry, each chain at a server
 * of its own 100 ms away, against the slowest chain's own minimum: its source alone, asked for nothing
 * but the block that belongs to the Bitcoin block, the supplies there, and then what lies in the
 * lockboxes there. All connections are new, as for a command. After one audit that is not measured, and
 * one round that finds the slowest chain: the medians of three, taken in turn.
 */
export const benchmark: Benchmark = {
  name: 'chains',
  async run() {
    const registry = await loadRegistry(fileURLToPath(new URL('../addresses', import.meta.url)));
    const results: BenchmarkResult[] = [];
    for (const id of assets) {
      const asset = registry.assets.get(id);
      if (!asset) throw new Error(`there is no asset ${id}`);
      results.push(await measure(asset));
    }
    return results;
  },
};

async function measure(asset: Asset): Promise<BenchmarkResult> {
  const server = fileURLToPath(new URL('./chainServers.ts', import.meta.url));
  const child = fork(server, [asset.id, `${now}`], { stdio: 'inherit' });
  const receive = async (): Promise<unknown> => (await once(child, 'message'))[0];
  try {
    const endpoints = Endpoints.parse(await receive());
    const takeCounts = async () => {
      child.send('requests');
      return Counts.parse(await receive());
    };
    const timeChain = (endpoint: string) =>
      timeWith([endpoint], ([source]) => readMinimum(asset, source));
    const timeAudit = () => timeWith(endpoints, (supply) => auditOnce(asset, supply));

    await timeAudit();
    const counts = await takeCounts();
    let slowest = { endpoint: '', milliseconds: 0 };
    for (const endpoint of endpoints) {
      const milliseconds = await timeChain(endpoint);
      if (milliseconds > slowest.milliseconds) slowest = { endpoint, milliseconds };
    }
    const minima = new Map(await takeCounts());
    const ours: number[] = [];
    const alone: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await timeAudit());
      alone.push(await timeChain(slowest.endpoint));
    }
    const [measured, reference] = [median(ours), median(alone)];
    const chain = slowest.endpoint.slice(0, slowest.endpoint.indexOf('='));
    return {
      name: `${asset.id}: ${asset.deployments.length} deployments, ${endpoints.length} chains 100 ms away; HTTP requests (least): ${describe(counts, minima)}`,
      unit: 'ms',
      measured,
      reference: `the slowest chain alone, ${chain}`,
      referenceValue: reference,
      ratio: measured / reference,
      bound: 'at most',
      limit: 1.5,
    };
  } finally {
    child.disconnect();
    await once(child, 'exit');
  }
}

/** How many requests came to each chain, and how many its minimum takes; the most first. */
function describe(
  counts: readonly (readonly [chain: string, requests: number])[],
  minima: ReadonlyMap<string, number>,
): string {
  const groups = new Map<string, string[]>();
  for (const [chain, count] of counts.toSorted(([, one], [, other]) => other - one)) {
    const key = `${count} (${minima.get(chain)})`;
    groups.set(key, [...(groups.get(key) ?? []), chain]);
  }
  return [...groups]
    .map(
      ([key, chains]) =>
        `${key} ${chains.length > 4 ? `${chains.length} chains` : chains.join(', ')}`,
    )
    .join('; ');
}

async function timeWith(
  endpoints: readonly string[],
  work: (sources: readonly AnySupplySource[]) => Promise<void>,
): Promise<number> {
  const sources = openSupplySources(endpoints, []);
  try {
    const start = performance.now();
    await work(sources);
    return performance.now() - start;
  } finally {
    await closeSources(sources);
  }
}

/** The Bitcoin side costs nothing: it is the supplies that are measured. */
async function auditOnce(asset: Asset, supply: readonly AnySupplySource[]): Promise<void> {
  const script = { operator: 'bench', tip: Math.floor(now / 600), holdings: () => 100_000_000n };
  const bitcoin = [scriptBitcoin(asset, script)];
  const audited = { ...asset, policy: { ...asset.policy, confirmations } };
  const options = { graph: true, quorum: 1 };
  const clock = () => UnixTime(now);
  const report = await auditAsset(audited, options, { bitcoin, supply, clock });
  const unread = report.graph?.deployments.find(
    ({ token, amount }) => amount === null && isReadable(TokenId(token)),
  );
  const unlocked = report.graph?.edges.find(
    ({ lockbox, locked }) => lockbox !== 'unknown' && locked === null,
  );
  if (!report.graph || unread || unlocked) {
    throw new Error(`the audit did not read ${unread?.token ?? unlocked?.lockbox ?? 'the graph'}`);
  }
}

/** The least that one source must be asked, each step when the one before it is answered. */
async function readMinimum(asset: Asset, source: AnySupplySource | undefined): Promise<void> {
  if (!source) throw new Error('there is no source');
  const tokens = asset.deployments.filter(({ chain }) => chain === source.chain);
  if (isLatest(source)) {
    checkAll(await source.readLatest(tokens));
    return;
  }
  const time = UnixTime((Math.floor(now / 600) - (confirmations - 1)) * 600);
  const point = await source.findPoint({ kind: 'aligned', time });
  checkAll(await source.readSupplies({ point, tokens }));
  const holdings = (asset.lockboxes ?? []).flatMap(({ contract, locks }) =>
    locks !== undefined && tokenIdParts(locks).chain === source.chain
      ? [{ token: locks, holder: contractIdParts(contract).address }]
      : [],
  );
  if (holdings.length > 0) await source.holdings?.readHoldings(holdings, point);
}

function checkAll({ tokens }: { readonly tokens: readonly object[] }): void {
  for (const one of tokens) if ('error' in one) throw one.error;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}
