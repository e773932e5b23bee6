import { Transaction } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { ControlError } from '../../../src/control/errors.ts';
import { evaluateScript } from '../../../src/control/evaluateScript.ts';
import { hash160 } from '../../../src/control/hash.ts';
import { expectCode } from '../../support/expectCode.ts';
import type { Locks } from '../../support/messageSigner.ts';

const key = new Uint8Array(33).fill(2);
const good = Uint8Array.of(7);
const yes = Uint8Array.of(1);
const no = new Uint8Array();

/** `<key> OP_CHECKSIG`, as most scripts end here. */
const checkKey = [33, ...key, 0xac];

/** Runs a script with a check that takes one made-up signature for any key. */
function run(script: readonly number[], witness: readonly Uint8Array[], locks: Locks = {}): void {
  const transaction = new Transaction();
  transaction.version = locks.version ?? 2;
  transaction.locktime = locks.time ?? 0;
  transaction.addInput(new Uint8Array(32), 0, locks.age ?? 0);
  const prevout = { script: no, value: 0n };
  const spend = { transaction, index: 0, prevouts: [prevout], prevout, scriptSig: no, witness };
  evaluateScript(Uint8Array.from(script), witness, spend, (signature) => {
    if (signature !== good) throw new ControlError('CONTROL_SIGNATURE_INVALID', 'wrong');
  });
}

describe('a witness script', () => {
  it.each<[string, number[], Uint8Array[]]>([
    ['of one key', checkKey, [good]],
    ['of a key hash', [0x76, 0xa9, 20, ...hash160(key), 0x88, 0xac], [good, key]],
    ['of two keys', [33, ...key, 0xad, ...checkKey], [good, good]],
    ['of two branches, the first', [0x63, ...checkKey, 0x67, 0x51, 0x68], [good, yes]],
    ['of two branches, the second', [0x64, 0x51, 0x67, ...checkKey, 0x68], [good, yes]],
    ['of nested branches', [0x63, 0x63, 0x51, 0x67, ...checkKey, 0x68, 0x68], [good, no, yes]],
    ['that compares and verifies', [0x87, 0x69, ...checkKey], [good, key, key]],
  ])('%s runs', (_what, script, witness) => {
    expect(run(script, witness)).toBeUndefined();
  });

  it.each<[string, number[], Uint8Array[]]>([
    ['without its signature', checkKey, []],
    ['with an empty signature', checkKey, [no]],
    ['with a wrong signature', checkKey, [yes]],
    ['that leaves more on the stack', checkKey, [good, good]],
    ['with a condition that is neither 1 nor empty', [0x63, ...checkKey, 0x68], [good, good]],
    ['that does not end its branch', [0x63, ...checkKey], [good, yes]],
    ['that ends a branch too many', [...checkKey, 0x68], [good]],
    ['with an else of no branch', [...checkKey, 0x67], [good]],
    ['that verifies zero', [0x69, ...checkKey], [good, Uint8Array.of(0, 0x80)]],
    ['of a key hash, with another key', [0x76, 0xa9, 20, ...hash160(yes), 0x88, 0xac], [good, key]],
  ])('%s is refused', async (_what, script, witness) => {
    await expectCode(() => run(script, witness), 'CONTROL_SIGNATURE_INVALID');
  });

  it.each<[string, number[], Uint8Array[]]>([
    ['that anyone can spend', [0x51], []],
    ['whose taken branch needs no signature', [0x63, 0x51, 0x67, ...checkKey, 0x68], [yes]],
    ['with OP_CODESEPARATOR', [0xab, ...checkKey], [good]],
    ['with an unknown opcode in a branch not taken', [0x63, 0xa8, 0x68, ...checkKey], [good, no]],
    ['with an upgradable NOP', [0xb0, ...checkKey], [good]],
    ['that is cut off', [...checkKey, 5, 1], [good]],
    ['of more than 10,000 bytes', Array.from({ length: 10_001 }, () => 0x51), []],
  ])('%s is not understood', async (_what, script, witness) => {
    await expectCode(() => run(script, witness), 'CONTROL_NOT_UNDERSTOOD');
  });

  it('with a push in a longer form is refused', async () => {
    await expectCode(
      () => run([0x4c, 33, ...key, 0xac], [good]),
      'CONTROL_SIGNATURE_NOT_CANONICAL',
    );
  });
});

describe('a lock in a script', () => {
  const absolute = [2, 0xe8, 0x03, 0xb1, 0x75, ...checkKey]; // 1000
  const relative = [1, 0x64, 0xb2, 0x75, ...checkKey]; // 100
  const seconds = [3, 0x64, 0x00, 0x40, 0xb2, 0x75, ...checkKey]; // 100 × 512 seconds

  it.each<[number[], Locks]>([
    [absolute, { time: 1000 }],
    [absolute, { time: 1001 }],
    [relative, { age: 100 }],
    [seconds, { age: 0x400064 }],
  ])('%j is met by %j', (script, locks) => {
    expect(run(script, [good], locks)).toBeUndefined();
  });

  it.each<[number[], Locks]>([
    [absolute, { time: 999 }],
    [absolute, { time: 1_700_000_000 }],
    [absolute, { time: 1000, age: 0xffffffff }],
    [relative, { age: 99 }],
    [relative, { age: 100, version: 1 }],
    [relative, { age: 0x80000064 }],
    [relative, { age: 0x400064 }],
    [seconds, { age: 0x64 }],
    [[2, 0x01, 0x80, 0xb1, 0x75, ...checkKey], { time: 1000 }],
  ])('%j is not met by %j', async (script, locks) => {
    await expectCode(() => run(script, [good], locks), 'CONTROL_SIGNATURE_INVALID');
  });
});
