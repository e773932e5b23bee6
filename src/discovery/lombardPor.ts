import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeAbiParameters, encodeFunctionData, parseAbi, parseAbiParameters } from 'viem';
import { AssayError } from '../core/assayError.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { readingCancelled } from '../core/sourceErrors.ts';
import { decodeAddressOf } from '../registry/decodeAddress.ts';
import { abiText } from './abiText.ts';
import type { ChainReader } from './chainReader.ts';
import type { RawEntry } from './collectAddresses.ts';
import { listChanged } from './contractErrors.ts';
import type { DiscoveryNote, PublishedSignature } from './discovery.ts';
import { judgeSignature } from './judgeSignature.ts';
import { readContractPages } from './readContractPages.ts';
import { shortenNotes } from './shortenNotes.ts';

const abi = parseAbi([
  'function getPoRAddressListLength() view returns (uint256)',
  'function getPoRAddressSignatureMessages(uint256 start, uint256 end) view returns (string[], bytes32[], string[], bytes[])',
]);

/** Addresses, ids of root keys, messages or derivation data, signatures; strings as bytes. */
const result = parseAbiParameters('bytes[], bytes32[], bytes[], bytes[]');

interface StoredEntry {
  readonly text: string;
  readonly rootKey: `0x${string}`;
  readonly message: `0x${string}`;
  readonly signature: `0x${string}`;
}

/** Signatures that are verified in one reading: some ten seconds of work. */
const maxVerified = 50_000;

/**
 * The entries of Lombard's PoR contract, whose end index is inclusive, with what became of the
 * signatures that it stores and nobody verified before.
 *
 * @throws AssayError SOURCE_*, SUPPLY_STATE_UNAVAILABLE, DISCOVERY_*
 */
export async function readLombardPor(
  reader: ChainReader,
  network: BitcoinNetwork,
): Promise<{ readonly entries: readonly RawEntry[]; readonly notes: readonly DiscoveryNote[] }> {
  const stored = await readContractPages(reader, {
    length: encodeFunctionData({ abi, functionName: 'getPoRAddressListLength' }),
    page: (from, to) =>
      encodeFunctionData({
        abi,
        functionName: 'getPoRAddressSignatureMessages',
        args: [BigInt(from), BigInt(to)],
      }),
    decode: (data) => joinColumns(decodeAbiParameters(result, data)),
  });
  if (stored.some((entry) => entry === undefined)) {
    throw listChanged(reader, 'gives columns of different lengths');
  }
  const signatures = await judgeAll(stored.flatMap((entry) => entry ?? []));
  const entries = signatures.map(
    ({ entry, signature }): RawEntry => ({
      text: entry.text,
      role: 'custody',
      purpose: `custodial, under root key ${entry.rootKey}`,
      current: true,
      claimedSats: null,
      ...(signature ? { signature } : {}),
    }),
  );
  return { entries, notes: notesOf(signatures) };

  async function judgeAll(all: readonly StoredEntry[]): Promise<readonly Judged[]> {
    const judged: Judged[] = [];
    let verified = 0;
    for (const [index, entry] of all.entries()) {
      if (index % 500 === 499) await nextTurn();
      if (reader.signal?.aborted) throw readingCancelled(reader.source, reader.signal);
      const address = addressOf(entry.text, network);
      if (address === undefined) {
        judged.push({ entry });
        continue;
      }
      if (entry.signature !== '0x') verified += 1;
      const signature =
        verified > maxVerified
          ? tooMany
          : judgeSignature(
              { address, message: entry.message, signature: entry.signature },
              network,
            );
      judged.push({ entry, address, signature });
    }
    return judged;
  }
}

interface Judged {
  readonly entry: StoredEntry;
  readonly address?: string;
  readonly signature?: PublishedSignature;
}

const tooMany: PublishedSignature = {
  result: 'inconclusive',
  reason: `not verified: the place stores more than ${maxVerified} signatures`,
};

/** One entry undefined where the columns differ in length: they cannot be told apart. */
function joinColumns([addresses, rootKeys, messages, signatures]: readonly [
  readonly `0x${string}`[],
  readonly `0x${string}`[],
  readonly `0x${string}`[],
  readonly `0x${string}`[],
]): readonly (StoredEntry | undefined)[] {
  const longest = Math.max(addresses.length, rootKeys.length, messages.length, signatures.length);
  return Array.from({ length: longest }, (_, index) => {
    const [address, rootKey] = [addresses[index], rootKeys[index]];
    const [message, signature] = [messages[index], signatures[index]];
    if (!address || !rootKey || !message || !signature) return undefined;
    return { text: abiText(address), rootKey, message, signature };
  });
}

/** Undefined for what is no address: it is refused where the entries are collected. */
function addressOf(text: string, network: BitcoinNetwork): string | undefined {
  try {
    return decodeAddressOf(network, text).address;
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}

function notesOf(judged: readonly Judged[]): readonly DiscoveryNote[] {
  const invalid = judged.flatMap(({ address, signature }) =>
    signature?.result === 'invalid'
      ? [refusedNote(`the signature stored for ${address} is refused: ${signature.reason}`)]
      : [],
  );
  const unjudged = judged.filter(({ signature }) => signature?.result === 'inconclusive').length;
  const summary = `${unjudged} addresses are listed without a signature that can be judged`;
  return [...shortenNotes(invalid), ...(unjudged > 0 ? [refusedNote(summary)] : [])];
}

function refusedNote(message: string): DiscoveryNote {
  return { code: 'DISCOVERY_SIGNATURE_REFUSED', message };
}
