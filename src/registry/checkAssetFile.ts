import { tokenKey } from '../core/accountKey.ts';
import { AssayError } from '../core/assayError.ts';
import { type BitcoinNetwork, bitcoinNetworks } from '../core/bitcoinNetwork.ts';
import { fixed18Decimals } from '../core/fixed18.ts';
import { jsonPointer } from '../core/jsonPointer.ts';
import { AssetFile } from './assetFile.ts';
import { checkContracts } from './checkContracts.ts';
import { type DateClaim, sourceDates } from './checkDates.ts';
import { checkGraph } from './checkGraph.ts';
import { checkLiability } from './checkLiability.ts';
import { checkLockboxes } from './checkLockboxes.ts';
import { checkOrder } from './checkOrder.ts';
import { checkProvenance } from './checkProvenance.ts';
import type { Claim } from './claim.ts';
import { createFinding, type Finding } from './finding.ts';
import { parseToken } from './parseToken.ts';
import { quoteText } from './printableText.ts';
import { ReadableAsset } from './readableFiles.ts';
import { schemaFindings } from './schemaFindings.ts';

export interface AssetFileCheck {
  /** Null where the file breaks its schema. */
  readonly content: AssetFile | null;
  /** Known as soon as `reserveChain` can be read. */
  readonly network: BitcoinNetwork | undefined;
  readonly tokens: readonly Claim[];
  /** The shared pool that the asset declares. */
  readonly pool: string | undefined;
  readonly dates: readonly DateClaim[];
  readonly reviewBy: string | undefined;
  readonly findings: readonly Finding[];
}

/** Every rule that an asset.json must keep by itself; `id` is the name of its folder. Pure. */
export function checkAssetFile(id: string, value: unknown): AssetFileCheck {
  const file = `${id}/asset.json`;
  const parsed = AssetFile.safeParse(value);
  const readable = ReadableAsset.parse(value);
  const tokens = checkTokens(file, readable);
  return {
    content: parsed.success ? parsed.data : null,
    network: bitcoinNetworks.find((network) => network.chain === readable.reserveChain),
    tokens: tokens.claims,
    pool: readable.pool,
    dates: sourceDates(file, readable.sources),
    reviewBy: readable.reviewBy,
    findings: [
      ...(parsed.success ? [] : schemaFindings(file, AssetFile, value, parsed.error)),
      ...checkId(file, id, readable.id),
      ...checkProvenance(file, entriesOf(readable), readable.sources),
      ...tokens.findings,
      ...checkOrder(file, 'deployments', 'token', readable.deployments),
      ...checkContracts(file, readable),
      ...checkLockboxes(file, readable, parsed.success ? parsed.data.coverage.status : null),
      ...checkGraph(file, readable),
      ...checkLiability(file, readable),
      ...(parsed.success ? checkCoverage(file, parsed.data) : []),
    ],
  };
}

/** Everything that names sources, with its JSON pointer. */
function entriesOf(asset: ReadableAsset) {
  const lists = (['deployments', 'feeds', 'control', 'discovery'] as const).flatMap((list) =>
    asset[list].map((entry, index) => [`/${list}/${index}`, entry] as const),
  );
  const lockboxes = Object.entries(asset.lockboxes).map(
    ([key, entry]) => [jsonPointer(['lockboxes', key]), entry] as const,
  );
  const liability = (['exclude', 'rates'] as const).flatMap((list) =>
    asset.liability[list].map((entry, index) => [`/liability/${list}/${index}`, entry] as const),
  );
  return [...lists, ...lockboxes, ...liability];
}

function checkId(file: string, folder: string, id: string | undefined): readonly Finding[] {
  if (id === undefined || id === folder) return [];
  const message = `the asset in the folder ${quoteText(folder)} calls itself ${quoteText(id)}`;
  return [createFinding('REGISTRY_DUPLICATE_ASSET', { file, pointer: '/id' }, message)];
}

function checkTokens(file: string, { deployments }: ReadableAsset) {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  deployments.forEach(({ token: text, kind, decimals }, index) => {
    const place = { file, pointer: `/deployments/${index}/token` };
    if (kind !== 'bridged' && decimals !== undefined && decimals > fixed18Decimals) {
      const pointer = `/deployments/${index}/decimals`;
      const message = `${decimals} decimals do not fit the statement's ${fixed18Decimals} exactly`;
      findings.push(createFinding('REGISTRY_DECIMALS_UNSUPPORTED', { file, pointer }, message));
    }
    if (text === undefined) return;
    try {
      const token = parseToken(text);
      claims.push({ ...place, key: tokenKey(token), text });
    } catch (thrown) {
      if (!(thrown instanceof AssayError)) throw thrown;
      findings.push(createFinding(thrown.code, place, thrown.message, thrown.fix));
    }
  });
  return { claims, findings };
}

function checkCoverage(file: string, asset: AssetFile): readonly Finding[] {
  const { status, missing } = asset.coverage;
  const place = { file, pointer: '/coverage/missing' };
  if (status === 'partial' && missing.length === 0) {
    const message = 'coverage is partial, but nothing is said to be missing';
    return [
      createFinding('REGISTRY_SCHEMA_INVALID', place, message, 'Say what is missing and why.'),
    ];
  }
  if (status !== 'partial' && missing.length > 0) {
    const message = `coverage is ${status}, but something is said to be missing`;
    return [createFinding('REGISTRY_SCHEMA_INVALID', place, message, 'Call the coverage partial.')];
  }
  const isCounted = asset.deployments.some(({ kind }) => kind === 'canonical');
  if (status !== 'complete' || isCounted) return [];
  return [
    createFinding(
      'REGISTRY_SCHEMA_INVALID',
      { file, pointer: '/coverage/status' },
      'coverage is complete, but there is no canonical deployment to count',
      'List the deployments, or call the coverage partial.',
    ),
  ];
}
