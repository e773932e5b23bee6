import type {
  BitcoinSource,
  CustodyScript,
  ReserveObservation,
  ReserveWindow,
} from '../bitcoin/bitcoinSource.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import { findAgreement } from '../core/findAgreement.ts';
import { Sats } from '../core/sats.ts';
import type { ReadContext } from '../core/source.ts';
import { askSources, opinionsOf, type SourceOutcome } from './askSources.ts';
import { findMove } from './findMove.ts';
import { lackOfQuorum } from './lackOfQuorum.ts';

/** The reserves as enough operators agree on them. */
export interface AgreedReserves {
  readonly observation: ReserveObservation;
  /** The highest tip among those that agree: where the window ends. */
  readonly tip: ChainPoint;
  /** The widest window that any of them saw. */
  readonly window: ReserveWindow;
}

export interface ReservesReading {
  readonly agreed: AgreedReserves | AssayError;
  readonly outcomes: readonly SourceOutcome<ReserveObservation>[];
}

/**
 * Reads the reserves as of one block from all sources at once and compares them script by script.
 *
 * @throws AssayError what `findMove` gives, if the chain moved under too many sources for a quorum:
 * the caller must choose another block, for both sides
 */
export async function observeReserves(
  sources: readonly BitcoinSource[],
  point: ChainPoint,
  scripts: readonly CustodyScript[],
  quorum: number,
  context: ReadContext,
): Promise<ReservesReading> {
  const outcomes = await askSources(sources, (source) =>
    source.readReserves({ point, scripts }, context),
  );
  const agreement = findAgreement(opinionsOf(outcomes), quorum, amountsKey);
  if (agreement.kind !== 'agreed') {
    const move = findMove(outcomes);
    if (move) throw move;
  }
  switch (agreement.kind) {
    case 'agreed':
      return { agreed: mergeAgreed(agreement.members.map((member) => member.value)), outcomes };
    case 'disagreed':
      return {
        agreed: new AssayError('BITCOIN_SOURCES_DISAGREE', {
          message: `the sources give ${agreement.values} different reserves at height ${point.height}`,
          facts: { height: point.height },
        }),
        outcomes,
      };
    case 'short':
      return { agreed: lackOfQuorum('BITCOIN_QUORUM_NOT_MET', outcomes, quorum), outcomes };
  }
}

/** Equal for two observations exactly when every script holds the same amount. */
function amountsKey(observation: ReserveObservation): string {
  return observation.scripts.map((script) => script.sats.toString()).join(',');
}

function mergeAgreed(observations: readonly ReserveObservation[]): AgreedReserves {
  const detailed = observations.find((one) => one.scripts.every((script) => script.utxos !== null));
  const observation = detailed ?? observations[0];
  if (!observation) throw new AssayError('INTERNAL_ERROR', { message: 'an agreement of nobody' });
  let { tip, window } = observation;
  for (const other of observations) {
    if (other.tip.height > tip.height) tip = other.tip;
    const { lowest, highest } = other.window;
    window = {
      lowest: Sats(lowest < window.lowest ? lowest : window.lowest),
      highest: Sats(highest > window.highest ? highest : window.highest),
    };
  }
  return { observation, tip, window };
}
