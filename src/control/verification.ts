import type { ControlCode } from '../core/codes/controlCodes.ts';
import { ControlError } from './errors.ts';

/** In which form a message was signed. */
export type ProofForm = 'bip322-simple' | 'bip322-full' | 'bip322-funds' | 'bip137';

/** "Valid at time T and age S" of BIP-322: the locks that the signed transaction has set. */
export interface Timelocks {
  /** T, its nLockTime: a height below 500,000,000, else Unix seconds; 0 for none. */
  readonly time: number;
  /** S, the nSequence of its first input: a relative lock as in BIP-68; 0 for none. */
  readonly age: number;
}

/** The proof verifies. `timelocks` is there where any is set. */
export interface ValidProof {
  readonly result: 'valid';
  readonly form: ProofForm;
  readonly timelocks?: Timelocks;
}

/** The proof is wrong (`invalid`), or cannot be judged here (`inconclusive`). */
export interface RefusedProof {
  readonly result: 'invalid' | 'inconclusive';
  readonly code: ControlCode;
  readonly reason: string;
}

/** What became of a proof: the three states of BIP-322. */
export type Verification = ValidProof | RefusedProof;

/** Runs a verification that throws `ControlError`, and answers its outcome as a value. */
export function settleVerification(verify: () => ValidProof): Verification {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    const result = error.code === 'CONTROL_NOT_UNDERSTOOD' ? 'inconclusive' : 'invalid';
    return { result, code: error.code, reason: error.message };
  }
}
