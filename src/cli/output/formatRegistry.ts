import type { Asset } from '../../registry/asset.ts';
import { isReadable } from '../../supply/chainKind.ts';
import type { Style } from './style.ts';

/**
 * The assets as a table that fits 80 columns. `readable` is how many of the canonical deployments are on
 * chains that assay can read.
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
  const rows = assets.map((asset) => {
    const counted = asset.deployments.filter((one) => one.kind === 'canonical');
    const canonical = counted.length;
    const readable = counted.filter(({ token }) => isReadable(token)).length;
    return row({
      id: asset.id,
      symbol: asset.symbol,
      coverage: asset.coverage.status,
      canonical: `${readable}/${canonical}`,
      bridged: String(asset.deployments.length - canonical),
      addresses: String(asset.custody.length),
      review: asset.reviewBy ?? '-',
      pool: asset.pool ?? '-',
    });
  });
  return `${[style.bold(header), ...rows].join('\n')}\n`;
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
