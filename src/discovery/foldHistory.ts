import type { Address } from 'viem';
import { AssayError } from '../core/assayError.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { ChainId } from '../core/caip.ts';
import { decodeAddressOf } from '../registry/decodeAddress.ts';
import type { RawEntry } from './collectAddresses.ts';
import type { AddressEvent, DiscoveryNote, PublishedAddress } from './discovery.ts';
import { shortenNotes } from './shortenNotes.ts';

/** Where a contract keeps one address, such as the deposit address of a merchant. */
export interface Slot {
  readonly role: PublishedAddress['role'];
  /** Of whom: an account of the contract's chain. */
  readonly account: Address;
  /** In words of ours, and of no other slot: with the account. */
  readonly purpose: string;
}

/** What a slot holds at the pinned block; an empty text: nothing. */
export interface SlotState extends Slot {
  readonly text: string;
}

/** An event that set a slot. */
export interface SlotEvent extends SlotState {
  readonly height: number;
  readonly hash: string;
}

/** The entries of a contract that has slots, what does not fit together, and whether all does. */
export interface FoldedHistory {
  readonly entries: readonly RawEntry[];
  readonly notes: readonly DiscoveryNote[];
  readonly complete: boolean;
}

interface Found {
  readonly text: string;
  readonly purposes: Set<string>;
  readonly history: AddressEvent[];
  role: PublishedAddress['role'];
  current: boolean;
}

/** Of more purposes of one address only the number is told. */
const purposesShown = 3;

/**
 * One entry for each address that any slot ever held: coins may still lie at one that was replaced.
 * What is current the state decides, not the events: where the last event of a slot named another
 * address, events are missing, and with them perhaps addresses.
 *
 * @param events in the order of the chain
 * @param states of the slots that exist at the pinned block
 */
export function foldHistory(
  events: readonly SlotEvent[],
  states: readonly SlotState[],
  where: { readonly chain: ChainId; readonly network: BitcoinNetwork },
): FoldedHistory {
  const { chain, network } = where;
  const found = new Map<string, Found>();
  const last = new Map<string, string>();

  for (const event of events) {
    const key = keyOf(event.text, network);
    const before = last.get(event.purpose) ?? '';
    if (before === key) continue;
    last.set(event.purpose, key);
    const point = { chain, height: event.height, hash: event.hash };
    found.get(before)?.history.push({ event: 'replaced', point, account: event.account });
    find(key, event)?.history.push({ event: 'set', point, account: event.account });
  }

  const mismatches: DiscoveryNote[] = [];
  for (const state of states) {
    const key = keyOf(state.text, network);
    const entry = find(key, state);
    if (entry) entry.current = true;
    if (key !== (last.get(state.purpose) ?? '')) {
      mismatches.push({
        code: 'DISCOVERY_EVENTS_INCOMPLETE',
        message: `the ${state.purpose} is not the one that the last event set`,
      });
    }
  }
  return {
    entries: [...found.values()].map(toEntry),
    notes: shortenNotes(mismatches),
    complete: mismatches.length === 0,
  };

  function find(key: string, { text, role, purpose }: SlotState): Found | undefined {
    if (key === '') return undefined;
    const entry = found.get(key) ?? {
      text,
      purposes: new Set(),
      history: [],
      role,
      current: false,
    };
    found.set(key, entry);
    entry.purposes.add(purpose);
    if (role === 'custody') entry.role = 'custody';
    return entry;
  }
}

function toEntry({ text, role, purposes, current, history }: Found): RawEntry {
  const named = [...purposes].slice(0, purposesShown).join(', ');
  const more = purposes.size - purposesShown;
  const purpose = more > 0 ? `${named}, and ${more} more` : named;
  return { text, role, purpose, current, claimedSats: null, history };
}

/** Equal for the writings of one address. */
function keyOf(text: string, network: BitcoinNetwork): string {
  try {
    return decodeAddressOf(network, text).script;
  } catch (error) {
    // No script: texts that are no addresses are as different as they look.
    if (error instanceof AssayError) return text === '' ? '' : `text ${text}`;
    throw error;
  }
}
