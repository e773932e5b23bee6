import type { CustodyAddress, Registry } from '../registry/asset.ts';
import { diffRegistries, type EntryChange, type RegistryDiff } from '../registry/diffRegistries.ts';
import { openRegistryState } from './openRegistryState.ts';
import { formatRegistryDiff } from './output/formatRegistryDiff.ts';
import { jsonText } from './output/jsonText.ts';
import { createStyle } from './output/style.ts';
import { type Holdings, readHoldings } from './readHoldings.ts';
import type { Terminal } from './terminal.ts';

export interface DiffOptions {
  readonly bitcoin: readonly string[];
  readonly json?: boolean;
}

/** Shows what changed between two states of the registry, and answers the exit code. */
export async function diffRegistry(
  before: string,
  after: string,
  options: DiffOptions,
  terminal: Terminal,
): Promise<number> {
  const [old, now] = [await openRegistryState(before), await openRegistryState(after)];
  const diff = diffRegistries(old, now);
  const holdings = await readChanged(diff, old, now, options.bitcoin, terminal);
  if (options.json) {
    const document = {
      ...diff,
      digests: { before: old.digest, after: now.digest },
      holdings: [...holdings].flatMap(([asset, { point, sats }]) =>
        [...sats].map(([script, amount]) => ({ asset, script, sats: amount.toString(), point })),
      ),
    };
    terminal.writeOut(jsonText(document));
  } else {
    terminal.writeOut(formatRegistryDiff(diff, holdings, createStyle(terminal.colors)));
  }
  return 0;
}

/** The satoshis behind the addresses that were added or removed, by asset; none without sources. */
async function readChanged(
  diff: RegistryDiff,
  old: Registry,
  now: Registry,
  urls: readonly string[],
  terminal: Terminal,
): Promise<ReadonlyMap<string, Holdings>> {
  const holdings = new Map<string, Holdings>();
  if (urls.length === 0) return holdings;
  for (const id of new Set(diff.addresses.map((one) => one.asset))) {
    const asset = now.assets.get(id) ?? old.assets.get(id);
    const changed = diff.addresses.filter((one) => one.asset === id && one.change !== 'changed');
    if (!asset || changed.length === 0) continue;
    holdings.set(id, await readHoldings(urls, asset, changed.map(entryOf), terminal));
  }
  return holdings;
}

function entryOf(change: EntryChange<CustodyAddress>): CustodyAddress {
  return change.change === 'removed' ? change.before : change.after;
}
