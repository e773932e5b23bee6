import { tokenKey } from '../core/accountKey.ts';
import { checkAround, checkOperators } from './checkSupply.ts';
import { contradiction } from './errors.ts';
import type { Report, ReportPoint } from './report.ts';

type Liability = NonNullable<Report['supply']['liability']>;

/**
 * Whether each excluded holding and each rate of a report names its block and who agrees on it: a
 * holding one of its deployment's chain, a rate one of its feed's.
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH
 */
export function checkLiability({ supply, policy }: Report): void {
  const { liability, deployments } = supply;
  if (!liability) return;
  const tokens = new Set(deployments.map(({ token }) => tokenKey(token)));
  for (const [index, one] of liability.excluded.entries()) {
    const field = `supply.liability.excluded[${index}]`;
    const [chain = ''] = one.token.split('/');
    checkFigure(field, one, one.amount, policy.quorum);
    checkChain(field, one.point, chain);
    checkAround(field, one.point, one.around);
  }
  for (const [index, one] of liability.rates.entries()) {
    const field = `supply.liability.rates[${index}]`;
    if (one.tokens.some((token) => !tokens.has(tokenKey(token)))) {
      throw contradiction(field, 'is for a token that is no deployment of the report');
    }
    checkFigure(field, one, one.rate, policy.quorum);
    checkChain(field, one.point, one.feed.slice(0, one.feed.lastIndexOf(':')));
  }
}

function checkFigure(
  field: string,
  one: Liability['excluded'][number] | Liability['rates'][number],
  figure: string | null,
  quorum: number,
): void {
  if (figure !== null && one.point === null) throw contradiction(field, 'names no block');
  if ((figure === null) !== (one.fault !== undefined)) {
    throw contradiction(`${field}.fault`, 'is not there exactly where the figure is not');
  }
  if (one.observations.some(({ agrees, amount }) => agrees && amount !== figure)) {
    throw contradiction(`${field}.agreement`, 'counts who says something else');
  }
  checkOperators(`${field}.agreement`, one, figure !== null, quorum);
}

function checkChain(field: string, point: ReportPoint | null, chain: string): void {
  if (point !== null && point.chain !== chain) {
    throw contradiction(`${field}.point`, 'is of another chain');
  }
}
