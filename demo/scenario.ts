import type { Verdict } from '../src/reconcile/reconciliation.ts';
import type { NaiveMethod } from './readNaively.ts';
import type { World } from './world.ts';

/** Something that happens while the audit runs, at the first call of a method to one node. */
export interface Interruption {
  /** `bitcoin`, or the chain id of an EVM chain. */
  readonly node: 'bitcoin' | number;
  readonly method: string;
  /** Before the node gets the call, or after it has answered but before the audit hears of it. */
  readonly when: 'before' | 'after';
  act(world: World): Promise<void>;
}

/** Somebody who runs a source of every chain. All of them read the same nodes. */
export interface Operator {
  readonly name: string;
  /** What becomes of the node's answers to `scantxoutset`; without it, nothing. */
  readonly alterScan?: (body: string) => string;
}

/** A story that the demo plays before, or while, it audits. */
export interface Scenario {
  readonly name: string;
  /** What happens, for the one who watches. */
  readonly story: string;
  /** What the audit has to answer, by asset; for tests, the demo itself does not look. */
  readonly expected: Readonly<Record<string, Verdict>>;
  /** How much time `prepare` lets pass on the chains, so that they can end at about now. */
  readonly seconds: number;
  /** How a reader who is less careful would look, where that gives another answer. */
  readonly naive?: NaiveMethod;
  /** Whether to audit what backs the bridged copies, too. */
  readonly graph?: boolean;
  prepare(world: World): Promise<void>;
  readonly interruption?: Interruption;
  /** Several operators instead of one. */
  readonly operators?: readonly Operator[];
  /** How many operators must agree, unless the user says it. */
  readonly quorum?: number;
}
