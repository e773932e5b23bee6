import type { Report } from '../../src/attest/report.ts';
import { isTruthful } from './leagues.ts';
import type { SimulationResult } from './simulation.ts';

type Deployment = Report['supply']['deployments'][number];

/** What a report says of the supply that the models do not. */
export function judgeSupply({ supply, reserves }: Report, result: SimulationResult): string[] {
  return supply.deployments.flatMap((one) => [
    ...judgeFigure(one, result),
    ...judgeMoment(one, reserves.moment?.time, result),
  ]);
}

function judgeFigure(
  { token, amount, point, observations }: Deployment,
  { supply: sources, world }: SimulationResult,
): string[] {
  const [chain = '', reference = ''] = token.replace('eip155:', '').split('/erc20:');
  const model = world.tokens.get(Number(chain));
  const faults: string[] = [];
  const supplyAt = (hash: string | undefined) =>
    model?.block(hash ?? '')?.supplies.get(reference.toLowerCase());
  if (point) {
    const block = model?.block(point.hash);
    if (block?.height !== point.height || block.time !== point.time) {
      return [`names ${point.hash}, which never was`];
    }
  }
  if (amount !== null && BigInt(amount) !== supplyAt(point?.hash)) {
    faults.push(`has a supply of ${amount}, the model has ${supplyAt(point?.hash)}`);
  }
  for (const { source, operator, amount: heard, point: at, agrees } of observations) {
    const others = observations.filter((one) => one.operator === operator && one.amount !== null);
    if (agrees && others.some((one) => one.amount !== heard)) {
      faults.push(`has ${operator} agree, who contradicts himself`);
    }
    const known = sources.find(({ id }) => id === source);
    if (!known) faults.push(`hears ${source}, which was not asked`);
    if (agrees && (heard === null || heard !== amount)) faults.push(`has ${source} agree`);
    if (!known || heard === null || !isTruthful(known)) continue;
    if (BigInt(heard) !== supplyAt(at?.hash)) {
      faults.push(`heard a supply of ${heard} from ${source}, the model has another`);
    }
  }
  return faults;
}

/** The block is the last final one that is not after the moment of the Bitcoin block. */
function judgeMoment(
  { token, point }: Deployment,
  time: number | undefined,
  { schedule, supply, world }: SimulationResult,
): string[] {
  if (!point || time === undefined || schedule.pairing === 'finalized') return [];
  if (point.time > time) return [`reads ${token} after the moment`];
  const chain = Number(point.chain.replace('eip155:', ''));
  const behind = supply.some(
    ({ plan }) =>
      'chain' in plan &&
      plan.chain === chain &&
      ['lags', 'stuck', 'strays'].includes(plan.fault?.kind ?? ''),
  );
  if (behind) return [];
  const model = world.tokens.get(chain);
  const next = model?.view.blocks[point.height + 1];
  const isFinal = next !== undefined && next.height <= world.finalAtBegin(chain);
  return isFinal && next.time <= time ? [`reads ${token} before the moment`] : [];
}
