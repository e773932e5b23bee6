import { AssayError } from '../core/assayError.ts';
import type { ReservesReading } from './observeReserves.ts';

/**
 * A reading in which some scripts are not counted after all, since they have an output that another
 * asset has, too.
 *
 * @param refused by script, with the output
 */
export function countOnce(
  reading: ReservesReading,
  refused: ReadonlyMap<string, string>,
): ReservesReading {
  const [first] = refused;
  if (first === undefined) return reading;
  const [, outpoint] = first;
  return {
    ...reading,
    scripts: reading.scripts.map((one) =>
      one.kind === 'agreed' && refused.has(one.reserve.script)
        ? { kind: 'disagreed', operators: one.operators }
        : one,
    ),
    agreed: new AssayError('BITCOIN_OUTPUT_SHARED', {
      message: `output ${outpoint} is counted for another asset, too: ${refused.size} of ${reading.scripts.length} addresses are not known`,
      facts: { outpoint, addresses: refused.size },
    }),
  };
}
