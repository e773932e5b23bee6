import type { Asset, Deployment } from '../../registry/asset.ts';
import { reachOf } from '../reachOf.ts';
import { formatChains } from './formatChains.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrapText.ts';

const width = 80;
const labelWidth = 13;

/**
 * The assets as a table that fits 80 columns. `readable` is how many of the canonical deployments assay
 * can read; below each asset stands which: by itself, once a server of their chain is named, and not.
 */
export function formatRegistry(assets: readonly Asset[], style: Style): string {
  const header = row({
    id: 'asset',
    symbol: 'symbol',
    coverage: 'coverage',
    canonical: 'readable',
    bridged: 'bridged',
    addresses: 'addresses',
    review: 'review by',
    pool: 'pool',
  });
  const rows = assets.flatMap((asset) => {
    const counted = asset.deployments.filter((one) => one.kind === 'canonical');
    const canonical = counted.length;
    const readable = counted.filter((one) => reachOf(one).readable).length;
    const line = row({
      id: asset.id,
      symbol: asset.symbol,
      coverage: asset.coverage.status,
      canonical: `${readable}/${canonical}`,
      bridged: String(asset.deployments.length - canonical),
      addresses: String(asset.custody.length),
      review: asset.reviewBy ?? '-',
      pool: asset.pool ?? '-',
    });
    return [line, ...reachLines(counted).map(style.dim)];
  });
  const note = [
    'readable: canonical deployments that assay can read, of how many there are.',
    'with --rpc: no public server of these chains is known; name one with --rpc CHAIN=URL.',
    'cannot read: assay has no source for such tokens; the answer stays indeterminate, and no server changes that.',
    'Bridged copies are never counted, and read for --graph alone; assay registry show ASSET lists them too.',
  ];
  const notes = note.flatMap((text) => wrapText(text, width));
  return `${[style.bold(header), ...rows, '', ...notes].join('\n')}\n`;
}

/** Which of the deployments can be read. */
function reachLines(deployments: readonly Deployment[]): string[] {
  const reached = deployments.map((one) => ({ ...one, ...reachOf(one) }));
  const readable = reached.filter((one) => one.readable);
  const isServed = ({ publicOperators }: (typeof reached)[number]) => publicOperators.length > 0;
  const chainsOf = (some: typeof reached) =>
    formatChains(
      some.map(({ chain }) => chain),
      width - labelWidth - 2,
    );
  // A chain's own unit is no token that a contract counts: the standard tells.
  const others = reached
    .filter((one) => !one.readable)
    .map(({ chain, standard }) => `${chain}/${standard}`);
  return [
    ...labelled('reads', chainsOf(readable.filter(isServed))),
    ...labelled('with --rpc', chainsOf(readable.filter((one) => !isServed(one)))),
    ...labelled('cannot read', wrapText(others.join(', '), width - labelWidth - 2)),
  ];
}

function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(labelWidth)}${line}`);
}

interface Cells {
  readonly id: string;
  readonly symbol: string;
  readonly coverage: string;
  readonly canonical: string;
  readonly bridged: string;
  readonly addresses: string;
  readonly review: string;
  readonly pool: string;
}

function row(cells: Cells): string {
  return [
    clip(cells.id, 12).padEnd(13),
    clip(cells.symbol, 9).padEnd(10),
    cells.coverage.padEnd(8),
    cells.canonical.padStart(10),
    cells.bridged.padStart(8),
    cells.addresses.padStart(10),
    `  ${cells.review.padEnd(10)}`,
    `  ${clip(cells.pool, 7)}`,
  ].join('');
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
