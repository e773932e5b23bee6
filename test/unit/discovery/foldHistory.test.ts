import { expect, it } from 'vitest';
import { ChainId } from '../../../src/core/caip.ts';
import { foldHistory, type SlotState } from '../../../src/discovery/foldHistory.ts';
import { createSigner } from '../../support/messageSigner.ts';
import { mainnet } from '../../support/networks.ts';

const where = { chain: ChainId('eip155:1'), network: mainnet };
const [a = '', b = ''] = ['a', 'b'].map((seed) => createSigner('p2wpkh', seed).address);
const merchants = [
  '0x0000000000000000000000000000000000000001',
  '0x0000000000000000000000000000000000000002',
] as const;

function slot(text: string, merchant: 0 | 1 = 0, role: SlotState['role'] = 'custody'): SlotState {
  return { role, account: merchants[merchant], purpose: `${role} for ${merchant}`, text };
}

function at(height: number, state: SlotState) {
  return { ...state, height, hash: `0x${height}` };
}

it('keeps one entry for an address of two slots, current as long as one of them has it', () => {
  const events = [at(1, slot(a)), at(2, slot(a, 1)), at(3, slot(b))];
  const { entries, complete } = foldHistory(events, [slot(b), slot(a, 1)], where);
  expect(complete).toBe(true);
  expect(entries.map(({ text, current, purpose }) => [text, current, purpose])).toEqual([
    [a, true, 'custody for 0, custody for 1'],
    [b, true, 'custody for 0'],
  ]);
  expect(entries[0]?.history?.map(({ event, point }) => [event, point.height])).toEqual([
    ['set', 1],
    ['set', 2],
    ['replaced', 3],
  ]);
});

it('takes two writings of one address as the same', () => {
  const events = [at(1, slot(a.toUpperCase())), at(2, slot(a))];
  const { entries, complete } = foldHistory(events, [slot(a)], where);
  expect(complete).toBe(true);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ current: true, history: [{ event: 'set' }] });
});

it("counts an address as custody where any slot of it is the custodian's", () => {
  const events = [at(1, slot(a, 0, 'other')), at(2, slot(a, 1))];
  const { entries } = foldHistory(events, [slot(a, 0, 'other'), slot(a, 1)], where);
  expect(entries.map(({ role }) => role)).toEqual(['custody']);
});

it('ends the time of an address whose slot was cleared', () => {
  const { entries, complete } = foldHistory([at(1, slot(a)), at(2, slot(''))], [slot('')], where);
  expect(complete).toBe(true);
  expect(entries).toMatchObject([
    { text: a, current: false, history: [{ event: 'set' }, { event: 'replaced' }] },
  ]);
});

it('says that events are missing where the state is another than they lead to', () => {
  for (const state of [slot(b), slot('')]) {
    const { notes, complete } = foldHistory([at(1, slot(a))], [state], where);
    expect(complete).toBe(false);
    expect(notes).toEqual([
      {
        code: 'DISCOVERY_EVENTS_INCOMPLETE',
        message: 'the custody for 0 is not the one that the last event set',
      },
    ]);
  }
});

it('keeps what a slot has although no event tells of it', () => {
  const { entries, complete } = foldHistory([], [slot(b)], where);
  expect(complete).toBe(false);
  expect(entries).toMatchObject([{ text: b, current: true, history: [] }]);
});
