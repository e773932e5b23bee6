import type { CustodyAddress, Deployment } from '../../registry/asset.ts';
import type { EntryChange, RegistryDiff } from '../../registry/diffRegistries.ts';
import type { Holdings } from '../readHoldings.ts';
import { formatAmount } from './formatAmount.ts';
import type { Style } from './style.ts';

const marks = { added: '+', removed: '-', changed: '~' } as const;

/** What changed between two states of the registry, asset by asset. */
export function formatRegistryDiff(
  diff: RegistryDiff,
  holdings: ReadonlyMap<string, Holdings>,
  style: Style,
): string {
  const changes = [...diff.addresses, ...diff.deployments];
  const { added, removed } = diff.assets;
  if (changes.length === 0 && added.length === 0 && removed.length === 0) {
    return 'Nothing changed.\n';
  }
  const ids = [...new Set([...added, ...removed, ...changes.map((one) => one.asset)])].sort();
  const blocks = ids.map((id) => {
    const state = added.includes(id) ? ' (new asset)' : removed.includes(id) ? ' (removed)' : '';
    const held = holdings.get(id);
    return [
      style.bold(`${id}${state}`),
      ...diff.deployments.filter((one) => one.asset === id).flatMap(deploymentLines),
      ...diff.addresses.filter((one) => one.asset === id).flatMap((one) => addressLines(one, held)),
      ...(held ? [sumLine(diff, id, held)] : []),
      '',
    ].join('\n');
  });
  return `${blocks.join('\n')}`;
}

function deploymentLines(change: EntryChange<Deployment>): string[] {
  const { token, kind, decimals } = change.change === 'removed' ? change.before : change.after;
  return [
    `  ${marks[change.change]} ${token}`,
    `      ${kind}, ${decimals} decimals${members(change)}`,
  ];
}

function addressLines(
  change: EntryChange<CustodyAddress>,
  holdings: Holdings | undefined,
): string[] {
  const { address, custodian, script } = change.change === 'removed' ? change.before : change.after;
  const sats = holdings?.sats.get(script);
  const amount = sats === undefined ? '' : `, ${formatAmount(sats, 8)} BTC`;
  return [`  ${marks[change.change]} ${address}`, `      ${custodian}${amount}${members(change)}`];
}

function members(change: EntryChange<unknown>): string {
  return change.change === 'changed' ? `; changed: ${change.members.join(', ')}` : '';
}

/** What the changes of one asset come to: coins behind what was added less what was removed. */
function sumLine(diff: RegistryDiff, id: string, { point, sats }: Holdings): string {
  let sum = 0n;
  for (const one of diff.addresses) {
    if (one.asset !== id) continue;
    if (one.change === 'added') sum += sats.get(one.after.script) ?? 0n;
    if (one.change === 'removed') sum -= sats.get(one.before.script) ?? 0n;
  }
  const sign = sum > 0n ? '+' : '';
  return `  in all ${sign}${formatAmount(sum, 8)} BTC as of Bitcoin block ${point.height}`;
}
