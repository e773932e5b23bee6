import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '../core/assayError.ts';
import { type TokenId, tokenIdParts } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import type { Deployment } from '../registry/asset.ts';
import type { HoldingToRead } from '../supply/holdingReader.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';
import type { Patience } from './askSources.ts';
import type { DeploymentReading } from './observeDeployments.ts';
import type { AgreedHolding } from './observeHoldings.ts';
import { observeLatest } from './observeLatest.ts';
import { observeLatestHoldings } from './observeLatestHoldings.ts';
import type { TokenSupplyReading } from './observeSupply.ts';
import type { Pause } from './retryMoved.ts';

/** Servers may lag behind each other: both are read again until they speak of a later block. */
const attempts = 4;
/** Before the second attempt; doubled before each further one. */
const firstPauseMs = 500;

/** A figure, and the blocks between which it holds. */
interface Figure {
  readonly amount: bigint | AssayError;
  readonly point: ChainPoint | null;
  readonly around?: { readonly to: ChainPoint };
}

/**
 * Holdings that were read as of now, as they may be taken off supplies that were read before them:
 * both are read once more, and only what did not change in between was so at one moment. What is minted
 * to a holder after the supply was read, or moves from one holder to another, would else be taken off
 * though nobody counted it. All holdings of such a token are unknown. Those that were read at a block,
 * or of whose token the supply is not known, are given back as they are.
 */
export async function confirmHoldings(
  held: readonly AgreedHolding[],
  deployments: readonly DeploymentReading[],
  quorum: number,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience?: Patience,
  pause: Pause = (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
): Promise<readonly AgreedHolding[]> {
  const supplies = new Map(deployments.map((one) => [one.deployment.token, one]));
  const doubtful = held.filter(({ token, isNow, amount }) => {
    const supply = supplies.get(token)?.reading.amount;
    return isNow && typeof amount === 'bigint' && typeof supply === 'bigint';
  });
  const chains = new Set(doubtful.map(({ token }) => tokenIdParts(token).chain));
  const perChain = await Promise.all(
    [...chains].map((chain) => {
      const own = doubtful.filter(({ token }) => tokenIdParts(token).chain === chain);
      const read = [...new Set(own.map(({ token }) => token))].flatMap(
        (token) => supplies.get(token) ?? [],
      );
      const servers = sources.filter((source) => source.chain === chain).filter(isLatest);
      return confirmChain(
        own,
        read,
        (tokens, holdings) =>
          Promise.all([
            observeLatest(servers, { tokens, besides: [] }, quorum, context, patience),
            observeLatestHoldings(holdings, servers, quorum, context, patience),
          ]),
        (milliseconds) => pause(milliseconds, context.signal),
      );
    }),
  );
  const faults = new Map(perChain.flat());
  return held.map((one) => {
    const fault = doubtful.includes(one) ? faults.get(one.token) : undefined;
    return fault ? { ...one, amount: fault } : one;
  });
}

/** The tokens of one chain whose holdings cannot be taken off, each with the reason. */
async function confirmChain(
  held: readonly AgreedHolding[],
  supplies: readonly DeploymentReading[],
  readAgain: (
    tokens: readonly Deployment[],
    holdings: readonly HoldingToRead[],
  ) => Promise<readonly [readonly TokenSupplyReading[], readonly AgreedHolding[]]>,
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<readonly (readonly [TokenId, AssayError])[]> {
  const faults = new Map<TokenId, AssayError>();
  let open = supplies;
  for (let attempt = 0; attempt < attempts && open.length > 0; attempt++) {
    if (attempt > 0) await pause(firstPauseMs * 2 ** (attempt - 1));
    const tokens = open.map(({ deployment }) => deployment);
    const asked = held.filter(({ token }) => tokens.some((one) => one.token === token));
    const [supplied, heldAgain] = await readAgain(tokens, asked);
    open = open.filter(({ deployment: { token }, reading }) => {
      const isOwn = (one: { readonly token: TokenId }) => one.token === token;
      const first = [reading, ...asked.filter(isOwn)];
      const again = [...supplied.filter(isOwn), ...heldAgain.filter(isOwn)];
      if (!isLater(first, again)) {
        faults.set(token, unconfirmed(token));
        return true;
      }
      const isSame = first.every(({ amount }, index) => amount === again[index]?.amount);
      if (isSame) faults.delete(token);
      else faults.set(token, changed(token));
      return false;
    });
  }
  return [...faults];
}

/** Whether all is known once more, and of no earlier block than any of the first figures may be of. */
function isLater(first: readonly Figure[], again: readonly Figure[]): boolean {
  const last = Math.max(
    ...first.map(({ point, around }) => (around?.to ?? point)?.height ?? Infinity),
  );
  return (
    first.length === again.length &&
    again.every(
      ({ amount, point }) => typeof amount === 'bigint' && point !== null && point.height >= last,
    )
  );
}

function changed(token: TokenId): AssayError {
  return new AssayError('SUPPLY_SOURCES_DISAGREE', {
    message: `the supply of ${token}, or what is to be taken off it, changed while they were read one after the other`,
    fix: 'Ask again: it holds still most of the time.',
  });
}

function unconfirmed(token: TokenId): AssayError {
  return new AssayError('SUPPLY_QUORUM_NOT_MET', {
    message: `that the supply of ${token} held still while what is to be taken off it was read could not be confirmed`,
  });
}
