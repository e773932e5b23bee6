import { chainNamespace } from '../../core/caip.ts';
import type { Asset, Deployment, LiabilityFormula, Lockbox } from '../../registry/asset.ts';
import { reachOf } from '../reachOf.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrapText.ts';

const width = 80;

/**
 * One asset in 80 columns: what is known to be missing, each deployment with where it is read, what
 * locks for the copies, and what the issuer owes by another formula than the sum of the supplies.
 */
export function formatAsset(asset: Asset, style: Style): string {
  const { id, name, symbol, issuer, coverage, custody, reviewBy, pool } = asset;
  const [canonical, bridged] = (['canonical', 'bridged'] as const).map((kind) =>
    asset.deployments.filter((one) => one.kind === kind),
  );
  const title = wrapText(`${id}  ${name} (${symbol}), issued by ${issuer}`, width);
  return `${[
    ...title.map(style.bold),
    `  Coverage    ${coverage.status}${reviewBy === undefined ? '' : `, review by ${reviewBy}`}`,
    ...coverage.missing.flatMap(({ side, what }) =>
      wrapText(`${side}: ${what}`, width - 14).map((line) => `              ${line}`),
    ),
    `  Custody     ${count(custody.length, 'address', 'addresses')} on ${asset.network.name}`,
    ...(pool === undefined ? [] : [`  Pool        ${pool}`]),
    ...section('Canonical deployments', canonical ?? [], style),
    ...section('Bridged copies, read for --graph alone', bridged ?? [], style),
    ...lockboxLines(asset.lockboxes ?? [], style),
    ...liabilityLines(asset.liability, style),
  ].join('\n')}\n`;
}

function section(title: string, deployments: readonly Deployment[], style: Style): string[] {
  if (deployments.length === 0) return [];
  const readable = deployments.filter((one) => reachOf(one).readable).length;
  const heading = `${title}: ${readable} of ${deployments.length} can be read`;
  return ['', style.bold(heading), ...deployments.flatMap((one) => lines(one, style))];
}

function lines(deployment: Deployment, style: Style): string[] {
  const { token, symbol, decimals, lockbox } = deployment;
  const key = typeof lockbox === 'object' ? lockbox.key : lockbox;
  const facts = `${symbol}, ${count(decimals, 'decimal', 'decimals')}${key === undefined ? '' : `, lockbox ${key}`}`;
  return [
    ...chunk(token, width - 2).map((line) => `  ${line}`),
    ...[facts, describeReach(deployment)].flatMap((text) =>
      wrapText(text, width - 4).map((line) => style.dim(`    ${line}`)),
    ),
  ];
}

function describeReach(deployment: Deployment): string {
  const { chain, standard, kind } = deployment;
  const { readable, publicOperators } = reachOf(deployment);
  if (!readable) {
    const outcome =
      kind === 'canonical' ? 'the answer stays indeterminate' : 'its edge stays unknown';
    return `cannot be read: no source for ${standard} on ${chainNamespace(chain)}; ${outcome}`;
  }
  return publicOperators.length === 0
    ? `can be read with --rpc ${chain}=URL: no public server is known`
    : `is read from ${publicOperators.join(', ')}`;
}

function lockboxLines(lockboxes: readonly Lockbox[], style: Style): string[] {
  if (lockboxes.length === 0) return [];
  return [
    '',
    style.bold('Lockboxes: as much must lie there as is minted against it'),
    ...lockboxes.flatMap(({ key, contract, kind, locks, policy }) => [
      ...chunk(contract, width - 2).map((line) => `  ${line}`),
      ...wrapText(`${key}, ${kind}${describePolicy(policy)}`, width - 4).map((line) =>
        style.dim(`    ${line}`),
      ),
      ...(locks === undefined ? [style.dim('    which token lies there is not known')] : []),
    ]),
  ];
}

/** Without a policy nothing may be missing at any time. */
function describePolicy(policy: Lockbox['policy']): string {
  if (policy === undefined) return '';
  const { toleranceUnits, durationSeconds } = policy;
  return `, in flight at most ${toleranceUnits} units for ${durationSeconds} s`;
}

/** Nothing where the issuer owes the sum of the canonical supplies. */
function liabilityLines(liability: LiabilityFormula | undefined, style: Style): string[] {
  if (liability === undefined) return [];
  const { exclude, rates } = liability;
  const holders = Map.groupBy(exclude, ({ reason }) => reason);
  const parts = [
    ...[...holders].map(([reason, holdings]) => ({
      what: `less what is held (${reason}) by`,
      where: holdings.map(({ holder, token }) => `${chainOf(token)}:${holder}`),
    })),
    ...rates.map(({ tokens, feed }) => ({
      what: `times a rate for ${count(tokens.length, 'token', 'tokens')}, from`,
      where: [feed],
    })),
  ];
  return [
    '',
    style.bold('What is owed: the canonical supplies'),
    ...parts.flatMap(({ what, where }) => [
      `  ${what}`,
      ...where.flatMap((one) => chunk(one, width - 4)).map((line) => style.dim(`    ${line}`)),
    ]),
  ];
}

function chainOf(token: string): string {
  return token.split('/')[0] ?? token;
}

function count(number: number, one: string, more: string): string {
  return `${number} ${number === 1 ? one : more}`;
}

/** A token of any length, in lines that together are the whole of it. */
function chunk(text: string, length: number): string[] {
  const pieces = Math.ceil(text.length / length);
  return Array.from({ length: pieces }, (_, at) => text.slice(at * length, (at + 1) * length));
}
