import { getAddress } from 'viem';
import type { Style } from '../../src/cli/output/style.ts';
import type { Endpoints } from '../openEndpoints.ts';
import type { World } from '../world.ts';

/** What to try while the demo serves. */
export function formatInvitation(
  url: string,
  world: World,
  places: { readonly endpoints: Endpoints; readonly registry: string },
  style: Style,
): string {
  const [asset] = world.assets;
  const [token] = asset?.tokens ?? [];
  const id = asset?.id ?? '';
  const paths = [
    '/v1/assets',
    `/v1/assets/${id}/backing`,
    ...(token ? [`/v1/tokens/eip155:${token.chainId}/${getAddress(token.address)}`] : []),
    `/v1/assets/${id}/badge.svg`,
  ];
  return [
    style.dim('-'.repeat(80)),
    style.bold(`Serving at ${url}`),
    '',
    ...paths.map((path) => `  curl ${url}${path}`),
    `  open ${url}/docs`,
    '',
    '  The same from the command line:',
    `  npx assay reconcile ${id} \\`,
    `    --registry ${places.registry} \\`,
    ...places.endpoints.bitcoin.map((source) => `    --bitcoin ${source} \\`),
    ...places.endpoints.rpc.map(
      (source, index, all) => `    --rpc ${source}${index === all.length - 1 ? '' : ' \\'}`,
    ),
    '',
    'A Bitcoin block is found every minute, and both assets are audited every 30 s.',
    'Ctrl-C ends it and leaves nothing behind.',
    '',
  ].join('\n');
}
