import type { Report } from '../attest/report.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import { countedCopies } from '../registry/countedCopies.ts';
import { otherFigures } from './errors.ts';

/**
 * Whether the report takes off the supply what the registry's formula says, and nothing else: the same
 * holdings for the same reasons, counted again as the same copies; rates of the same feeds with their
 * decimals; and no limit of the supply where the registry knows that something of it is missing.
 *
 * @throws AssayError EVIDENCE_FIGURES_MISMATCH
 */
export function compareLiability({ supply }: Report, subject: AuditSubject): void {
  const { liability: formula, deployments, feeds = [], coverage } = subject;
  if ((formula === undefined) !== (supply.liability === undefined)) {
    throw otherFigures('supply.liability', 'is not the formula of the registry');
  }
  const listed = (formula?.exclude ?? []).map(({ token, holder, reason }) => [
    token,
    holder,
    reason,
    countedCopies(deployments, { token, holder, reason }) ?? null,
  ]);
  const stated = (supply.liability?.excluded ?? []).map(({ token, holder, reason, countedAs }) => [
    token,
    holder,
    reason,
    countedAs ?? null,
  ]);
  if (JSON.stringify(listed) !== JSON.stringify(stated)) {
    throw otherFigures('supply.liability.excluded', 'is not what the registry excludes');
  }
  const rates = (formula?.rates ?? []).map(({ tokens, feed }) => [
    tokens,
    feed,
    feeds.find(({ contract }) => contract === feed)?.decimals ?? null,
  ]);
  const read = (supply.liability?.rates ?? []).map(({ tokens, feed, decimals }) => [
    tokens,
    feed,
    decimals,
  ]);
  if (JSON.stringify(rates) !== JSON.stringify(read)) {
    throw otherFigures('supply.liability.rates', 'are not those of the registry');
  }
  const isMissing = coverage.missing.some(({ side }) => side === 'supply');
  const isLimited = supply.atLeast !== null || supply.atMost !== null;
  if (isLimited && (isMissing || coverage.status === 'retired')) {
    throw otherFigures('supply', 'is given limits, where the registry knows that some is missing');
  }
}
