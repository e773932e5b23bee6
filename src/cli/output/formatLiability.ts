import type { Report } from '../../attest/report.ts';
import { formatTime, UnixTime } from '../../core/unixTime.ts';
import { formatAmount, groupThousands } from './formatAmount.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrapText.ts';

type Liability = NonNullable<Report['supply']['liability']>;
type Figure = Pick<
  Liability['excluded'][number],
  'point' | 'agreement' | 'observations' | 'fault'
> & {
  readonly around?: Liability['excluded'][number]['around'];
};

const width = 80;

/** What is taken off the supply, and at which rates, each with its block and who says so. */
export function formatLiability({ supply }: Report, style: Style): string[] {
  const { excluded = [], rates = [] } = supply.liability ?? {};
  return [
    ...excluded.flatMap((one) => {
      const deployment = supply.deployments.find(({ token }) => token === one.token);
      const amount =
        one.amount === null || !deployment
          ? 'unknown'
          : formatAmount(BigInt(one.amount), deployment.decimals);
      const chain = one.token.split('/')[0] ?? '';
      return entry(
        `less ${amount} ${deployment?.symbol ?? ''} (${one.reason})`,
        [`with ${one.holder} on ${chain}`],
        one,
        style,
      );
    }),
    ...rates.flatMap((one) => {
      const rate = one.rate === null ? 'unknown' : formatAmount(BigInt(one.rate), one.decimals);
      const tokens = one.tokens.length === 1 ? 'one token' : `${one.tokens.length} tokens`;
      return entry(`times ${rate} for ${tokens}`, [`by ${one.feed}`], one, style);
    }),
  ];
}

function entry(title: string, details: readonly string[], figure: Figure, style: Style): string[] {
  const { agreement, fault } = figure;
  const said = fault
    ? `not known: ${fault.code}`
    : `${agreement.operators} of ${agreement.of} ${agreement.of === 1 ? 'operator' : 'operators'}`;
  return [
    ...wrapText(title, width - 2).map((line) => `  ${line}`),
    ...[...details, ...describeBlock(figure), said].flatMap((detail) =>
      wrapText(detail, width - 4)
        .flatMap(breakLine)
        .map((line) => style.dim(`    ${line}`)),
    ),
  ];
}

/** A long holder or feed has no spaces. */
function breakLine(line: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < line.length; at += width - 4) lines.push(line.slice(at, at + width - 4));
  return lines;
}

function describeBlock({ point, around }: Figure): readonly string[] {
  if (!point) return [];
  const height = (block: { readonly height: number }) => groupThousands(String(block.height));
  if (around && around.from.height < around.to.height) {
    return [`${point.chain}, some block from ${height(around.from)} to ${height(around.to)}`];
  }
  const when = formatTime(UnixTime(point.time)).replace('T', ' ');
  return [`${point.chain} block ${height(point)}, ${when}`];
}
