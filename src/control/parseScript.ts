import { ControlError, notUnderstood } from './errors.ts';

/** One step of a script: an opcode, and what it pushes if it does. OP_0 to OP_16 push too. */
export interface ScriptStep {
  readonly opcode: number;
  readonly push?: Uint8Array;
}

/** The limit of consensus on a script. */
const maxScriptSize = 10_000;

/**
 * A script as its steps.
 *
 * @throws ControlError CONTROL_NOT_UNDERSTOOD for a script that is cut off or over 10,000 bytes,
 * CONTROL_SIGNATURE_NOT_CANONICAL for a push that is longer than it must be (MINIMALDATA)
 */
export function parseScript(script: Uint8Array): readonly ScriptStep[] {
  if (script.length > maxScriptSize) throw notUnderstood('a script is over 10,000 bytes');
  const steps: ScriptStep[] = [];
  let at = 0;
  while (at < script.length) {
    const opcode = script[at] ?? 0;
    at += 1;
    if (opcode > 0x4e) {
      const number = smallNumber(opcode);
      steps.push(number === undefined ? { opcode } : { opcode, push: Uint8Array.of(number) });
      continue;
    }
    const width = opcode < 0x4c ? 0 : 1 << (opcode - 0x4c);
    if (at + width > script.length) throw notUnderstood('a script is cut off');
    const size = width === 0 ? opcode : readNumber(script, at, width);
    at += width;
    if (size > script.length - at) throw notUnderstood('a script is cut off');
    const push = script.slice(at, at + size);
    at += size;
    requireShortest(opcode, push);
    steps.push({ opcode, push });
  }
  return steps;
}

/**
 * What a scriptSig pushes; it must do nothing else.
 *
 * @throws ControlError CONTROL_SIGNATURE_INVALID, CONTROL_SIGNATURE_NOT_CANONICAL,
 * CONTROL_NOT_UNDERSTOOD
 */
export function parsePushes(script: Uint8Array): readonly Uint8Array[] {
  return parseScript(script).map(({ push }) => {
    if (push === undefined) {
      throw new ControlError('CONTROL_SIGNATURE_INVALID', 'a scriptSig does more than push');
    }
    return push;
  });
}

/** The value of OP_1 to OP_16. */
export function smallNumber(opcode: number): number | undefined {
  return opcode >= 0x51 && opcode <= 0x60 ? opcode - 0x50 : undefined;
}

function readNumber(bytes: Uint8Array, at: number, width: number): number {
  let number = 0;
  for (let place = width - 1; place >= 0; place -= 1) {
    number = number * 256 + (bytes[at + place] ?? 0);
  }
  return number;
}

function requireShortest(opcode: number, push: Uint8Array): void {
  const [first = 0] = push;
  const hasOpcode = push.length === 1 && ((first >= 1 && first <= 16) || first === 0x81);
  const shortest = push.length < 0x4c ? push.length : push.length <= 0xff ? 0x4c : 0x4d;
  if (hasOpcode || opcode !== shortest) {
    throw new ControlError(
      'CONTROL_SIGNATURE_NOT_CANONICAL',
      'a script pushes in a longer form than it must',
    );
  }
}
