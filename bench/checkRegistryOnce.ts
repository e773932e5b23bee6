import { checkRegistry } from '../src/registry/checkRegistry.ts';

// Checks a registry once, as the command does, and tells time and memory of the whole process.
const [directory = ''] = process.argv.slice(2);
const { registry, findings } = await checkRegistry(directory);

const addresses = [...(registry?.assets.values() ?? [])].reduce(
  (sum, asset) => sum + asset.custody.length,
  0,
);
const maxRssMb = (process.resourceUsage().maxRSS * 1024) / 1_000_000;
const result = { milliseconds: performance.now(), maxRssMb, addresses, findings: findings.length };
process.stdout.write(JSON.stringify(result));
