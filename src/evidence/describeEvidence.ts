import type { Report, ReportPoint } from '../attest/report.ts';
import type { BitcoinMoment } from '../core/bitcoinMoment.ts';
import { formatUnits } from '../core/formatUnits.ts';
import { formatTime, UnixTime } from '../core/unixTime.ts';
import type { CheckedHeaders } from './blockHeaders.ts';
import type { Manifest } from './bundleRecord.ts';
import { listBindings } from './listBindings.ts';
import type { ShownSupply } from './supplyTally.ts';

const named = 20;

/** What shows the height of the audited block. */
export type HeightProof = 'coinbase' | NonNullable<CheckedHeaders['heightsBy']>;

/** What the verification of a bundle found. */
export interface EvidenceFindings {
  readonly manifest: Manifest;
  readonly report: Report;
  readonly point: ReportPoint;
  /** Satoshis of all outputs that were shown. */
  readonly sats: bigint;
  readonly headers: CheckedHeaders;
  readonly heightBy: HeightProof | null;
  readonly supply: readonly ShownSupply[];
  /** Custody addresses of which only a sum is known, and those of which nothing is. */
  readonly onlySums: readonly string[];
  readonly unknown: readonly string[];
  /** Whether the bundle is the one that the report names. */
  readonly isNamed: boolean;
}

/** What a bundle proves, in words: one sentence each. */
export function describeProved(findings: EvidenceFindings): readonly string[] {
  const { manifest, report, point, sats, headers, heightBy, supply } = findings;
  const { height, hash } = point;
  const { moment } = headers;
  const block = heightBy === null ? `block ${hash}` : `block ${height} (${hash})`;
  const run =
    heightBy === null
      ? `Each of the ${group(headers.to - headers.from + 1)} headers up to ${headers.to > height ? 'and above ' : ''}${block}`
      : `Every header from height ${headers.from} to ${headers.to}`;
  return [
    `The registry with the digest ${report.registryDigest} says, as the report does: ${listBindings(report, 'registry').join('; ')}.`,
    `${group(manifest.outputs)} outputs worth ${formatUnits(sats, 8)} BTC, all to these custody addresses, exist in ${group(manifest.blocks)} blocks that ${block} is or builds on.`,
    `${run} builds on the one before and has the work that it claims: ${showWork(headers.work)}.`,
    ...(heightBy === null
      ? []
      : [`The audited block has the height ${height}: ${heightWords[heightBy]}.`]),
    ...(moment ? [describeMoment(moment, heightBy === null ? null : height, hash)] : []),
    ...supply
      .filter(({ by }) => by === 'storage')
      .map(({ token }) => {
        const { amount, decimals, at } = figureOf(report, token);
        return `The supply of ${token}, ${formatUnits(BigInt(amount ?? 0), decimals)}, is in the state of ${at}.`;
      }),
    `The sums, the surplus, the ratio and the verdict ${report.verdict} follow from the amounts in the report.`,
  ];
}

function describeMoment(
  { time, fromHeight, toHeight }: BitcoinMoment,
  height: number | null,
  hash: string,
): string {
  const when = formatTime(UnixTime(time));
  return height === null
    ? `The moment of block ${hash}, ${when}, is the median of the times of ${toHeight - fromHeight + 1} blocks around it.`
    : `The moment of block ${height}, ${when}, is the median of the times of the blocks ${fromHeight} to ${toHeight}.`;
}

const heightWords: Readonly<Record<HeightProof, string>> = {
  coinbase: 'its own coinbase says so (BIP 34)',
  'known-block': 'its run of headers has a block by which the network is known',
  'header-store': 'that is its place in the header store',
};

/** What a bundle cannot prove, in words: on what the rest of the report rests. */
export function describeNotProven(findings: EvidenceFindings): readonly string[] {
  const { manifest, report, point, headers, supply, onlySums, unknown, isNamed } = findings;
  const operators = agreeing(report.reserves.observations);
  const graded = report.reserves.addresses.filter(
    ({ grade }) => grade === 'proven' || grade === 'derived',
  ).length;
  return [
    ...(isNamed ? [] : ['That this bundle was made with the report: the report names no bundle.']),
    `That the outputs are unspent as of block ${point.height}, and that there are no others: this rests on ${operators}.`,
    ...momentLimits(report, point.height),
    `That block ${point.height} is final: this rests on the work in the headers checked (${showWork(headers.work)}) and on the blocks above them, which are not in the bundle.`,
    ...(manifest.headers === 'store' && headers.from > 0
      ? [`That the blocks below height ${headers.from} are valid: this rests on the header store.`]
      : []),
    ...headers.unchecked.map((what) => `Of the rules of difficulty: ${what}.`),
    ...listed(onlySums, 'What the outputs are at addresses of which only a sum is known'),
    ...listed(unknown, 'What is held at addresses whose amounts are not established'),
    ...supply.flatMap((one) => supplyLimits(report, one)),
    ...liabilityLimits(report),
    ...(graded > 0
      ? [
          `That ${group(graded)} addresses are controlled by the custodian: proofs of control are in the bundle but are verified with the registry.`,
        ]
      : []),
  ];
}

function momentLimits({ reserves }: Report, height: number): readonly string[] {
  const { moment } = reserves;
  if (!moment) {
    return [
      `When block ${height} was mined: its time is one miner's word, which may lie hours off, and the skews rest on it.`,
    ];
  }
  if (moment.doubtSeconds === 0) return [];
  return [
    `When block ${height} was mined, to the second: fewer than eleven blocks around it were there, so that its moment may lie ${moment.doubtSeconds} seconds off.`,
  ];
}

function supplyLimits(report: Report, { token, by }: ShownSupply): readonly string[] {
  const { amount, at, observations } = figureOf(report, token);
  if (amount === null) return [`What the supply of ${token} is: it is not established.`];
  const operators = agreeing(observations);
  return [
    ...(by === 'storage'
      ? [`That the slot proved for ${token} is the one that its contract answers the supply from.`]
      : [`That the supply of ${token} is as stated: this rests on ${operators}.`]),
    `That ${at} is final${by === 'none' ? ', and its height and time' : ''}: this rests on ${operators}.`,
  ];
}

/** No bundle holds proofs of these: each is what sources answered. */
function liabilityLimits({ supply }: Report): readonly string[] {
  const { excluded = [], rates = [] } = supply.liability ?? {};
  return [
    ...excluded.map(({ token, holder, reason, amount, observations }) => {
      if (amount === null) {
        return `What ${holder} has of ${token}: it is not established, and nothing is taken off for it.`;
      }
      const { decimals } = figureOf({ supply }, token);
      const held = `${formatUnits(BigInt(amount), decimals)} of ${token}`;
      return `That ${holder} has ${held}, and that it is no debt (${reason}): nothing here proves it; the amount rests on ${agreeing(observations)}, the reason on the registry.`;
    }),
    ...rates.map(({ tokens, feed, rate, decimals, observations }) => {
      const what = tokens.length === 1 ? `${tokens[0]}` : `each of ${tokens.length} tokens`;
      if (rate === null) return `For how much bitcoin ${what} stands: it is not established.`;
      const worth = formatUnits(BigInt(rate), decimals);
      return `That ${what} stands for ${worth} BTC: nothing here proves it; this rests on ${agreeing(observations)}, and on the word of the feed ${feed}.`;
    }),
  ];
}

function figureOf({ supply }: Pick<Report, 'supply'>, token: string) {
  const found = supply.deployments.find((one) => one.token === token);
  return {
    amount: found?.amount ?? null,
    decimals: found?.decimals ?? 0,
    at: found?.point ? `block ${found.point.height} of ${found.point.chain}` : 'its block',
    observations: found?.observations ?? [],
  };
}

interface Observation {
  readonly operator: string;
  readonly agrees: boolean;
}

/** The operators that agree with the report, each once. */
function agreeing(observations: readonly Observation[]): string {
  const operators = new Set(
    observations.filter(({ agrees }) => agrees).map(({ operator }) => operator),
  );
  if (operators.size === 0) return 'nobody: no operator is named that agrees';
  const noun =
    operators.size === 1
      ? 'the word of 1 operator'
      : `the agreement of ${operators.size} operators`;
  return `${noun} named in the report (${[...operators].join(', ')})`;
}

function listed(addresses: readonly string[], what: string): readonly string[] {
  if (addresses.length === 0) return [];
  const rest = addresses.length - named;
  const more = rest > 0 ? ` and ${group(rest)} more` : '';
  return [`${what}: ${addresses.slice(0, named).join(', ')}${more}.`];
}

function showWork(work: bigint): string {
  return `about 2^${work.toString(2).length - 1} hashes`;
}

function group(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}
