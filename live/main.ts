import { closeSources, openSupplySources } from '../src/cli/openSources.ts';
import { AssayError } from '../src/core/assayError.ts';
import type { Asset } from '../src/registry/asset.ts';
import { loadRegistry } from '../src/registry/loadRegistry.ts';
import { isReadable } from '../src/supply/chainKind.ts';
import { formatAnswers, formatSummary } from './formatAnswers.ts';
import { exitCodeOf, judgeAnswers, type Outcome } from './judgeAnswers.ts';
import { type DeploymentAnswers, readChain } from './readChain.ts';

// `npm run test:live [-- ASSET…]`: asks all public servers that assay knows for the supply of each
// canonical deployment, of wbtc and xbtc unless told, and prints what they say as a table. For a person
// with internet access; no part of `npm test`. Exit code: 0 all was read and nothing differs, 1 servers
// contradict each other or the registry, 2 something could not be read, 3 an asset is not known.

const usage = `Usage: npm run test:live [-- ASSET…]

Asks all public servers that assay knows for the supply of each canonical
deployment, of wbtc and xbtc unless told.

agree   two servers or more say the same     differ  servers contradict each
alone   one says it, none says otherwise             other, or the registry
                                             unread  none says anything

Exit codes: 0 all was read and nothing differs, 1 something differs,
2 something is unread, 3 an asset is not known.
`;

async function readAsset(asset: Asset): Promise<readonly DeploymentAnswers[]> {
  const canonical = asset.deployments.filter(({ kind }) => kind === 'canonical');
  const readable = canonical.filter(({ token }) => isReadable(token));
  const chains = [...new Set(readable.map(({ chain }) => chain))];
  const sources = openSupplySources([], chains);
  try {
    const perChain = await Promise.all(
      chains.map((chain) =>
        readChain(
          readable.filter((one) => one.chain === chain),
          sources.filter((one) => one.chain === chain),
        ),
      ),
    );
    const read = new Map(perChain.flat().map((one) => [one.deployment, one]));
    return canonical.map((deployment) => read.get(deployment) ?? { deployment, answers: [] });
  } finally {
    await closeSources(sources);
  }
}

async function run(names: readonly string[]): Promise<number> {
  if (names.includes('--help')) {
    process.stdout.write(usage);
    return 0;
  }
  const { assets } = await loadRegistry(new URL('../addresses', import.meta.url).pathname);
  const ids = names.length === 0 ? ['wbtc', 'xbtc'] : [...new Set(names)];
  const unknown = ids.filter((id) => !assets.has(id));
  if (unknown.length > 0) {
    process.stderr.write(`The registry has no asset ${JSON.stringify(unknown[0])}.\n\n${usage}`);
    return new AssayError('ASSET_UNKNOWN').entry.exit;
  }
  const outcomes: Outcome[] = [];
  for (const asset of ids.flatMap((id) => assets.get(id) ?? [])) {
    const read = await readAsset(asset);
    outcomes.push(...read.map(({ answers }) => judgeAnswers(answers)));
    process.stdout.write(`${formatAnswers(asset.id, read)}\n`);
  }
  process.stdout.write(formatSummary(outcomes));
  return exitCodeOf(outcomes);
}

process.exitCode = await run(process.argv.slice(2));
