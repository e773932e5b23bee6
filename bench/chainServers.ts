import { fileURLToPath } from 'node:url';
import { loadRegistry } from '../src/registry/loadRegistry.ts';
import { startTokenChain } from '../test/support/tokenChain.ts';
import { startLatencyProxy } from './latencyProxy.ts';

/**
 * The servers of the benchmark, in a process of their own: one for each chain on which an asset of the
 * shipped registry has a deployment. It sends where they are; then, whenever it is asked, how many
 * requests came to each since the time before.
 */
const latencyMs = 100;
const [id = '', now = ''] = process.argv.slice(2);

const registry = await loadRegistry(fileURLToPath(new URL('../addresses', import.meta.url)));
const asset = registry.assets.get(id);
if (!asset) throw new Error(`there is no asset ${id}`);
const coin = 100_000_000n;
const figures = {
  now: Number(now),
  supply: (kind: string) => (kind === 'canonical' ? 100_000n : 100n) * coin,
  held: 2_000n * coin,
};
const started = await Promise.all(
  [...new Set(asset.deployments.map(({ chain }) => chain))].map(async (chain) => {
    const deployments = asset.deployments.filter((one) => one.chain === chain);
    const server = await startTokenChain(chain, deployments, figures);
    return server ? [{ chain, proxy: await startLatencyProxy(server.url, latencyMs) }] : [];
  }),
);
const servers = started.flat();

let before = new Map<string, number>();
process.on('message', () => {
  const now = new Map(servers.map(({ chain, proxy }) => [chain, proxy.requests()]));
  process.send?.([...now].map(([chain, count]) => [chain, count - (before.get(chain) ?? 0)]));
  before = now;
});
process.on('disconnect', () => process.exit());
process.send?.(servers.map(({ chain, proxy }) => `${chain}=${proxy.url}`));
