import { getAddress } from 'viem';
import type { VerifiedAttestation } from '../../src/attest/verifyAttestation.ts';
import type { Style } from '../../src/cli/output/style.ts';
import { TokenId, tokenIdParts } from '../../src/core/caip.ts';
import type { Endpoints } from '../openEndpoints.ts';
import type { World } from '../world.ts';

/** What to try while the demo serves. */
export function formatInvitation(
  url: string,
  world: World,
  places: {
    readonly endpoints: Endpoints;
    readonly registry: string;
    readonly quorum?: number | undefined;
    readonly graph?: boolean | undefined;
    readonly attestation: VerifiedAttestation | undefined;
  },
  style: Style,
): string {
  const [asset] = world.assets;
  const [token] = asset?.tokens ?? [];
  const id = asset?.id ?? '';
  const paths = [
    '/v1/assets',
    `/v1/assets/${id}/backing`,
    ...(places.graph ? [`/v1/assets/${id}/graph`] : []),
    ...(token ? [`/v1/tokens/eip155:${token.chainId}/${getAddress(token.address)}`] : []),
    ...shortCopies(places.attestation).slice(0, 1),
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
    `  npx assay reconcile ${id} ${places.graph ? '--graph ' : ''}\\`,
    `    --registry ${places.registry} \\`,
    ...(places.quorum === undefined ? [] : [`    --quorum ${places.quorum} \\`]),
    ...places.endpoints.bitcoin.map((source) => `    --bitcoin ${source} \\`),
    ...places.endpoints.rpc.map(
      (source, index, all) => `    --rpc ${source}${index === all.length - 1 ? '' : ' \\'}`,
    ),
    ...checkYourself(url, places.attestation),
    '',
    'A Bitcoin block is found every minute, and both assets are audited every 30 s.',
    'Ctrl-C ends it and leaves nothing behind.',
    '',
  ].join('\n');
}

/** Where the copies are looked up for which too little is locked: their `edge` says so. */
function shortCopies(attestation: VerifiedAttestation | undefined): readonly string[] {
  const edges = attestation?.report.graph?.edges ?? [];
  return edges
    .filter(({ verdict }) => verdict === 'under-backed')
    .flatMap(({ copies }) => copies)
    .map((copy) => tokenIdParts(TokenId(copy)))
    .map(({ chain, reference }) => `/v1/tokens/${chain}/${reference}`);
}

/** Commands that derive the figures again, offline, from what the API gives out. */
function checkYourself(url: string, attestation: VerifiedAttestation | undefined): string[] {
  if (!attestation?.report.evidence) return [];
  const { id, signer, report } = attestation;
  const file = report.asset.id;
  return [
    '',
    '  Believe nobody: derive every figure again, offline:',
    `  curl -o ${file}.json ${url}/v1/attestations/${id}`,
    `  curl -o ${file}.evidence \\`,
    `    ${url}/v1/attestations/${id}/evidence`,
    `  npx assay verify ${file}.json --evidence ${file}.evidence \\`,
    `    --signer ${signer}`,
  ];
}
