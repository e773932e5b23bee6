import type { Report, ReportPoint } from '../../src/attest/report.ts';
import type { BitcoinModel, ModelCoins } from './bitcoinModel.ts';
import { isTruthful } from './leagues.ts';
import type { SimulationResult } from './simulation.ts';

/** One after the other, at most. */
const callsOfLastLook = 5;

/** What a report says of the reserves that the model does not. */
export function judgeReserves({ reserves, window }: Report, result: SimulationResult): string[] {
  const { asset, bitcoin } = result.world;
  const { point, tip } = reserves;
  const faults: string[] = [];
  // The tip, where the window ends, is one source's word.
  for (const block of result.bitcoin.every(isTruthful) ? [point, tip] : [point]) {
    if (block && !isKnown(bitcoin, block)) faults.push(`names ${block.hash}, which never was`);
  }
  if (!point) return reserves.sats === null ? faults : [...faults, 'has reserves of no block'];
  if (faults.length > 0) return faults;
  const coins = bitcoin.coinsAt(point.hash);
  const total = sumOf(coins);
  if (reserves.sats !== null && BigInt(reserves.sats) !== total) {
    faults.push(`has ${reserves.sats} sats at ${point.hash}, the model has ${total}`);
  }
  if (reserves.atLeast && BigInt(reserves.atLeast.sats) > total) {
    faults.push(`is certain of ${reserves.atLeast.sats} sats where there are ${total}`);
  }
  const scripts = new Map(asset.custody.map(({ address, script }) => [address, script]));
  for (const { address, sats, utxos } of reserves.addresses) {
    const mine = [...coins.values()].filter(({ script }) => script === scripts.get(address));
    const sum = mine.reduce((all, one) => all + one.sats, 0n);
    if (sats !== null && BigInt(sats) !== sum) {
      faults.push(`has ${sats} sats at ${address}, the model has ${sum}`);
    }
    if (utxos !== null && utxos !== mine.length) {
      faults.push(`has ${utxos} outputs at ${address}, the model has ${mine.length}`);
    }
  }
  return [
    ...faults,
    ...judgePoint(reserves, point, result),
    ...judgeMoment(reserves, point, result),
    ...judgeObservations(reserves, total, result),
    ...judgeDisputes(reserves, coins, scripts, result),
    ...judgeWindow(window, point, tip, result),
  ];
}

/** Enough operators name the block, and where all are sound it still stood when they were asked last. */
function judgePoint(
  { sats, observations }: Report['reserves'],
  point: ReportPoint,
  { schedule, bitcoin, leftAt, elapsed }: SimulationResult,
): string[] {
  const naming = observations.filter((one) => one.point?.hash === point.hash);
  const operators = new Set(naming.map(({ operator }) => operator)).size;
  const faults: string[] = [];
  if (operators < schedule.quorum)
    faults.push(`names a block on the word of ${operators} operators`);
  const slowest = Math.max(...bitcoin.map(({ plan }) => plan.latency[1]));
  const left = leftAt.get(point.hash);
  const sound = bitcoin.every(({ plan }) => plan.fault === undefined);
  if (sound && sats !== null && left !== undefined && left < elapsed - callsOfLastLook * slowest) {
    faults.push(`names a block that was gone ${elapsed - left} ms before the end`);
  }
  return faults;
}

/** The moment is the median of times that blocks around this one have, and so many were there. */
function judgeMoment(
  { moment }: Report['reserves'],
  point: ReportPoint,
  { world }: SimulationResult,
): string[] {
  if (!moment) return ['names no moment'];
  const above = moment.toHeight - point.height;
  const faults: string[] = [];
  if (moment.fromHeight !== Math.max(0, point.height - 5))
    faults.push('begins its moment elsewhere');
  if (!world.bitcoin.momentsOf(point.hash, above).has(moment.time)) {
    faults.push(`has the moment ${moment.time}, which no blocks around ${point.hash} have`);
  }
  const isWhole = moment.toHeight - moment.fromHeight === 10;
  if (moment.doubtSeconds !== (isWhole ? 0 : 7_200)) faults.push('doubts its moment wrongly');
  return faults;
}

function judgeObservations(
  { observations, sats: agreed }: Report['reserves'],
  total: bigint,
  { bitcoin }: SimulationResult,
): string[] {
  return observations.flatMap(({ source, sats, agrees }) => {
    const known = bitcoin.find(({ id }) => id === source);
    if (!known) return [`hears ${source}, which was not asked`];
    if (sats === null) return [];
    if (agrees && agreed !== null && sats !== agreed) return [`has ${source} agree with ${sats}`];
    return isTruthful(known) && BigInt(sats) !== total
      ? [`heard ${sats} sats of ${source}, the model has ${total}`]
      : [];
  });
}

/** Each claim of an operator who tells the truth is what the model has. */
function judgeDisputes(
  { disputes }: Report['reserves'],
  coins: ModelCoins,
  scripts: ReadonlyMap<string, string>,
  { bitcoin }: SimulationResult,
): string[] {
  return disputes.flatMap(({ address, outpoint, claims }) => {
    if (new Set(claims.map(({ sats }) => sats)).size < 2) return ['disputes what all agree on'];
    const mine = [...coins.values()].filter(({ script }) => script === scripts.get(address));
    const sum = mine.reduce((all, one) => all + one.sats, 0n);
    const truth = outpoint === null ? sum : (coins.get(outpoint)?.sats ?? null);
    return claims.flatMap(({ operator, sats }) => {
      const own = bitcoin.filter(({ plan }) => plan.operator === operator);
      const honest = own.length > 0 && own.every(isTruthful);
      return honest && sats !== (truth?.toString() ?? null)
        ? [`has ${operator} claim ${sats} of ${outpoint ?? address}, the model has ${truth}`]
        : [];
    });
  });
}

/** Each end of the window is what custody held after some block from the audited one on. */
function judgeWindow(
  window: Report['window'],
  point: ReportPoint,
  tip: ReportPoint | null,
  { bitcoin: sources, world: { bitcoin } }: SimulationResult,
): string[] {
  // A source that errs above the audited block alone is not outvoted there; and one whose answers
  // come from several servers may know of less above it for one address than for another.
  const reliable = sources.every(
    (source) => isTruthful(source) && source.plan.fault?.kind !== 'strays',
  );
  if (!window || !tip || !reliable) return [];
  const sums = new Set<bigint>();
  const above = [point.hash];
  for (const hash of above) {
    sums.add(sumOf(bitcoin.coinsAt(hash)));
    above.push(...bitcoin.children(hash));
  }
  const { lowestSats, highestSats } = window.reserves;
  return [lowestSats, highestSats].flatMap((sats) =>
    sums.has(BigInt(sats)) ? [] : [`has ${sats} sats in its window, which never were`],
  );
}

function isKnown(bitcoin: BitcoinModel, { height, hash, time }: ReportPoint): boolean {
  const header = bitcoin.block(hash)?.header;
  return header?.height === height && header.timestamp === time;
}

function sumOf(coins: ModelCoins): bigint {
  let sum = 0n;
  for (const { sats } of coins.values()) sum += sats;
  return sum;
}
