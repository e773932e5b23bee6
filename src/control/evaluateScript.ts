import { ControlError, notUnderstood } from './errors.ts';
import { hash160 } from './hash.ts';
import { parseScript, type ScriptStep } from './parseScript.ts';
import { sameBytes } from './sameBytes.ts';
import { meetsAbsoluteLock, meetsRelativeLock } from './scriptLocks.ts';
import type { Spend } from './spend.ts';

/** Checks one signature of a script; throws a `ControlError` unless it verifies. */
export type SignatureCheck = (signature: Uint8Array, key: Uint8Array) => void;

const empty = new Uint8Array();
const one = Uint8Array.of(1);

/**
 * Runs a witness script of keys, key hashes, branches and time locks, by the rules that BIP-322
 * requires (MINIMALDATA, MINIMALIF, NULLFAIL, CLEANSTACK). A script that uses any other opcode, even
 * in a branch that is not taken, or that needs no signature, is not understood.
 *
 * @throws ControlError CONTROL_NOT_UNDERSTOOD, CONTROL_SIGNATURE_INVALID, and those of the check
 */
export function evaluateScript(
  script: Uint8Array,
  witness: readonly Uint8Array[],
  spend: Spend,
  check: SignatureCheck,
): void {
  const steps = parseScript(script);
  const stack = [...witness];
  const branches: boolean[] = [];
  let signatures = 0;

  const pop = (): Uint8Array => stack.pop() ?? fail('takes more than it is given');
  const top = (): Uint8Array => stack.at(-1) ?? fail('takes more than it is given');
  const demand = (holds: boolean, what: string): void => {
    if (!holds) fail(what);
  };
  const checkSignature = (): boolean => {
    const key = pop();
    const signature = pop();
    if (signature.length === 0) return false;
    check(signature, key);
    signatures += 1;
    return true;
  };

  const run = ({ opcode, push }: ScriptStep): void => {
    if (push !== undefined) {
      stack.push(push);
      return;
    }
    switch (opcode) {
      case opcodes.verify:
        demand(isTrue(pop()), 'ends in OP_VERIFY');
        return;
      case opcodes.drop:
        pop();
        return;
      case opcodes.duplicate:
        stack.push(top());
        return;
      case opcodes.equal:
        stack.push(sameBytes(pop(), pop()) ? one : empty);
        return;
      case opcodes.equalVerify:
        demand(sameBytes(pop(), pop()), 'ends in OP_EQUALVERIFY');
        return;
      case opcodes.hash160:
        stack.push(hash160(pop()));
        return;
      case opcodes.checkSignature:
        stack.push(checkSignature() ? one : empty);
        return;
      case opcodes.checkSignatureVerify:
        demand(checkSignature(), 'lacks a signature');
        return;
      case opcodes.checkLockTime:
        demand(meetsAbsoluteLock(top(), spend), 'has a time lock that is not met');
        return;
      case opcodes.checkSequence:
        demand(meetsRelativeLock(top(), spend), 'has a relative lock that is not met');
        return;
    }
  };

  if (!steps.every((step) => step.push !== undefined || known.has(step.opcode))) {
    throw notUnderstood('a script with an opcode beyond keys, branches and time locks');
  }
  for (const step of steps) {
    const runs = branches.every(Boolean);
    if (step.opcode === opcodes.if || step.opcode === opcodes.ifNot) {
      branches.push(runs && readCondition(pop()) === (step.opcode === opcodes.if));
    } else if (step.opcode === opcodes.else) {
      const taken = branches.pop() ?? fail('has OP_ELSE without OP_IF');
      branches.push(!taken);
    } else if (step.opcode === opcodes.endIf) {
      if (branches.pop() === undefined) fail('has OP_ENDIF without OP_IF');
    } else if (runs) {
      run(step);
    }
  }
  demand(branches.length === 0, 'has OP_IF without OP_ENDIF');
  demand(stack.length === 1 && isTrue(top()), 'does not end in true alone');
  if (signatures === 0) throw notUnderstood('a script that needs no signature shows no control');
}

const opcodes = {
  if: 0x63,
  ifNot: 0x64,
  else: 0x67,
  endIf: 0x68,
  verify: 0x69,
  drop: 0x75,
  duplicate: 0x76,
  equal: 0x87,
  equalVerify: 0x88,
  hash160: 0xa9,
  checkSignature: 0xac,
  checkSignatureVerify: 0xad,
  checkLockTime: 0xb1,
  checkSequence: 0xb2,
} as const;

const known: ReadonlySet<number> = new Set(Object.values(opcodes));

/** MINIMALIF: a branch is chosen by exactly 1 or nothing. */
function readCondition(item: Uint8Array): boolean {
  if (item.length === 0) return false;
  if (item.length === 1 && item[0] === 1) return true;
  return fail('is given a condition that is neither 1 nor empty');
}

/** False is zero of any length, also negative zero. */
function isTrue(item: Uint8Array): boolean {
  return item.some((byte, at) => byte !== 0 && !(byte === 0x80 && at === item.length - 1));
}

function fail(what: string): never {
  throw new ControlError('CONTROL_SIGNATURE_INVALID', `the script ${what}`);
}
