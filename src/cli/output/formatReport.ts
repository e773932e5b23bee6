import { describeThen } from '../../attest/describeThen.ts';
import { isHistoric } from '../../attest/isHistoric.ts';
import { momentOf } from '../../attest/momentOf.ts';
import type { Report } from '../../attest/report.ts';
import { controlGrades } from '../../core/controlGrade.ts';
import { formatTime, UnixTime } from '../../core/unixTime.ts';
import { formatAmount, groupThousands } from './formatAmount.ts';
import { formatDuration } from './formatDuration.ts';
import { formatLiability } from './formatLiability.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrapText.ts';

type Dispute = Report['reserves']['disputes'][number];
type Claim = Report['claims'][number];

/** The report has more of them. */
const disputesShown = 10;
const width = 80;
const label = 12;
const chainLabel = 16;
/** Where decimal points stand below each other. */
const pointColumn = 28;

/**
 * A report as a person reads it: verdict, figures, both sides' blocks, reasons and limits. Of a moment in
 * the past it says what was, and names it.
 */
export function formatReport(report: Report, now: number, style: Style): string {
  return [
    headline(report, style),
    ...pastLines(report),
    ...poolLines(report),
    ...boundLines(report),
    '',
    ...figures(report),
    '',
    ...moments(report, now, style),
    ...windowLines(report),
    ...sourceLines(report),
    ...section('Silent', silentLines(report), style),
    ...section(
      'Disputed',
      report.reserves.disputes.slice(0, disputesShown).map(describeDispute),
      style,
    ),
    ...section('Claims, never counted', report.claims.map(describeClaim), style),
    ...section('Why', reasonLines(report), style),
    ...section('Not proven', report.notProven, style),
  ].join('\n');
}

function headline(report: Report, style: Style): string {
  const { asset } = report;
  const title = `${asset.id}  ${asset.name} (${asset.symbol})`;
  const verdict = isHistoric(report) ? 'historic' : report.verdict;
  const shown = verdict.toUpperCase();
  const gap = ' '.repeat(Math.max(2, width - title.length - shown.length));
  return style.bold(title) + gap + style.verdict(verdict, shown);
}

function pastLines(report: Report): string[] {
  if (!isHistoric(report)) return [];
  const text = `${describeThen(report)}; says nothing about now`;
  return wrapText(text, width - 2).map((line) => `  ${line}`);
}

function poolLines({ pool, asset }: Report): string[] {
  if (!pool) return [];
  const others = pool.assets.filter((id) => id !== asset.id).join(', ');
  return wrapText(`one pool (${pool.name}) with ${others}: figures of all`, width - 2).map(
    (line) => `  ${line}`,
  );
}

function boundLines({ restsOnBounds, supply }: Report): string[] {
  if (!restsOnBounds) return [];
  return supply.amount === null
    ? ['  on an upper bound: the reserves cover the most that the supply can be']
    : ['  on a lower bound: what is certain of the reserves covers the supply'];
}

/** The reserves, or what is certain of them. */
function reservesLine({ sats, atLeast, addresses, utxos }: Report['reserves']): string {
  if (sats === null && atLeast !== null) {
    return figure(
      'Reserves >=',
      atLeast.sats,
      8,
      `${atLeast.addresses} of ${atLeast.of} addresses`,
    );
  }
  const outputs = utxos === null ? '' : `, ${counted(utxos, 'output')}`;
  return figure(
    'Reserves',
    sats,
    8,
    `${counted(addresses.length, 'address', 'addresses')}${outputs}`,
  );
}

/** The supply, or what limits it from either side. */
function supplyLines({
  amount,
  atLeast,
  atMost,
  deployments,
  liability,
}: Report['supply']): string[] {
  if (atLeast !== null || atMost !== null) {
    return [
      ...(atLeast === null ? [] : [limitLine('Supply >=', atLeast)]),
      ...(atMost === null ? [] : [limitLine('Supply <=', atMost)]),
    ];
  }
  const excluded = liability?.excluded.length ?? 0;
  const less = excluded === 0 ? '' : ` less ${counted(excluded, 'holding')}`;
  return [figure('Supply', amount, 18, `${counted(deployments.length, 'deployment')}${less}`)];
}

function limitLine(name: string, limit: NonNullable<Report['supply']['atLeast']>): string {
  return figure(name, limit.amount, 18, `${limit.deployments} of ${limit.of} deployments`);
}

function figures(report: Report): string[] {
  const { reserves, supply, surplus } = report;
  return [
    reservesLine(reserves),
    ...supplyLines(supply),
    figure('Surplus', surplus?.amount ?? null, 18, '', true),
    `  ${'Ratio'.padEnd(label)}${alignPoint(report.ratio ?? 'unknown')}`.trimEnd(),
    ...gradeLines(reserves.grades),
  ];
}

/**
 * The grades that have any address, the strongest first: each as its part of the ratio, or in bitcoin
 * where there is no ratio. That nothing is proven is said as well.
 */
function gradeLines(grades: Report['reserves']['grades']): string[] {
  return controlGrades.flatMap((grade) => {
    const { addresses, sats, ratio } = grades[grade];
    if (addresses === 0 && grade !== 'proven') return [];
    const note = counted(addresses, 'address', 'addresses');
    if (ratio === null) return [figure(`by ${grade}`, sats, 8, note)];
    return [`  ${`by ${grade}`.padEnd(label)}${alignPoint(ratio)}       ${note}`];
  });
}

function figure(
  name: string,
  amount: string | null,
  decimals: number,
  note: string,
  signed = false,
): string {
  if (amount === null) return `  ${name.padEnd(label)}${alignPoint('unknown')}`.trimEnd();
  const value = BigInt(amount);
  const text = (signed && value > 0n ? '+' : '') + formatAmount(value, decimals);
  return `  ${name.padEnd(label)}${alignPoint(text)} BTC   ${note}`.trimEnd();
}

function alignPoint(text: string): string {
  const point = text.indexOf('.');
  const before = point < 0 ? text.length : point;
  return (' '.repeat(Math.max(0, pointColumn - label - before)) + text).padEnd(
    pointColumn - label + 9,
  );
}

function moments(report: Report, now: number, style: Style): string[] {
  const lines: string[] = [];
  const { point } = report.reserves;
  const own = momentOf(report);
  if (point && own) {
    const age = `${formatDuration(now - own.time)} ago`;
    lines.push(...moment('Bitcoin', point.height, own.time, age), style.dim(`    ${point.hash}`));
    lines.push(...momentLines(report.reserves.moment, point.time));
  }
  for (const deployment of report.supply.deployments) {
    const amount =
      deployment.amount === null
        ? 'unknown'
        : formatAmount(BigInt(deployment.amount), deployment.decimals);
    if (deployment.point) {
      const { chain, height, time, hash } = deployment.point;
      lines.push(
        ...moment(chain, height, time, describeSkew(deployment.skewSeconds)),
        style.dim(`    ${hash}`),
      );
    }
    if (deployment.finality !== null && deployment.finality !== 'finalized') {
      lines.push(
        ...wrapText(`final by: ${deployment.finality}`, width - 4).map((line) => `    ${line}`),
      );
    }
    const { from, to } = deployment.around ?? {};
    if (from && to && from.height < to.height) {
      lines.push(
        `    at some block from ${groupThousands(`${from.height}`)} to ${groupThousands(`${to.height}`)}`,
      );
    }
    lines.push(
      ...wrapText(`${amount} ${deployment.symbol}`, width - 4).map((line) => `    ${line}`),
    );
    lines.push(...breakToken(deployment.token));
  }
  lines.push(...formatLiability(report, style));
  return lines;
}

/** What the moment is by, with the block's own time beside it. */
function momentLines(moment: Report['reserves']['moment'], ownTime: number): string[] {
  if (!moment) return [];
  const { fromHeight, toHeight, doubtSeconds } = moment;
  const span = [fromHeight, toHeight].map((height) => groupThousands(`${height}`)).join(' to ');
  const doubt =
    doubtSeconds === 0
      ? []
      : [
          `    may lie ${formatDuration(doubtSeconds)} off: not all eleven blocks around it are there`,
        ];
  return [`    median of blocks ${span}; its own time ${showTime(ownTime)}`, ...doubt];
}

/** A long chain identifier, such as Solana's, gets a line of its own. */
function moment(chain: string, height: number, time: number, note: string): string[] {
  const when = showTime(time);
  const block = `block ${groupThousands(String(height)).padEnd(11)} ${when}  ${note}`.trimEnd();
  if (chain.length < chainLabel) return [`  ${chain.padEnd(chainLabel)}${block}`];
  return [`  ${chain}`, `  ${' '.repeat(chainLabel)}${block}`];
}

function showTime(time: number): string {
  return formatTime(UnixTime(time)).replace('T', ' ');
}

function breakToken(token: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < token.length; at += width - 4) {
    lines.push(`    ${token.slice(at, at + width - 4)}`);
  }
  return lines;
}

function describeSkew(skewSeconds: number | null): string {
  if (skewSeconds === null) return '';
  if (skewSeconds === 0) return 'same second';
  return `${formatDuration(skewSeconds)} ${skewSeconds > 0 ? 'earlier' : 'later'}`;
}

function windowLines({ window }: Report): string[] {
  if (!window) return [];
  const verdict = window.holdsAcrossWindow
    ? 'the verdict holds over the whole window'
    : 'the verdict does NOT hold over the whole window';
  return [
    '',
    `  ${'Window'.padEnd(label)}blocks ${window.fromHeight} to ${window.toHeight}: ${verdict}`,
  ];
}

function sourceLines({ reserves, supply, policy }: Report): string[] {
  const least = supply.deployments.reduce<Report['reserves']['agreement'] | null>(
    (fewest, { agreement }) =>
      fewest === null || agreement.operators < fewest.operators ? agreement : fewest,
    null,
  );
  const onSupply = least === null ? '' : `, ${least.operators} of ${least.of} on supply`;
  const { operators, of } = reserves.agreement;
  return [
    `  ${'Agreement'.padEnd(label)}${operators} of ${counted(of, 'operator')} on reserves${onSupply} (quorum ${policy.quorum})`,
  ];
}

/** Who gave no answer, by the reason. */
function silentLines({ reserves, supply }: Report): string[] {
  const silent = new Map<string, Set<string>>();
  const observations = [
    ...reserves.observations,
    ...supply.deployments.flatMap((one) => one.observations),
    ...(supply.liability?.excluded ?? []).flatMap((one) => one.observations),
    ...(supply.liability?.rates ?? []).flatMap((one) => one.observations),
  ];
  for (const { operator, fault } of observations) {
    if (fault === undefined) continue;
    silent.set(fault.code, (silent.get(fault.code) ?? new Set()).add(operator));
  }
  return [...silent].map(([code, operators]) => `${code}: ${[...operators].join(', ')}`);
}

function describeDispute({ address, outpoint, claims }: Dispute): string {
  const said = claims.map(({ operator, sats }) => {
    const claim = sats === null ? 'is not there' : `holds ${formatAmount(BigInt(sats), 8)} BTC`;
    return `${operator} says that it ${claim}`;
  });
  const subject = outpoint === null ? `The sum at ${address}` : `${outpoint} at ${address}`;
  return `${subject}: ${said.join('; ')}`;
}

function describeClaim({ name, side, amount, decimals, publishedAt, ...claim }: Claim): string {
  if (amount === null) return `${name}: not read (${claim.fault?.code ?? 'no answer'})`;
  const when = publishedAt === null ? '' : ` of ${formatTime(UnixTime(publishedAt))}`;
  const age = claim.stale === true ? ', STALE' : '';
  const difference =
    claim.difference === null
      ? ''
      : `; ${formatAmount(BigInt(claim.difference), 18)} BTC from what was found`;
  return `${name}: ${side} of ${formatAmount(BigInt(amount), decimals)} BTC${when}${age}${difference}`;
}

/** Each reason once: the tokens of a pool lie on the same chains, and are unread for the same cause. */
function reasonLines({ reasons, supply }: Report): string[] {
  const causes = new Map<string, { code: string; message: string; subjects: Set<string> }>();
  for (const { code, message, subject } of reasons) {
    const deployment = supply.deployments.find((one) => one.token === subject);
    const cause = causes.get(`${code} ${message}`) ?? { code, message, subjects: new Set() };
    if (deployment) cause.subjects.add(`${deployment.symbol} on ${subject?.split('/')[0]}`);
    causes.set(`${code} ${message}`, cause);
  }
  return [...causes.values()].map(({ code, message, subjects }) =>
    [code, ...(subjects.size > 0 ? [[...subjects].join(', ')] : []), message].join(': '),
  );
}

function section(title: string, items: readonly string[], style: Style): string[] {
  if (items.length === 0) return [];
  const lines = items.flatMap((item) =>
    wrapText(item, width - 4).map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`),
  );
  return ['', `  ${style.bold(title)}`, ...lines];
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${groupThousands(String(count))} ${count === 1 ? one : many}`;
}
