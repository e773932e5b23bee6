import type { Asset } from '../../registry/asset.ts';
import type { Style } from './style.ts';

/** The assets as a table that fits 80 columns. */
export function formatRegistry(assets: readonly Asset[], style: Style): string {
  const header = row('asset', 'symbol', 'coverage', 'canonical', 'bridged', 'addresses', 'network');
  const rows = assets.map((asset) => {
    const canonical = asset.deployments.filter((one) => one.kind === 'canonical').length;
    return row(
      asset.id,
      asset.symbol,
      asset.coverage.status,
      String(canonical),
      String(asset.deployments.length - canonical),
      String(asset.custody.length),
      asset.network.name,
    );
  });
  return `${[style.bold(header), ...rows].join('\n')}\n`;
}

function row(...cells: readonly [string, string, string, string, string, string, string]): string {
  const [id, symbol, coverage, canonical, bridged, addresses, network] = cells;
  return [
    id.padEnd(14),
    symbol.padEnd(10),
    coverage.padEnd(10),
    canonical.padStart(9),
    bridged.padStart(9),
    addresses.padStart(11),
    `  ${network}`,
  ].join('');
}
