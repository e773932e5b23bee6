import type { Report } from '../attest/report.ts';
import { AssayError } from '../core/assayError.ts';
import { UnixTime } from '../core/unixTime.ts';
import { timeOfChains } from './timeOfChains.ts';

/** How much a clock may stray that is corrected as it runs (adjtimex(2)): 500 parts in a million. */
const mostStraying = 0.0005;

/** What both clocks of the machine showed at one instant. */
export interface ClockLook {
  /** What people call the time; anybody may set it. */
  readonly wall: UnixTime;
  /** Seconds since some beginning, on a clock that nobody sets. */
  readonly steady: number;
}

export interface ClockGuardOptions {
  readonly clock: () => UnixTime;
  /** Seconds since any beginning, on a clock that nobody sets; best one that runs on in suspend. */
  readonly steady: () => number;
  /**
   * How far the time may be from what the steady clock, the chains or the attestation before make of it,
   * in seconds. Default 120, as far as verifiers forgive: see `VerificationPolicy`.
   */
  readonly maxClockDriftSeconds?: number;
}

/** An attestation of the same asset that was made before, as far as its time matters. */
export interface EarlierAttestation {
  readonly id: string;
  readonly observedAt: number;
}

/** Keeps watch over the time that is signed. */
export interface ClockGuard {
  /** Taken where an audit begins: its `wall` is the report's `observedAt`. */
  look(): ClockLook;
  /** Now, to judge what has expired: a clock that was set back makes nothing younger. */
  now(): UnixTime;
  /**
   * Whether the time of a report may be signed: it agrees with the steady clock, with the chains that
   * were read, and with the asset's attestations before. What disagrees is not signed. Where the chains
   * bear the clock out closely all the same (it was set right, or the machine slept), it is taken as right from
   * then on, so that the next report is signed.
   *
   * @param begun the look from which the report has its `observedAt`
   * @throws AssayError CLOCK_UNSURE
   */
  check(report: Report, begun: ClockLook, earlier?: readonly EarlierAttestation[]): void;
}

/** A guard that takes the clock as right until something speaks against it. */
export function createClockGuard(options: ClockGuardOptions): ClockGuard {
  const { clock, steady, maxClockDriftSeconds: maxDrift = 120 } = options;
  const look = (): ClockLook => ({ wall: clock(), steady: steady() });
  /** From where the time is expected to go on. It follows the clock no faster than a good one strays. */
  let anchor: { readonly wall: number; readonly steady: number } = look();
  /** Attestations whose own time was found to be wrong. */
  const disowned = new Set<string>();
  const drift = (at: ClockLook): number => at.wall - anchor.wall - (at.steady - anchor.steady);

  /** A clock that gains a little each round would else be followed for hours. */
  function follow(at: ClockLook): void {
    const most = (at.steady - anchor.steady) * mostStraying;
    const by = Math.min(Math.max(drift(at), -most), most);
    anchor = { wall: at.wall - drift(at) + by, steady: at.steady };
  }

  function findDoubt(
    report: Report,
    looks: readonly ClockLook[],
    earlier: readonly EarlierAttestation[],
  ): string | undefined {
    const jump = looks.map(drift).find((by) => Math.abs(by) > maxDrift);
    if (jump !== undefined) {
      return `it went ${Math.floor(Math.abs(jump))} s ${jump > 0 ? 'forward' : 'back'} against the machine's steady clock`;
    }
    const last = Math.max(
      ...earlier.filter(({ id }) => !disowned.has(id)).map(({ observedAt }) => observedAt),
    );
    const back = last - report.observedAt;
    return back > maxDrift ? `it is ${back} s behind the attestation before` : undefined;
  }

  return {
    look,
    now() {
      const at = look();
      return UnixTime(Math.max(at.wall, Math.floor(at.wall - drift(at))));
    },
    check(report, begun, earlier = []) {
      const ended = look();
      const chains = timeOfChains(report, ended.wall, maxDrift);
      if (chains.kind === 'disagree') throw clockUnsure(chains.why, false);
      const doubt = findDoubt(report, [begun, ended], earlier);
      if (doubt === undefined) {
        follow(ended);
        return;
      }
      const isBorneOut = chains.kind === 'agree' && chains.isClose;
      if (isBorneOut) {
        anchor = ended;
        for (const { id } of earlier) disowned.add(id);
      }
      throw clockUnsure(doubt, isBorneOut);
    },
  };
}

function clockUnsure(why: string, isBorneOut: boolean): AssayError {
  return new AssayError('CLOCK_UNSURE', {
    message: `nothing was signed, since this machine's clock may be wrong: ${why}`,
    ...(isBorneOut && {
      fix: 'The blocks of the chains bear the clock out: it is taken as right from now on. If it is not, set it.',
    }),
  });
}
