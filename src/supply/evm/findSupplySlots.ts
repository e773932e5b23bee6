import type { Hex } from 'viem';
import { z } from 'zod';
import { parseToFirstFault } from '../../core/parseToFirstFault.ts';
import type { CallOnlyReason, SlotOrigin } from '../supplyProver.ts';
import type { RpcCall } from './guardReads.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import { commonSupplySlots } from './supplySlots.ts';

/** A token whose supply is looked for in its storage. */
export interface SoughtSupply {
  /** `0x` and 40 digits. */
  readonly address: string;
  readonly amount: bigint;
  /** The slot of the registry. */
  readonly recorded: Hex | undefined;
}

/** Where the supply is, or why that cannot be told. */
export type FoundSlot = { readonly recordedSlotWrong: boolean } & (
  | { readonly slot: Hex; readonly slotFrom: SlotOrigin }
  | { readonly reason: CallOnlyReason; readonly slots: readonly Hex[] }
);

/** The same block, in the two forms in which servers take it (EIP-1898). */
export interface BlockParameter {
  readonly blockHash: string;
  readonly requireCanonical: true;
}

type Send = (calls: readonly RpcCall[]) => Promise<readonly RpcAnswer[]>;

interface Candidates {
  readonly slots: readonly Hex[];
  readonly slotFrom: SlotOrigin;
}

/** Calls that read more slots of a token than this are no simple `totalSupply()`. */
const maxTouchedSlots = 64;

const AccessList = z.object({
  accessList: z
    .array(
      z.object({
        address: z.string().regex(/^0x[0-9a-f]{40}$/i),
        storageKeys: z.array(z.string().regex(/^0x[0-9a-f]{64}$/i)),
      }),
    )
    .max(1000),
  error: z.string().nullish(),
});

/**
 * The slots that hold the amounts at the block. What the registry records is tried first; then the
 * slots which `totalSupply()` reads, where the node tells them (`eth_createAccessList`); where it does
 * not, the common ones. Only a slot that is alone in having the amount counts as found.
 *
 * @throws AssayError SOURCE_*
 */
export async function findSupplySlots(
  sought: readonly SoughtSupply[],
  block: BlockParameter,
  send: Send,
): Promise<readonly FoundSlot[]> {
  const recorded = await matchSlots(
    sought.map(({ recorded: slot }) => ({
      slots: slot === undefined ? [] : [slot],
      slotFrom: 'registry',
    })),
  );
  const open = sought.map((_, index) => recorded[index]?.matches?.length !== 1);
  const others = await listCandidates(open);
  const found = await matchSlots(others);
  return sought.map((one, index) => {
    const [first, second] = [recorded[index], found[index]];
    const [slot] = first?.matches ?? [];
    if (slot !== undefined) return { slot, slotFrom: 'registry', recordedSlotWrong: false };
    // What could not be read is not wrong.
    const recordedSlotWrong = one.recorded !== undefined && first?.matches !== undefined;
    const matches = second?.matches;
    if (!matches) return { reason: 'unavailable', slots: [], recordedSlotWrong };
    const [only] = matches;
    if (only === undefined) return { reason: 'no-slot', slots: [], recordedSlotWrong };
    if (matches.length > 1) return { reason: 'several-slots', slots: matches, recordedSlotWrong };
    return { slot: only, slotFrom: second.slotFrom, recordedSlotWrong };
  });

  /** Which of the slots have the token's amount; undefined where one could not be read. */
  async function matchSlots(
    candidates: readonly Candidates[],
  ): Promise<readonly (Candidates & { readonly matches: readonly Hex[] | undefined })[]> {
    const calls = candidates.flatMap(({ slots }, index) =>
      slots.map(
        (slot): RpcCall => ({
          method: 'eth_getStorageAt',
          params: [sought[index]?.address, slot, block],
        }),
      ),
    );
    const answers = calls.length === 0 ? [] : await send(calls);
    let at = 0;
    return candidates.map((candidate, index) => {
      const values = answers.slice(at, at + candidate.slots.length).map(readWord);
      at += candidate.slots.length;
      const matches = values.includes(undefined)
        ? undefined
        : candidate.slots.filter((_, place) => values[place] === sought[index]?.amount);
      return { ...candidate, matches };
    });
  }

  async function listCandidates(wanted: readonly boolean[]): Promise<readonly Candidates[]> {
    const calls = sought.flatMap(({ address }, index): RpcCall[] =>
      wanted[index]
        ? [{ method: 'eth_createAccessList', params: [{ to: address, data: totalSupply }, block] }]
        : [],
    );
    const answers = [...(calls.length === 0 ? [] : await send(calls))];
    return sought.map(({ address }, index) => {
      if (!wanted[index]) return { slots: [], slotFrom: 'access-list' };
      const touched = readTouchedSlots(answers.shift(), address);
      return touched
        ? { slots: touched, slotFrom: 'access-list' }
        : { slots: commonSupplySlots(), slotFrom: 'search' };
    });
  }
}

/** 32 bytes; from some servers without their leading zeros. */
const StorageWord = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform(BigInt);

/** Selector of `totalSupply()`. */
const totalSupply = '0x18160ddd';

/** The slots of the token itself, a proxy's own included; undefined where the node does not tell. */
function readTouchedSlots(answer: RpcAnswer | undefined, address: string): Hex[] | undefined {
  if (!answer || 'fault' in answer) return undefined;
  const parsed = parseToFirstFault(AccessList, answer.result);
  if (!parsed.success || parsed.data.error) return undefined;
  const slots = parsed.data.accessList
    .filter((entry) => entry.address.toLowerCase() === address.toLowerCase())
    .flatMap(({ storageKeys }) => storageKeys.map((key): Hex => `0x${key.slice(2).toLowerCase()}`));
  const distinct = [...new Set(slots)];
  return distinct.length > maxTouchedSlots ? undefined : distinct;
}

function readWord(answer: RpcAnswer): bigint | undefined {
  const word = StorageWord.safeParse('result' in answer ? answer.result : undefined);
  return word.success ? word.data : undefined;
}
