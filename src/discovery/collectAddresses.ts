import { AssayError } from '../core/assayError.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { type DecodedAddress, decodeAddressOf } from '../registry/decodeAddress.ts';
import type { DiscoveryNote, PublishedAddress } from './discovery.ts';
import { shortenNotes } from './shortenNotes.ts';

/** An entry as a place gives it: its address is any text, the rest was parsed. */
export interface RawEntry extends Omit<PublishedAddress, 'address' | 'script' | 'scriptType'> {
  readonly text: string;
}

/** What is left of the entries of a list. */
export interface CollectedAddresses {
  /** Each script once, in the order of the addresses' texts. */
  readonly addresses: readonly PublishedAddress[];
  readonly notes: readonly DiscoveryNote[];
  /** False where an entry was no address. */
  readonly complete: boolean;
}

/**
 * The addresses of a published list, each once. An entry that is no address of the network, stray
 * quotes included, is refused with a note and never mended: what the publisher meant is for a person
 * to decide. Of a repeated address the first custody entry counts; claims are never added up.
 */
export function collectAddresses(
  entries: Iterable<RawEntry>,
  network: BitcoinNetwork,
): CollectedAddresses {
  const found = new Map<string, PublishedAddress>();
  const repeats = new Map<string, number>();
  const invalid: DiscoveryNote[] = [];
  for (const { text, ...entry } of entries) {
    const decoded = decode(text, network);
    if (decoded instanceof AssayError) {
      invalid.push({ code: 'DISCOVERY_ENTRY_INVALID', message: decoded.message });
      continue;
    }
    const { address, script, scriptType } = decoded;
    const known = found.get(script);
    if (known) repeats.set(address, (repeats.get(address) ?? 1) + 1);
    if (!known || (known.role === 'other' && entry.role === 'custody')) {
      found.set(script, { address, script, scriptType, ...entry });
    }
  }
  const repeated = [...repeats].map(
    ([address, times]): DiscoveryNote => ({
      code: 'DISCOVERY_ENTRY_REPEATED',
      message: `${address} is listed ${times} times`,
    }),
  );
  return {
    addresses: [...found.values()].sort((a, b) => (a.address < b.address ? -1 : 1)),
    notes: [...shortenNotes(invalid), ...shortenNotes(repeated)],
    complete: invalid.length === 0,
  };
}

function decode(text: string, network: BitcoinNetwork): DecodedAddress | AssayError {
  try {
    return decodeAddressOf(network, text);
  } catch (error) {
    if (error instanceof AssayError) return error;
    throw error;
  }
}
