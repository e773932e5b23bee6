import { jsonPointer } from '../core/jsonPointer.ts';
import { createFinding, type Finding, type Place } from './finding.ts';
import { quoteText } from './printableText.ts';

/** A day that a registry file names, and where. */
export interface DateClaim extends Place {
  readonly date: string;
}

/** The days that one asset's files name. */
export interface AssetDates {
  /** Of what has happened: when a source was read, since when an address was in use. */
  readonly dates: readonly DateClaim[];
  readonly reviewBy: DateClaim | null;
}

/** Findings for what lies after `asOf` (YYYY-MM-DD), and for a review that was due before it. */
export function checkDates({ dates, reviewBy }: AssetDates, asOf: string): readonly Finding[] {
  const findings = dates
    .filter(({ date }) => isDay(date) && date > asOf)
    .map((claim) => {
      const message = `${quoteText(claim.date)} lies after ${asOf}`;
      return createFinding('REGISTRY_DATE_FUTURE', claim, message);
    });
  if (reviewBy === null || !isDay(reviewBy.date) || reviewBy.date >= asOf) return findings;
  const message = `the entry was to be reviewed by ${reviewBy.date}, and it is ${asOf}`;
  return [...findings, createFinding('REGISTRY_REVIEW_OVERDUE', reviewBy, message)];
}

/** The days on which the sources of a file were read. */
export function sourceDates(
  file: string,
  sources: Readonly<Record<string, { readonly date?: string | undefined }>>,
): readonly DateClaim[] {
  return Object.entries(sources).flatMap(([key, { date }]) =>
    date === undefined ? [] : [{ file, pointer: jsonPointer(['sources', key, 'date']), date }],
  );
}

/** Other texts are the schema's to refuse. */
function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}
