import { accountKey, tokenKey } from '../core/accountKey.ts';
import { AssayError } from '../core/assayError.ts';
import { type TokenId, tokenIdParts } from '../core/caip.ts';
import { type Fixed18, fixed18Decimals, toFixed18, unknownAmount } from '../core/fixed18.ts';
import type { SupplyFigure } from './reconciliation.ts';
import { scaleAmount } from './scaleAmount.ts';

/** A holding that is taken off the supply of its deployment, in that deployment's units. */
export interface ExcludedHolding {
  readonly token: TokenId;
  readonly holder: string;
  readonly amount: bigint | null;
  /**
   * For a lockbox: the canonical deployments that are copies of what lies there. No more is taken off
   * than is counted there: what is locked and not yet minted is owed all the same.
   */
  readonly countedAs?: readonly TokenId[] | undefined;
}

/** How much BTC one token stands for. */
export interface TokenRate {
  readonly token: TokenId;
  /** With `decimals` places; null where it was not read. */
  readonly rate: bigint | null;
  readonly decimals: number;
}

export interface LiabilityInput {
  /** The canonical deployments, each once. */
  readonly supplies: readonly SupplyFigure[];
  /** Each holder of a token once, and only of those deployments. */
  readonly exclusions: readonly ExcludedHolding[];
  /** At most one for a token; a token without one stands for one BTC. */
  readonly rates: readonly TokenRate[];
}

/** What the issuer owes, in BTC with 18 decimals. */
export interface Liability {
  /** Null unless every figure is known. */
  readonly amount: Fixed18 | null;
  /** What is certain: it is not less. Equal to `amount` where that is known; null where nothing is. */
  readonly atLeast: Fixed18 | null;
  /** How many deployments are in `atLeast`: of the others nothing is certain. */
  readonly boundedBelow: number;
  /** It is not more. Null where a supply or a rate is not known: then there is no limit. */
  readonly atMost: Fixed18 | null;
  /** Deployments whose excluded holdings exceed the supply: one of the readings is wrong. */
  readonly contradictory: readonly TokenId[];
}

/** What is owed on one deployment; null where there is no such bound. */
interface Bounds {
  readonly least: bigint | null;
  readonly most: bigint | null;
}

/**
 * What the issuer owes: the canonical supplies, less what is excluded of each, times the rate of the
 * token where it has one. Exact until the end, where the sum is rounded UP to 18 decimals and never in
 * the issuer's favour: an amount that is owed in part is owed.
 *
 * A holding that is not known may be anything from nothing to the whole supply, so that the supply
 * limits the liability from above alone. A lockbox whose copies are not known takes off something from
 * nothing to all that lies there; and one whose copies are locked in their turn, with these or without
 * them. Where excluded holdings exceed the supply that they are part
 * of, the readings contradict each other, and neither is used.
 *
 * @throws AssayError REGISTRY_DUPLICATE_DEPLOYMENT if a deployment is given twice, has two rates, or is
 * counted as the copies of two holdings, REGISTRY_DUPLICATE_CONTRACT if a holding is, REGISTRY_REFERENCE_UNKNOWN if one is of no deployment given
 * @example
 * sumLiability({
 *   supplies: [{ token, amount: 100n, decimals: 8 }],
 *   exclusions: [{ token, holder, amount: 40n }],
 *   rates: [],
 * }).amount // 600_000_000_000n, which is 0.0000006 BTC
 */
export function sumLiability(input: LiabilityInput): Liability {
  refuseMistakes(input);
  const { supplies, exclusions, rates } = input;
  const places = Math.max(0, ...rates.map(({ decimals }) => (isPlaces(decimals) ? decimals : 0)));
  const contradictory = supplies.filter((supply) => contradicts(supply, exclusions));
  const bounds = supplies.map((supply): Bounds => {
    const net = boundNet(supply, exclusions, supplies, rates);
    const factor = findFactor(supply.token, rates, places);
    if (factor === null) return { least: null, most: null };
    return {
      least: net.least === null ? null : net.least * factor,
      most: net.most === null ? null : net.most * factor,
    };
  });
  const unit = 10n ** BigInt(places);
  const least = bounds.flatMap((one) => one.least ?? []);
  const most = bounds.flatMap((one) => one.most ?? []);
  const isBounded = supplies.length > 0 && most.length === supplies.length;
  const isKnown = isBounded && bounds.every((one) => one.least === one.most);
  const atMost = isBounded ? toAmount((sum(most) + unit - 1n) / unit) : null;
  const atLeast = least.length > 0 ? toAmount(sum(least) / unit) : null;
  return {
    amount: isKnown ? atMost : null,
    atLeast: isKnown ? atMost : atLeast,
    boundedBelow: atLeast === null ? 0 : least.length,
    atMost,
    contradictory: contradictory.map(({ token }) => token),
  };
}

/** The supply less what is excluded, with 18 decimals. */
function boundNet(
  supply: SupplyFigure,
  exclusions: readonly ExcludedHolding[],
  supplies: readonly SupplyFigure[],
  rates: readonly TokenRate[],
): Bounds {
  const amount = scaleAmount(supply.amount, supply.decimals);
  if (amount === null || contradicts(supply, exclusions)) return { least: null, most: null };
  const mine = exclusions
    .filter(({ token }) => token === supply.token)
    .map((one) => boundTakeOff(one, supply, supplies, exclusions, rates));
  const most = mine.flatMap((one) => one.most ?? []);
  return {
    least: most.length === mine.length ? amount - sum(most) : null,
    most: amount - sum(mine.map((one) => one.least ?? 0n)),
  };
}

function contradicts(
  { token, amount }: SupplyFigure,
  exclusions: readonly ExcludedHolding[],
): boolean {
  const mine = exclusions.filter((one) => one.token === token);
  return amount !== null && sum(mine.flatMap((one) => knownAmount(one) ?? [])) > amount;
}

/** How much a holding takes off, with 18 decimals. */
function boundTakeOff(
  { amount, countedAs }: ExcludedHolding,
  { token: own, decimals }: SupplyFigure,
  supplies: readonly SupplyFigure[],
  exclusions: readonly ExcludedHolding[],
  rates: readonly TokenRate[],
): Bounds {
  const held = scaleAmount(amount, decimals);
  if (held === null) return { least: 0n, most: null };
  if (countedAs === undefined) return { least: held, most: held };
  let countedLeast = 0n;
  let countedMost = 0n;
  for (const token of countedAs) {
    const copy = supplies.find((one) => one.token === token);
    const minted = copy ? scaleAmount(copy.amount, copy.decimals) : null;
    // What is excluded of the copy is not counted there, nor is it worth the same at another rate.
    const excluded = exclusions
      .filter((one) => one.token === token)
      .map((one) => ({
        held: copy ? scaleAmount(one.amount, copy.decimals) : null,
        isLockbox: one.countedAs !== undefined,
      }));
    const isCounted =
      copy !== undefined &&
      minted !== null &&
      token !== own &&
      excluded.every(({ held }) => held !== null) &&
      !contradicts(copy, exclusions) &&
      rateText(token, rates) === rateText(own, rates);
    if (!isCounted) return { least: 0n, most: held };
    // What lies in a lockbox of the copy is counted once more, or not: it depends on that one's copies.
    const gone = excluded.filter(({ isLockbox }) => !isLockbox);
    countedLeast += minted - sum(excluded.flatMap((one) => one.held ?? []));
    countedMost += minted - sum(gone.flatMap((one) => one.held ?? []));
  }
  return {
    least: held < countedLeast ? held : countedLeast,
    most: held < countedMost ? held : countedMost,
  };
}

function rateText(token: TokenId, rates: readonly TokenRate[]): string {
  const rate = rates.find((one) => one.token === token);
  return rate ? `${rate.rate} ${rate.decimals}` : '';
}

/** A negative holding is no reading. */
function knownAmount({ amount }: ExcludedHolding): bigint | null {
  return amount === null || amount < 0n ? null : amount;
}

/** The rate with `places` decimals; null where it is not known, or is none: zero or below. */
function findFactor(token: TokenId, rates: readonly TokenRate[], places: number): bigint | null {
  const found = rates.find((one) => one.token === token);
  if (!found) return 10n ** BigInt(places);
  const { rate, decimals } = found;
  if (rate === null || rate <= 0n || !isPlaces(decimals)) return null;
  return rate * 10n ** BigInt(places - decimals);
}

function isPlaces(decimals: number): boolean {
  return Number.isInteger(decimals) && decimals >= 0 && decimals <= 255;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

/** Null where the statement's uint256 cannot carry it. */
function toAmount(amount: bigint): Fixed18 | null {
  return amount < unknownAmount ? toFixed18(amount, fixed18Decimals) : null;
}

function refuseMistakes({ supplies, exclusions, rates }: LiabilityInput): void {
  refuseTwice(supplies, 'the supply of');
  refuseTwice(rates, 'the rate of');
  const tokens = new Set(supplies.map(({ token }) => token));
  const seen = new Set<string>();
  for (const { token, holder } of exclusions) {
    if (!tokens.has(token)) {
      throw new AssayError('REGISTRY_REFERENCE_UNKNOWN', {
        message: `a holding of ${token} is excluded, and its supply is not given`,
      });
    }
    // However the two are written: what one account holds is taken off once.
    const name = `${tokenKey(token)} ${accountKey(tokenIdParts(token).chain, holder)}`;
    if (seen.has(name)) {
      throw new AssayError('REGISTRY_DUPLICATE_CONTRACT', {
        message: `what ${holder} holds of ${token} is excluded twice`,
      });
    }
    seen.add(name);
  }
  const copies = exclusions.flatMap(({ countedAs }) => countedAs ?? []);
  refuseTwice(
    copies.map((token) => ({ token })),
    'the counted copy',
  );
}

function refuseTwice(entries: readonly { readonly token: TokenId }[], what: string): void {
  const seen = new Set<string>();
  for (const { token } of entries) {
    if (seen.has(tokenKey(token))) {
      throw new AssayError('REGISTRY_DUPLICATE_DEPLOYMENT', {
        message: `${what} ${token} is given twice`,
      });
    }
    seen.add(tokenKey(token));
  }
}
