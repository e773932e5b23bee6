import { observeTokens } from '../src/audit/observeDeployments.ts';
import { closeSources, openSupplySources } from '../src/cli/openSources.ts';
import { formatAmount } from '../src/cli/output/formatAmount.ts';
import { AssayError } from '../src/core/assayError.ts';
import { loadRegistry } from '../src/registry/loadRegistry.ts';
import { isReadable } from '../src/supply/chainKind.ts';

// `npm run test:live [-- asset…]`: reads the supply of every canonical deployment from all public
// servers that assay knows, and prints what each says. For a person with internet access; no part of
// `npm test`. Exit code: 0 all that was read agrees, 1 servers differ, 2 something could not be read.

const names = process.argv.slice(2);
const registry = await loadRegistry(new URL('../addresses', import.meta.url).pathname);
const assets = [...registry.assets.values()].filter(({ id }) =>
  names.length === 0 ? ['wbtc', 'xbtc'].includes(id) : names.includes(id),
);
let differs = false;
let isUnread = assets.length === 0;

for (const asset of assets) {
  const canonical = asset.deployments.filter(({ kind }) => kind === 'canonical');
  const readable = canonical.filter(({ token }) => isReadable(token));
  const chains = new Set(readable.map(({ chain }) => chain));
  const sources = openSupplySources([], chains);
  const policy = { quorum: 1, pairing: 'finalized' } as const;
  try {
    process.stdout.write(`${asset.id}: ${readable.length} of ${canonical.length} can be read\n`);
    for (const { deployment, reading } of await observeTokens(
      readable,
      null,
      policy,
      sources,
      {},
    )) {
      const { amount, outcomes } = reading;
      const isKnown = !(amount instanceof AssayError);
      if (!isKnown && amount.code === 'SUPPLY_SOURCES_DISAGREE') differs = true;
      else if (!isKnown) isUnread = true;
      process.stdout.write(`  ${deployment.token}\n`);
      for (const outcome of outcomes) {
        const { operator } = outcome.source;
        const said =
          'error' in outcome
            ? `${outcome.error.code}`
            : `${formatAmount(outcome.value.amount, deployment.decimals)} at ${outcome.value.point.height}`;
        process.stdout.write(`    ${operator.padEnd(20)} ${said}\n`);
      }
      if (outcomes.length === 0) process.stdout.write('    no public server is known\n');
    }
  } finally {
    await closeSources(sources);
  }
}
process.exitCode = differs ? 1 : isUnread ? 2 : 0;
