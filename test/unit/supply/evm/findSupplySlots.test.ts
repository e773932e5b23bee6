import { type Hex, numberToHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { findSupplySlots } from '../../../../src/supply/evm/findSupplySlots.ts';
import type { RpcCall } from '../../../../src/supply/evm/guardReads.ts';
import type { RpcAnswer } from '../../../../src/supply/evm/matchAnswers.ts';

const address = '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
const block = { blockHash: `0x${'ab'.repeat(32)}`, requireCanonical: true } as const;
const slot = (index: number): Hex => numberToHex(index, { size: 32 });

interface Node {
  /** What is in the contract's slots, by index. */
  readonly slots?: Readonly<Record<number, bigint>>;
  /** What `eth_createAccessList` answers; left out: the node does not know it. */
  readonly accessList?: unknown;
  readonly storage?: (call: RpcCall) => RpcAnswer;
}

const unknownMethod: RpcAnswer = { fault: { code: -32_601, message: 'no such method' } };

/** Looks for 500 with a node of these traits; also what was asked of it. */
async function find(node: Node, recorded?: Hex) {
  const asked: string[] = [];
  const [found] = await findSupplySlots(
    [{ address, amount: 500n, recorded }],
    block,
    async (calls) =>
      calls.map((call): RpcAnswer => {
        asked.push(call.method);
        if (call.method === 'eth_createAccessList') {
          return node.accessList === undefined ? unknownMethod : { result: node.accessList };
        }
        if (node.storage) return node.storage(call);
        const at = Object.entries(node.slots ?? {}).find(
          ([index]) => slot(Number(index)) === call.params[1],
        );
        return { result: numberToHex(at?.[1] ?? 0n, { size: 32 }) };
      }),
  );
  return { found, asked };
}

const touched = (...indices: readonly number[]) => ({
  accessList: [{ address: address.toLowerCase(), storageKeys: indices.map(slot) }],
  gasUsed: '0x1',
});

describe('the slot of a supply', () => {
  it('is the recorded one if it has the amount, and nothing else is asked', async () => {
    expect(await find({ slots: { 1: 500n, 9: 500n } }, slot(9))).toEqual({
      found: { slot: slot(9), slotFrom: 'registry', recordedSlotWrong: false },
      asked: ['eth_getStorageAt'],
    });
  });

  it('is the one that the call reads, though others are equal by accident', async () => {
    const node = { slots: { 1: 500n, 2: 7n, 40: 500n }, accessList: touched(2, 40) };
    expect((await find(node)).found).toMatchObject({ slot: slot(40), slotFrom: 'access-list' });
  });

  it('is none of those which the call does not read', async () => {
    const { found, asked } = await find({ slots: { 1: 500n }, accessList: touched(2) });
    expect(found).toEqual({ reason: 'no-slot', slots: [], recordedSlotWrong: false });
    expect(asked).toEqual(['eth_createAccessList', 'eth_getStorageAt']);
    const none = { accessList: [], gasUsed: '0x1' };
    expect((await find({ slots: { 1: 500n }, accessList: none })).found).toMatchObject({
      reason: 'no-slot',
    });
    const elsewhere = { accessList: [{ address: `0x${'11'.repeat(20)}`, storageKeys: [slot(1)] }] };
    expect((await find({ slots: { 1: 500n }, accessList: elsewhere })).found).toMatchObject({
      reason: 'no-slot',
    });
  });

  it('is searched for if the node does not tell what the call reads, or not in its form', async () => {
    const answers: readonly unknown[] = [
      undefined,
      null,
      { accessList: 'none' },
      { accessList: [{ address, storageKeys: ['0x1'] }] },
      { ...touched(2), error: 'execution reverted' },
      touched(...Array.from({ length: 65 }, (_, index) => index)),
    ];
    for (const accessList of answers) {
      const node = { slots: { 1: 500n }, accessList };
      expect((await find(node)).found).toMatchObject({ slot: slot(1), slotFrom: 'search' });
    }
  });

  it('is not chosen among several, which are named', async () => {
    const slots = { 1: 500n, 4: 500n };
    const several = { reason: 'several-slots', slots: [slot(1), slot(4)] };
    expect((await find({ slots })).found).toMatchObject(several);
    expect((await find({ slots, accessList: touched(1, 4) })).found).toMatchObject(several);
    expect((await find({ slots }, slot(4))).found).toMatchObject({ slot: slot(4) });
  });

  it('says that the recorded one is wrong, but not if it could not be read', async () => {
    expect((await find({ slots: { 1: 500n } }, slot(3))).found).toEqual({
      slot: slot(1),
      slotFrom: 'search',
      recordedSlotWrong: true,
    });
    const storage = (): RpcAnswer => ({ fault: { code: -32_000, message: 'missing trie node' } });
    expect((await find({ storage }, slot(3))).found).toEqual({
      reason: 'unavailable',
      slots: [],
      recordedSlotWrong: false,
    });
  });

  it('is unavailable where any answer is no word', async () => {
    for (const result of [null, 500, '500', `0x${'0'.repeat(65)}`, {}]) {
      expect((await find({ storage: () => ({ result }) })).found).toMatchObject({
        reason: 'unavailable',
      });
    }
  });
});
