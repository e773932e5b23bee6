import type { Report } from '../../src/attest/report.ts';
import { bitcoinNetworks } from '../../src/core/bitcoinNetwork.ts';
import { TokenId, tokenIdParts } from '../../src/core/caip.ts';
import { type ControlGrade, controlGrades } from '../../src/core/controlGrade.ts';
import { Sats } from '../../src/core/sats.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import type { Reason } from '../../src/reconcile/reconciliation.ts';
import { sumGrades } from '../../src/reconcile/sumGrades.ts';
import { type SampleLiability, sampleFormula, sampleLiabilityEntry } from './sampleLiability.ts';

export interface SampleDeployment {
  readonly token: string;
  readonly amount: bigint | null;
  readonly decimals: number;
  /** Seconds that its block lies before the Bitcoin block. */
  readonly skewSeconds: number;
}

/** What a sample report is made of; everything else in it follows. */
export interface SampleFigures {
  /** Satoshis of each custody address; null where not known. */
  readonly addresses: readonly (bigint | null)[];
  readonly deployments: readonly SampleDeployment[];
  /** Null where the supply is the plain sum. */
  readonly liability: SampleLiability | null;
  readonly gaps: readonly ('reserves' | 'supply')[];
  readonly faults: readonly Reason[];
  readonly maxSkewSeconds: number;
  readonly maxAgeSeconds: number | null;
  readonly observedAt: number;
  readonly withWindow: boolean;
  /**
   * How far the block's own time lies ahead of its moment, and how many blocks above it tell that; null
   * for an old report, which has no moment.
   */
  readonly moment: { readonly aheadSeconds: number; readonly above: number } | null;
}

const regtest = bitcoinNetworks.find(({ name }) => name === 'regtest');
const bitcoinChain = regtest?.chain ?? '';
const bitcoinTime = 1_763_800_000;

/** A block hash, different for each number. */
function hashOf(number: number): string {
  return number.toString(16).padStart(64, '0');
}

/** Each grade in turn. */
function gradeOf(index: number): ControlGrade {
  return controlGrades[index % controlGrades.length] ?? 'claimed';
}

/** 40 addresses with 1 BTC each against 39.5 BTC in two deployments of 8 and 18 decimals: backed. */
export const sampleFigures: SampleFigures = {
  addresses: Array.from({ length: 40 }, () => 100_000_000n),
  deployments: [
    {
      token: 'eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3',
      amount: 1_950_000_000n,
      decimals: 8,
      skewSeconds: 12,
    },
    {
      token: 'eip155:31338/erc20:0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512',
      amount: 20n * 10n ** 18n,
      decimals: 18,
      skewSeconds: -3,
    },
  ],
  liability: null,
  gaps: [],
  faults: [],
  maxSkewSeconds: 3600,
  maxAgeSeconds: 21_600,
  observedAt: 1_763_803_600,
  withWindow: true,
  moment: null,
};

/** A report that agrees with itself, whatever the figures; the verdict is what they give. */
export function sampleReport(changes: Partial<SampleFigures> = {}): Report {
  const figures = { ...sampleFigures, ...changes };
  const total = sumKnown(figures.addresses);
  const point = {
    chain: bitcoinChain,
    height: 895_000,
    hash: hashOf(895_000),
    time: bitcoinTime + (figures.moment?.aheadSeconds ?? 0),
  };
  const doubtSeconds = figures.moment && figures.moment.above < 5 ? 7200 : 0;
  const supplies = figures.deployments.map(({ token, amount, decimals }) => ({
    token: TokenId(token),
    amount,
    decimals,
  }));
  const known = figures.addresses.flatMap((sats) => sats ?? []);
  const { liability } = figures;
  const unread = liability?.excluded.filter(({ amount }) => amount === null) ?? [];
  const pointOn = (chain: string) => {
    const index = figures.deployments.findIndex(({ token }) => token.startsWith(`${chain}/`));
    const height = 21_000_000 + index;
    const skewSeconds = figures.deployments[index]?.skewSeconds ?? 5;
    return { chain, height, hash: `0x${hashOf(height)}`, time: bitcoinTime - skewSeconds };
  };
  const result = reconcile({
    reserves: total === null ? null : Sats(total),
    reservesAtLeast: total === null && known.length > 0 ? Sats(sumKnown(known) ?? 0n) : null,
    supplies,
    ...(liability && { liability: sampleFormula(liability) }),
    unreadHoldings: unread.map(({ token }) => ({
      code: 'SOURCE_TIMEOUT',
      message: 'no answer',
      subject: token,
    })),
    skewSeconds: figures.deployments.reduce<number | null>(
      (largest, one) => Math.max(largest ?? 0, Math.abs(one.skewSeconds) + doubtSeconds),
      null,
    ),
    maxSkewSeconds: figures.maxSkewSeconds,
    ageSeconds: figures.observedAt - bitcoinTime,
    maxAgeSeconds: figures.maxAgeSeconds,
    gaps: figures.gaps.map((side) => ({
      side,
      reason: { code: 'COVERAGE_PARTIAL', message: `Some of the ${side} is not listed.` },
    })),
    faults: figures.faults,
    window:
      figures.withWindow && total !== null && !liability
        ? {
            lowestReserves: Sats(total),
            highestReserves: Sats(total),
            lowestSupply: supplies,
            highestSupply: supplies,
          }
        : null,
  });
  const shares = sumGrades(
    figures.addresses.map((sats, index) => ({ grade: gradeOf(index), sats })),
    result.ratio === null ? null : (result.supply ?? result.supplyBounds.atMost),
  );
  const shareOf = (grade: ControlGrade) => {
    const { addresses, sats, ratio } = shares[grade];
    return { addresses, sats: sats === null ? null : sats.toString(), ratio };
  };
  const coreObservation = {
    source: 'core+http://127.0.0.1:18443',
    operator: '127.0.0.1:18443',
    kind: 'core',
    point,
    sats: total === null ? null : total.toString(),
    agrees: total !== null,
  };
  return {
    schema: 'assay.report/1',
    asset: { id: 'dbtc', name: 'Demo Bitcoin', symbol: 'dBTC' },
    verdict: result.verdict,
    restsOnBounds: result.restsOnBounds,
    reasons: result.reasons.map((reason) => ({ ...reason })),
    reserves: {
      sats: total === null ? null : total.toString(),
      atLeast:
        known.length === 0 || total !== null
          ? null
          : {
              sats: sumKnown(known)?.toString() ?? '',
              addresses: known.length,
              of: figures.addresses.length,
            },
      agreement: { operators: known.length > 0 ? 1 : 0, of: 1 },
      disputes: [],
      complete: result.complete.reserves,
      point,
      ...(figures.moment && {
        moment: {
          time: bitcoinTime,
          doubtSeconds,
          fromHeight: point.height - 5,
          toHeight: point.height + figures.moment.above,
        },
      }),
      tip: { ...point, height: point.height + 5, hash: hashOf(895_005), time: bitcoinTime + 3000 },
      addresses: figures.addresses.map((sats, index) => ({
        address: `bcrt1q${index.toString().padStart(38, 'q')}`,
        sats: sats === null ? null : sats.toString(),
        utxos: sats === null ? null : 1,
        grade: gradeOf(index),
      })),
      utxos: total === null ? null : figures.addresses.length,
      grades: {
        proven: shareOf('proven'),
        derived: shareOf('derived'),
        published: shareOf('published'),
        claimed: shareOf('claimed'),
      },
      observations: [coreObservation],
    },
    supply: {
      amount: result.supply === null ? null : result.supply.toString(),
      decimals: 18,
      ...(liability && { liability: sampleLiabilityEntry(liability, pointOn) }),
      atLeast: result.supplyBounds.atLeast && {
        ...result.supplyBounds.atLeast,
        amount: result.supplyBounds.atLeast.amount.toString(),
        of: supplies.length,
      },
      atMost:
        result.supplyBounds.atMost === null
          ? null
          : {
              amount: result.supplyBounds.atMost.toString(),
              deployments: supplies.length,
              of: supplies.length,
            },
      complete: result.complete.supply,
      deployments: figures.deployments.map(({ token, amount, decimals, skewSeconds }, index) => {
        const { chain } = tokenIdParts(TokenId(token));
        const block = {
          chain,
          height: 21_000_000 + index,
          hash: `0x${hashOf(21_000_000 + index)}`,
          time: bitcoinTime - skewSeconds,
        };
        return {
          token,
          symbol: 'dBTC',
          amount: amount === null ? null : amount.toString(),
          decimals,
          point: block,
          around: null,
          finality: block && 'finalized',
          skewSeconds,
          agreement: { operators: amount === null ? 0 : 1, of: 1 },
          observations: [
            {
              source: 'http://127.0.0.1:8545',
              operator: '127.0.0.1:8545',
              kind: 'evm',
              point: block,
              amount: amount === null ? null : amount.toString(),
              agrees: amount !== null,
            },
          ],
        };
      }),
    },
    surplus: result.surplus === null ? null : { amount: result.surplus.toString(), decimals: 18 },
    ratio: result.ratio,
    window: result.window && {
      fromHeight: point.height,
      toHeight: point.height + 5,
      reserves: {
        lowestSats: result.window.reserves.lowest.toString(),
        highestSats: result.window.reserves.highest.toString(),
      },
      supply: {
        lowest: result.window.supply.lowest.toString(),
        highest: result.window.supply.highest.toString(),
        decimals: 18,
      },
      holdsAcrossWindow: result.window.holdsAcrossWindow,
    },
    policy: {
      confirmations: 6,
      maxSkewSeconds: figures.maxSkewSeconds,
      maxAgeSeconds: figures.maxAgeSeconds,
      validForSeconds: 86_400,
      quorum: 1,
      maxProofAgeDays: 90,
      pairing: 'aligned',
    },
    registryDigest: `0x${'ab'.repeat(32)}`,
    graph: null,
    claims: [],
    evidence: null,
    observedAt: figures.observedAt,
    validUntil: figures.observedAt + (figures.maxAgeSeconds === null ? 0 : 86_400),
    notProven: ['That an output is unspent rests on the sources named.'],
  };
}

function sumKnown(amounts: readonly (bigint | null)[]): bigint | null {
  let sum = 0n;
  for (const amount of amounts) {
    if (amount === null) return null;
    sum += amount;
  }
  return sum;
}
