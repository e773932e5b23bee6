import type { Report } from '../../src/attest/report.ts';
import type { BundleRecord, Manifest, RegistryRecord } from '../../src/evidence/bundleRecord.ts';
import { writeBundle } from '../../src/evidence/writeBundle.ts';
import { digestAsset } from '../../src/registry/digestAsset.ts';
import {
  makeCoinbase,
  makeTransaction,
  merkleBranch,
  merkleRoot,
  mineChain,
  sha256d,
} from './evidenceChain.ts';
import { regtest } from './networks.ts';
import { makeAssetFile, makeDeployment, makeReservesFile } from './registryBuilder.ts';
import type { SampleLiability } from './sampleLiability.ts';
import { sampleFigures, sampleReport } from './sampleReport.ts';
import { syntheticAddress } from './syntheticChain.ts';

const btc = 100_000_000n;

/** Four custody addresses, graded each in its own way by the sample report. */
export const custody = ['a', 'b', 'c', 'd'].map(syntheticAddress);

/** A coin of one custody address. */
export interface Payment {
  readonly height: number;
  readonly to: number;
  readonly sats: bigint;
}

/** 40 BTC in five outputs of three blocks; two outputs are of one transaction. */
const payments: readonly Payment[] = [
  { height: 101, to: 0, sats: 10n * btc },
  { height: 101, to: 1, sats: 4n * btc },
  { height: 104, to: 1, sats: 6n * btc },
  { height: 104, to: 2, sats: 10n * btc },
  { height: 106, to: 3, sats: 10n * btc },
];

export const auditedHeight = 108;

/** A report and the records of its evidence, which fit. */
export interface EvidenceSetting {
  readonly report: Report;
  readonly records: BundleRecord[];
  /** All headers from genesis to the audited block. */
  readonly headers: readonly Uint8Array[];
  readonly headerAt: (height: number) => Uint8Array | undefined;
}

/** What the sample's supply is by a formula, and what its asset.json says of it. */
export interface EvidenceFormula {
  readonly liability: SampleLiability;
  readonly asset: Readonly<Record<string, unknown>>;
}

/** How far off its moment the audited block's own time lies, and how many blocks above it tell that. */
export interface EvidenceMoment {
  readonly aheadSeconds: number;
  readonly above: number;
}

/**
 * The evidence of a sample report over a small regtest chain; without `around` it is of an old one, which
 * knows no moment.
 */
export function buildEvidence(
  mode: Manifest['headers'] = 'linked',
  formula?: EvidenceFormula,
  around?: EvidenceMoment,
): EvidenceSetting {
  const sample = sampleReport({
    moment: around ? { aheadSeconds: around.aheadSeconds, above: around.above } : null,
    ...(formula && { liability: formula.liability }),
    addresses: custody.map((_, index) =>
      payments.filter(({ to }) => to === index).reduce((sum, { sats }) => sum + sats, 0n),
    ),
  });
  const blocks = [101, 104, 106].map(buildBlock);
  // Height 108, and what a miner adds.
  const coinbase = makeCoinbase('016c0101');
  const last = [coinbase, makeTransaction([{ sats: 1n, script: '6a' }], 'last')];
  const ids = last.map(sha256d);
  const above = around?.above ?? 0;
  const lastTime = sample.reserves.moment?.time ?? sample.reserves.point?.time ?? 0;
  // Its own time lies far off, so that the median is that of another block: so many after it.
  const others = [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5];
  const half = Math.floor((6 + above) / 2) - ((around?.aheadSeconds ?? 0) < 0 ? 1 : 0);
  const middle = around ? (others[half] ?? 0) : 0;
  const headers = mineChain(
    auditedHeight + 1 + above,
    lastTime + 600 * (above - middle),
    new Map(
      [...blocks, { height: auditedHeight, ids }].map((one) => [one.height, merkleRoot(one.ids)]),
    ),
    new Map(around ? [[auditedHeight, sample.reserves.point?.time ?? 0]] : []),
  );
  const addresses = custody.map(({ address }) => address);
  const registry = makeRegistryRecord(addresses, formula?.asset);
  const report = placeReport(sample, {
    registry,
    header: headers[auditedHeight] ?? new Uint8Array(),
    height: auditedHeight,
    addresses,
    utxos: custody.map((_, index) => payments.filter(({ to }) => to === index).length),
  });
  const { point, moment } = report.reserves;
  if (!point) throw new Error('the sample has no point');
  const proofs = report.supply.deployments.map(({ token, point, amount, decimals }) => ({
    kind: 'call-only' as const,
    token,
    point: {
      chain: (point?.chain ?? '') as `eip155:${string}`,
      height: point?.height ?? 0,
      hash: `0x${point?.hash.slice(2) ?? ''}` as const,
      time: point?.time ?? 0,
    },
    amount: amount ?? '0',
    decimals,
    header: null,
  }));
  const manifest: Manifest = {
    schema: 'assay.evidence/1',
    assets: [registry.id],
    bitcoinPoint: point,
    headers: mode,
    ...(moment && { moment: { fromHeight: moment.fromHeight, toHeight: moment.toHeight } }),
    blocks: 3,
    transactions: 4,
    outputs: 5,
    proofs: proofs.length,
  };
  const run = Uint8Array.from(Buffer.concat(headers.slice(101)));
  return {
    report,
    headers,
    // The store of a reader may end where the report does.
    headerAt: (height) => (height > auditedHeight ? undefined : headers[height]),
    records: [
      { type: 'manifest', manifest },
      { type: 'registry', registry },
      ...(mode === 'linked'
        ? [
            { type: 'headers' as const, start: 101, headers: run },
            { type: 'coinbase' as const, branch: merkleBranch(ids, 0), transaction: coinbase },
          ]
        : moment
          ? [{ type: 'headers' as const, start: 103, headers: run.subarray(2 * 80) }]
          : []),
      ...blocks.flatMap(({ height, records }) => [
        {
          type: 'block' as const,
          height,
          ...(mode === 'store' && { header: headers[height] }),
        },
        ...records,
      ]),
      ...proofs.map((proof) => ({ type: 'supply' as const, proof })),
    ],
  };
}

/** Block 104 pays two custody addresses by one transaction; each block has others around them. */
function buildBlock(height: number) {
  const others = (name: string) =>
    makeTransaction([{ sats: 1n, script: '6a' }], `${height}${name}`);
  const output = ({ to, sats }: Payment) => ({ sats, script: custody[to]?.script ?? '' });
  const own = payments.filter((one) => one.height === height);
  const paying =
    height === 104
      ? [makeTransaction([{ sats: 5n, script: '51' }, ...own.map(output)], 'both')]
      : own.map((one) => makeTransaction([output(one)], `${height} ${one.to}`));
  const transactions = [others('first'), ...paying, others('x'), others('y')];
  const ids = transactions.map(sha256d);
  const records = paying.map((transaction, index) => ({
    type: 'transaction' as const,
    position: index + 1,
    branch: merkleBranch(ids, index + 1),
    outputs: height === 104 ? [1, 2] : [0],
    transaction,
  }));
  return { height, ids, records };
}

/** The registry's files of the sample's asset with these addresses, vouched for as the sample grades them. */
export function makeRegistryRecord(
  addresses: readonly string[],
  changes: Readonly<Record<string, unknown>> = {},
): RegistryRecord {
  const source = { by: 'the issuer', source: 'https://issuer.example', date: '2025-01-02' };
  const asset = makeAssetFile('dbtc', {
    name: 'Demo Bitcoin',
    symbol: 'dBTC',
    policy: { maxSkewSeconds: 3600, validForSeconds: 86_400 },
    reserveChain: regtest.chain,
    deployments: sampleFigures.deployments.map(({ token, decimals }) =>
      makeDeployment({ token, decimals }),
    ),
    ...changes,
  });
  const reserves = makeReservesFile(
    addresses.map((address, index) => ({
      address,
      custodian: 'Custodian',
      provenance: [index % 4 === 3 ? 'claim' : 'issuer'],
    })),
    {
      sources: {
        issuer: { kind: 'published', ...source },
        claim: { kind: 'claimed', ...source },
      },
    },
  );
  return { id: 'dbtc', asset, reserves };
}

/** What a sample report is to be about. */
export interface ReportPlace {
  readonly registry: RegistryRecord;
  /** Of the audited block. */
  readonly header: Uint8Array;
  readonly height: number;
  readonly addresses: readonly string[];
  /** How many outputs each address has. */
  readonly utxos: readonly number[];
}

/** The sample report as a report about these addresses, this registry and this block. */
export function placeReport(
  sample: Report,
  { registry, header, height, addresses, utxos }: ReportPlace,
): Report {
  const { reserves, window } = sample;
  const hash = Buffer.from(sha256d(header)).reverse().toString('hex');
  const point = reserves.point && { ...reserves.point, height, hash };
  return {
    ...sample,
    reserves: {
      ...reserves,
      point,
      ...(reserves.moment && {
        moment: {
          ...reserves.moment,
          fromHeight: height - 5,
          toHeight: height + reserves.moment.toHeight - (reserves.point?.height ?? 0),
        },
      }),
      tip: reserves.tip && { ...reserves.tip, height: height + 5 },
      addresses: reserves.addresses.map((one, index) => ({
        ...one,
        address: addresses[index] ?? '',
        utxos: utxos[index] ?? 0,
      })),
      utxos: utxos.reduce((sum, one) => sum + one, 0),
      observations: reserves.observations.map((one) => ({ ...one, point })),
    },
    window: window && { ...window, fromHeight: height, toHeight: height + 5 },
    registryDigest: digestAsset(registry.asset, registry.reserves),
  };
}

/** The file of a bundle of these records. */
export async function writeFileOf(
  records: Iterable<BundleRecord>,
): Promise<{ readonly file: Uint8Array; readonly digest: `0x${string}` }> {
  const writing = writeBundle(records);
  const file = await gather(writing.file);
  return { file, digest: writing.end().digest };
}

/** All bytes of a stream. */
export async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Uint8Array.from(Buffer.concat(await Array.fromAsync(bytes)));
}

/** The bytes as a stream, in pieces. */
export async function* inPieces(bytes: Uint8Array, length = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
