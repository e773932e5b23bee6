import { AssayError } from '../core/assayError.ts';
import type { ReadContext } from '../core/source.ts';
import type { Lockbox } from '../registry/asset.ts';
import { contractIdParts } from '../registry/parseContract.ts';
import type { AnySupplySource } from '../supply/latestSupplySource.ts';
import type { Patience } from './askSources.ts';
import type { DeploymentReading } from './observeDeployments.ts';
import { type AgreedHolding, observeHoldings } from './observeHoldings.ts';
import type { TokenSupplyReading } from './observeSupply.ts';
import { pointsOf } from './pointsOf.ts';

/** What lies in a lockbox, in units of its token, or why it is not known; and when. */
export type LockedReading = Pick<AgreedHolding, 'amount' | 'point' | 'around' | 'isNow'>;

/**
 * What lies in each lockbox, by its key, at the block at which the supply of its token was read, or as
 * of now. Where the token is not what the registry says, such as in its decimals, a balance of it is not
 * known either: it counts in units of which nobody knows what they are.
 */
export async function readLockboxes(
  lockboxes: readonly Lockbox[],
  readings: readonly DeploymentReading[],
  quorum: number,
  sources: readonly AnySupplySource[],
  context: ReadContext,
  patience: Patience | undefined,
): Promise<ReadonlyMap<string, LockedReading>> {
  const known = lockboxes.flatMap(({ key, contract, locks }) =>
    locks === undefined ? [] : [{ key, token: locks, holder: contractIdParts(contract).address }],
  );
  const points = pointsOf(readings);
  const held = await observeHoldings(known, points, quorum, sources, context, patience);
  return new Map(
    known.flatMap(({ key, token }, index): [string, LockedReading][] => {
      const one = held[index];
      if (!one) return [];
      const { amount, point, around, isNow } = one;
      const own = readings.find(({ deployment }) => deployment.token === token)?.reading;
      const fault = own && tokenFault(own);
      return [[key, { amount: fault ?? amount, point, isNow, ...(around && { around }) }]];
    }),
  );
}

/** Why a token has no supply, where that lies at the token itself as any of the sources saw it. */
function tokenFault({ amount, outcomes }: TokenSupplyReading): AssayError | undefined {
  if (!(amount instanceof AssayError)) return undefined;
  const errors = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
  return [amount, ...errors].find(({ code }) => code.startsWith('TOKEN_'));
}
