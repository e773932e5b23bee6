import type { Spend } from './spend.ts';

/** Below it a lock is a height, from it on a time: nLockTime. */
const firstTime = 500_000_000;
const disabled = 0x8000_0000;
const isSeconds = 0x0040_0000;
const lockMask = 0xffff;

/** Whether the transaction's nLockTime meets OP_CHECKLOCKTIMEVERIFY (BIP-65). */
export function meetsAbsoluteLock(item: Uint8Array, spend: Spend): boolean {
  const lock = readLock(item);
  const { locktime } = spend.transaction;
  const isSameKind = lock !== undefined && lock < firstTime === locktime < firstTime;
  return isSameKind && lock <= locktime && sequenceOf(spend) !== 0xffff_ffff;
}

/** Whether the input's nSequence meets OP_CHECKSEQUENCEVERIFY (BIP-112). */
export function meetsRelativeLock(item: Uint8Array, spend: Spend): boolean {
  const lock = readLock(item);
  if (lock === undefined) return false;
  if (hasBit(lock, disabled)) return true;
  const sequence = sequenceOf(spend);
  if (spend.transaction.version < 2 || hasBit(sequence, disabled)) return false;
  const isSameKind = hasBit(lock, isSeconds) === hasBit(sequence, isSeconds);
  return isSameKind && (lock & lockMask) <= (sequence & lockMask);
}

function sequenceOf({ transaction, index }: Spend): number {
  return transaction.ins[index]?.sequence ?? 0;
}

function hasBit(value: number, bit: number): boolean {
  return Math.floor(value / bit) % 2 === 1;
}

/** A script number of up to five bytes in its shortest form; undefined if negative or long. */
function readLock(item: Uint8Array): number | undefined {
  const last = item.at(-1);
  if (last === undefined) return 0;
  const isPadded = (last & 0x7f) === 0 && (item.length === 1 || (item.at(-2) ?? 0) < 0x80);
  if (item.length > 5 || last >= 0x80 || isPadded) return undefined;
  return item.reduceRight((number, byte) => number * 256 + byte, 0);
}
