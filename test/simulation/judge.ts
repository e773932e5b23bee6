import { checkReport } from '../../src/attest/checkReport.ts';
import { Report } from '../../src/attest/report.ts';
import { AssayError } from '../../src/core/assayError.ts';
import { judgeLiveness } from './judgeLiveness.ts';
import { judgeReserves } from './judgeReserves.ts';
import { judgeSupply } from './judgeSupply.ts';
import { largestLeague } from './leagues.ts';
import { patience, type SimulationResult } from './simulation.ts';

/** What a simulation ended in, and what is wrong with that. */
export interface Judgement {
  readonly verdict: Report['verdict'] | 'refused';
  /** Empty if everything is as the models have it. */
  readonly faults: readonly string[];
  /** Whether the figures of each side were compared: where a quorum lies in league, it decides. */
  readonly compared: boolean;
  readonly live: boolean;
}

/** Attempts, and in each the tip, the point, the readings of two sides and the last look. */
const longestMs = 5 * 6 * patience.deadlineMs + 10_000;

/** Compares a report with the models, figure by figure. */
export function judge(result: SimulationResult): Judgement {
  const { outcome, schedule } = result;
  const late = result.elapsed > longestMs ? [`took ${result.elapsed} ms`] : [];
  const live = judgeLiveness(result);
  if ('thrown' in outcome) {
    const { thrown } = outcome;
    const asked = schedule.depthAsked !== undefined;
    const isRefusal =
      asked && thrown instanceof AssayError && thrown.code === 'BITCOIN_HEIGHT_ABOVE_TIP';
    const faults = isRefusal ? late : [...late, `threw ${String(thrown)}`];
    return { verdict: 'refused', faults, compared: false, live: false };
  }
  const report = Report.parse(outcome.report);
  const faults = [...late, ...live.faults, ...contradictions(report)];
  const bitcoinDecides = largestLeague(result.bitcoin) < schedule.quorum;
  const supplyDecides = [...result.world.tokens.keys()].every(
    (chain) =>
      largestLeague(result.supply.filter(({ plan }) => 'chain' in plan && plan.chain === chain)) <
      schedule.quorum,
  );
  if (bitcoinDecides) faults.push(...judgeReserves(report, result));
  if (supplyDecides) faults.push(...judgeSupply(report, result));
  const compared = bitcoinDecides && supplyDecides;
  if (compared) faults.push(...judgeVerdict(report, result));
  return { verdict: report.verdict, faults, compared, live: live.expected };
}

function contradictions(report: Report): string[] {
  try {
    checkReport(report);
    return [];
  } catch (thrown) {
    return [`contradicts itself: ${String(thrown)}`];
  }
}

/** The verdict on what the models hold at the two sides' blocks. */
function judgeVerdict(report: Report, { world }: SimulationResult): string[] {
  if (report.verdict === 'indeterminate') return [];
  const { point } = report.reserves;
  if (!point) return ['gives a verdict without a block'];
  let difference = 0n;
  for (const { sats } of world.bitcoin.coinsAt(point.hash).values()) {
    difference += sats * 10n ** 10n;
  }
  for (const { token, decimals, point: block } of report.supply.deployments) {
    const [chain = '', reference = ''] = token.replace('eip155:', '').split('/erc20:');
    const held = world.tokens.get(Number(chain))?.block(block?.hash ?? '');
    const supply = held?.supplies.get(reference.toLowerCase());
    if (supply === undefined) return [`gives a verdict without the supply of ${token}`];
    difference -= supply * 10n ** BigInt(18 - decimals);
  }
  const expected = difference >= 0n ? 'backed' : 'under-backed';
  return report.verdict === expected
    ? []
    : [`says ${report.verdict}, the models say ${expected} by ${difference}`];
}
