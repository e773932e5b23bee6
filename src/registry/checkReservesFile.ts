import { AssayError } from '../core/assayError.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { type DateClaim, sourceDates } from './checkDates.ts';
import { checkOrder } from './checkOrder.ts';
import { checkProvenance } from './checkProvenance.ts';
import type { Claim } from './claim.ts';
import { type DecodedAddress, decodeAddress, decodeAddressOf } from './decodeAddress.ts';
import { createFinding, type Finding } from './finding.ts';
import { quoteText } from './printableText.ts';
import { ReadableReserves } from './readableFiles.ts';
import { maxAddresses, ReservesFile } from './reservesFile.ts';
import { schemaFindings } from './schemaFindings.ts';

export interface ReservesFileCheck {
  /** Null where the file breaks its schema. */
  readonly content: ReservesFile | null;
  /** Per entry, in the order of the file; null where the address cannot be used. */
  readonly decoded: readonly (DecodedAddress | null)[];
  readonly scripts: readonly Claim[];
  readonly dates: readonly DateClaim[];
  readonly findings: readonly Finding[];
}

/**
 * Every rule that a reserves.json must keep by itself. `id` is the name of its folder; without a
 * `network` (asset.json does not tell) addresses are decoded, but held to no network. Pure.
 */
export function checkReservesFile(
  id: string,
  value: unknown,
  network: BitcoinNetwork | undefined,
): ReservesFileCheck {
  const file = `${id}/reserves.json`;
  const tooMany = refuseTooMany(file, value);
  if (tooMany) return { content: null, decoded: [], scripts: [], dates: [], findings: [tooMany] };
  const parsed = ReservesFile.safeParse(value);
  const readable: ReadableReserves = parsed.success ? parsed.data : ReadableReserves.parse(value);
  const addresses = checkAddresses(file, readable, network);
  return {
    content: parsed.success ? parsed.data : null,
    decoded: addresses.decoded,
    scripts: addresses.claims,
    dates: [...sourceDates(file, readable.sources), ...custodyDates(file, readable)],
    findings: [
      ...(parsed.success ? [] : schemaFindings(file, ReservesFile, value, parsed.error)),
      ...checkProvenance(
        file,
        readable.addresses.map((entry, index) => [`/addresses/${index}`, entry]),
        readable.sources,
      ),
      ...addresses.findings,
      ...checkOrder(file, 'addresses', 'address', readable.addresses),
      ...checkSpans(file, readable),
    ],
  };
}

/** Before the schema, which would make a finding of each of any number of entries. */
function refuseTooMany(file: string, value: unknown): Finding | null {
  if (typeof value !== 'object' || value === null || !('addresses' in value)) return null;
  const { addresses } = value;
  if (!Array.isArray(addresses) || addresses.length <= maxAddresses) return null;
  return createFinding(
    'REGISTRY_SCHEMA_INVALID',
    { file, pointer: '/addresses' },
    `there are ${addresses.length} addresses; at most ${maxAddresses} are read`,
  );
}

function checkAddresses(
  file: string,
  { addresses }: ReadableReserves,
  network: BitcoinNetwork | undefined,
) {
  const claims: Claim[] = [];
  const decoded: (DecodedAddress | null)[] = [];
  const findings: Finding[] = [];
  addresses.forEach(({ address: text }, index) => {
    decoded.push(null);
    if (text === undefined) return;
    const place = { file, pointer: `/addresses/${index}/address` };
    try {
      const address = network ? decodeAddressOf(network, text) : decodeAddress(text);
      decoded[index] = address;
      // The same script on two networks holds different coins.
      const key = `${network?.name ?? address.networks.join()}:${address.script}`;
      claims.push({ ...place, key, text });
      if (address.address !== text) findings.push(writtenOtherwise(place, address.address));
    } catch (thrown) {
      if (!(thrown instanceof AssayError)) throw thrown;
      findings.push(createFinding(thrown.code, place, thrown.message, thrown.fix));
    }
  });
  return { claims, decoded, findings };
}

function writtenOtherwise(place: { file: string; pointer: string }, address: string): Finding {
  return createFinding(
    'REGISTRY_ADDRESS_INVALID',
    place,
    'the bech32 address is not in lower case, the one writing that the registry takes',
    `Write ${address}.`,
  );
}

function custodyDates(file: string, { addresses }: ReadableReserves): readonly DateClaim[] {
  return addresses.flatMap(({ since, until }, index) => {
    const pointer = `/addresses/${index}`;
    return [
      ...(since === undefined ? [] : [{ file, pointer: `${pointer}/since`, date: since }]),
      ...(until === undefined ? [] : [{ file, pointer: `${pointer}/until`, date: until }]),
    ];
  });
}

function checkSpans(file: string, { addresses }: ReadableReserves): readonly Finding[] {
  const findings: Finding[] = [];
  addresses.forEach(({ since, until }, index) => {
    if (since === undefined || until === undefined || since <= until) return;
    findings.push(
      createFinding(
        'REGISTRY_SCHEMA_INVALID',
        { file, pointer: `/addresses/${index}/until` },
        `until ${quoteText(until)} lies before since ${quoteText(since)}`,
        'Correct the dates.',
      ),
    );
  });
  return findings;
}
