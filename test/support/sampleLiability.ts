import type { Report, ReportPoint } from '../../src/attest/report.ts';
import { TokenId } from '../../src/core/caip.ts';
import type { LiabilityInput } from '../../src/reconcile/sumLiability.ts';

/** A holding that is taken off in a sample report. */
export interface SampleExclusion {
  readonly token: string;
  readonly holder: string;
  readonly reason?: 'lockbox' | 'unissued' | 'burnt' | 'other';
  readonly countedAs?: readonly string[];
  readonly amount: bigint | null;
}

/** A rate of a sample report. */
export interface SampleRate {
  readonly tokens: readonly string[];
  readonly feed: string;
  readonly rate: bigint | null;
  readonly decimals: number;
}

export interface SampleLiability {
  readonly excluded: readonly SampleExclusion[];
  readonly rates: readonly SampleRate[];
}

const fault = { code: 'SOURCE_TIMEOUT', message: 'no answer' };
const source = { source: 'http://127.0.0.1:8545', operator: '127.0.0.1:8545', kind: 'evm' };

/** What the reconciliation is given of it. */
export function sampleFormula({
  excluded,
  rates,
}: SampleLiability): Pick<LiabilityInput, 'exclusions' | 'rates'> {
  return {
    exclusions: excluded.map(({ token, holder, amount, countedAs }) => ({
      token: TokenId(token),
      holder,
      amount,
      ...(countedAs && { countedAs: countedAs.map(TokenId) }),
    })),
    rates: rates.flatMap(({ tokens, rate, decimals }) =>
      tokens.map((token) => ({ token: TokenId(token), rate, decimals })),
    ),
  };
}

/** What the report says of it; `pointOn` gives the block at which a chain was read. */
export function sampleLiabilityEntry(
  { excluded, rates }: SampleLiability,
  pointOn: (chain: string) => ReportPoint,
): NonNullable<Report['supply']['liability']> {
  return {
    excluded: excluded.map(({ token, holder, reason = 'unissued', countedAs, amount }) => ({
      token,
      holder,
      reason,
      ...(countedAs && { countedAs: [...countedAs] }),
      amount: amount?.toString() ?? null,
      point: pointOn(token.split('/')[0] ?? ''),
      around: null,
      ...saidOf(amount),
    })),
    rates: rates.map(({ tokens, feed, rate, decimals }) => ({
      tokens: [...tokens],
      feed,
      rate: rate?.toString() ?? null,
      decimals,
      point: pointOn(feed.slice(0, feed.lastIndexOf(':'))),
      ...saidOf(rate),
    })),
  };
}

function saidOf(amount: bigint | null) {
  const isKnown = amount !== null;
  return {
    agreement: { operators: isKnown ? 1 : 0, of: 1 },
    observations: [
      {
        ...source,
        amount: amount?.toString() ?? null,
        agrees: isKnown,
        ...(!isKnown && { fault }),
      },
    ],
    ...(!isKnown && { fault }),
  };
}
