import type { ScriptReserve } from '../bitcoin/bitcoinSource.ts';
import type { UnreadScript } from '../bitcoin/partialReadingError.ts';
import { consistentOpinions } from '../core/findAgreement.ts';
import { reportLimits } from '../core/reportLimits.ts';
import type { Sats } from '../core/sats.ts';

/** What one operator's source says of all scripts. */
export interface ScriptsOpinion {
  readonly operator: string;
  /** One entry per script, in the same order for every opinion. */
  readonly scripts: readonly (ScriptReserve | UnreadScript)[];
}

/** Something that the operators say differently: an unspent output, or the sum of a script. */
export interface Dispute {
  readonly script: string;
  /** `txid:vout`; null where only sums can be compared. */
  readonly outpoint: string | null;
  /** By operator; null where the operator does not have the output. */
  readonly claims: readonly { readonly operator: string; readonly sats: Sats | null }[];
}

/** What the operators make of one script. */
export type ScriptAgreement =
  | {
      readonly kind: 'agreed';
      readonly reserve: ScriptReserve;
      /** Distinct operators that say so. */
      readonly operators: readonly string[];
    }
  /** With the operators of the view that most have. */
  | { readonly kind: 'disagreed'; readonly operators: readonly string[] }
  | { readonly kind: 'short'; readonly operators: readonly string[] };

export interface ScriptsAgreement {
  /** One entry per script. */
  readonly scripts: readonly ScriptAgreement[];
  /** Also those of a minority whom the quorum outvotes. */
  readonly disputes: readonly Dispute[];
}

/**
 * Compares what several operators say of the same scripts at the same block. Operators that list
 * outputs agree if every output is the same; one that gives only a sum agrees with whoever has that
 * sum. A script is agreed if exactly one such view has at least `quorum` operators; see
 * `consistentOpinions`.
 */
export function agreeOnScripts(
  opinions: readonly ScriptsOpinion[],
  count: number,
  quorum: number,
): ScriptsAgreement {
  const scripts: ScriptAgreement[] = [];
  const disputes: Dispute[] = [];
  for (let index = 0; index < count; index++) {
    const votes = votesOn(opinions, index);
    scripts.push(judge(votes, quorum));
    if (disputes.length < reportLimits.disputes) disputes.push(...disputesOf(votes));
  }
  return { scripts, disputes: disputes.slice(0, reportLimits.disputes) };
}

interface Vote {
  readonly operator: string;
  readonly reserve: ScriptReserve;
  /** Equal for votes with equal outputs; undefined for a sum alone. */
  readonly outputs: string | undefined;
}

function votesOn(opinions: readonly ScriptsOpinion[], index: number): readonly Vote[] {
  return opinions.flatMap(({ operator, scripts }) => {
    const reserve = scripts[index];
    if (!reserve || 'error' in reserve) return [];
    const { utxos, sats } = reserve;
    const outputs = utxos && [sats, ...utxos.map((one) => `${one.txid}:${one.vout}:${one.sats}`)];
    return { operator, reserve, outputs: outputs?.join(' ') };
  });
}

function agrees(one: Vote, other: Vote): boolean {
  return one.outputs === undefined || other.outputs === undefined
    ? one.reserve.sats === other.reserve.sats
    : one.outputs === other.outputs;
}

function judge(votes: readonly Vote[], quorum: number): ScriptAgreement {
  const honest = consistentOpinions(votes, agrees);
  // Views with outputs first: a sum alone joins each of them that has it, and is one of its own else.
  const views: Vote[] = [];
  for (const vote of [...honest].sort(detailFirst)) {
    if (!views.some((view) => agrees(view, vote))) views.push(vote);
  }
  const operatorsOf = (view: Vote) => [
    ...new Set(honest.filter((vote) => agrees(view, vote)).map(({ operator }) => operator)),
  ];
  const sufficient = views.filter((view) => operatorsOf(view).length >= quorum);
  const [view] = sufficient;
  if (view && sufficient.length === 1) {
    return { kind: 'agreed', reserve: view.reserve, operators: operatorsOf(view) };
  }
  const most = views
    .map(operatorsOf)
    .reduce<readonly string[]>((best, one) => (one.length > best.length ? one : best), []);
  const isSplit = views.length > 1 || honest.length < votes.length;
  return { kind: isSplit ? 'disagreed' : 'short', operators: most };
}

function detailFirst(one: Vote, other: Vote): number {
  return Number(one.outputs === undefined) - Number(other.outputs === undefined);
}

function disputesOf(votes: readonly Vote[]): readonly Dispute[] {
  const [first] = votes;
  if (!first) return [];
  const { script } = first.reserve;
  const detailed = votes.filter((vote) => vote.outputs !== undefined);
  const sums = new Set(votes.map(({ reserve }) => reserve.sats));
  const bySum =
    detailed.length < votes.length && sums.size > 1 ? [disputeOfSums(script, votes)] : [];
  const lists = new Set(detailed.map(({ outputs }) => outputs));
  return lists.size > 1 ? [...disputesOfOutputs(script, detailed), ...bySum] : bySum;
}

function disputeOfSums(script: string, votes: readonly Vote[]): Dispute {
  const claims = votes.map(({ operator, reserve }) => ({ operator, sats: reserve.sats }));
  return { script, outpoint: null, claims };
}

function disputesOfOutputs(script: string, votes: readonly Vote[]): readonly Dispute[] {
  const held = votes.map(({ operator, reserve }) => ({
    operator,
    outputs: new Map(reserve.utxos?.map((one) => [`${one.txid}:${one.vout}`, one.sats])),
  }));
  const outpoints = new Set(held.flatMap(({ outputs }) => [...outputs.keys()]));
  return [...outpoints].sort().flatMap((outpoint) => {
    const claims = held.map(({ operator, outputs }) => ({
      operator,
      sats: outputs.get(outpoint) ?? null,
    }));
    return claims.every(({ sats }) => sats === claims[0]?.sats)
      ? []
      : [{ script, outpoint, claims }];
  });
}
