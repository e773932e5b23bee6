import { AssayError } from '../../core/assayError.ts';
import { formatTime } from '../../core/unixTime.ts';
import type { DiscoveryRow, PlaceClaim } from '../../discovery/compareDiscovery.ts';
import { isDifference } from '../../discovery/judgeAddress.ts';
import type { PlaceOutcome } from '../../discovery/readPlaces.ts';
import { sumClaims } from '../../discovery/sumClaims.ts';
import { printableText } from '../../registry/printableText.ts';
import type { Discovery } from '../discoverAddresses.ts';
import { formatAmount, groupThousands } from './formatAmount.ts';
import type { Style } from './style.ts';
import { wrapText } from './wrapText.ts';

/** Who was read, and the addresses that differ, as a table that fits 80 columns. */
export function formatDiscovery(discovery: Discovery, style: Style): string {
  const { asset, outcomes, comparison, proposal } = discovery;
  const differing = comparison.rows.filter(({ finding }) => isDifference(finding));
  const blocks = [
    [style.bold(`${asset.id}: registry, issuer and chain`)],
    ...outcomes.map((outcome) => placeLines(outcome, style)),
    registryLines(discovery),
    ...differing.map((row) => rowLines(row, outcomes, style)),
    ...(differing.length > 0 ? [totalLines(discovery, differing)] : []),
    closingLines(discovery, differing.length),
    ...(proposal === null ? [] : [[`Proposal to review: ${proposal}`]]),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const indent = ' '.repeat(13);

/** Text of a block, below its label; a word that is too long for a line goes on in the next. */
function below(text: string): string[] {
  const broken = printableText(text, 1000).replace(/\S{66}(?=\S)/g, '$& ');
  return wrapText(broken, 66).map((line) => indent + line);
}

function placeLines(outcome: PlaceOutcome, style: Style): string[] {
  const { place, side, failed } = outcome;
  const where = 'contract' in place ? place.contract : (place.url ?? 'no URL in the registry');
  const failures = failed.flatMap(({ source, error }) =>
    below(`${source.operator} failed: ${error.code}`),
  );
  return [
    `${style.bold(side.padEnd(13))}${place.kind}`,
    ...below(where),
    ...failures,
    ...('reading' in outcome
      ? readingLines(outcome.reading, style)
      : [style.bold(`${indent}not read: ${outcome.error.code}`), ...below(outcome.error.message)]),
  ];
}

type Reading = Extract<PlaceOutcome, { reading: unknown }>['reading'];

function readingLines(reading: Reading, style: Style): string[] {
  const { source, readAt, publishedAt, point, addresses, notes, complete } = reading;
  const when = [
    `read ${formatTime(readAt)} from ${'contract' in reading.place ? source.operator : source.id}`,
    ...(point === null ? [] : [`as of block ${point.height} (${formatTime(point.time)})`]),
    ...(publishedAt === null ? [] : [`published ${formatTime(publishedAt)}`]),
  ];
  const custody = addresses.filter(({ role, current }) => role === 'custody' && current).length;
  const former = addresses.filter(({ role, current }) => role === 'custody' && !current).length;
  const other = addresses.length - custody - former;
  const numbers = [
    `${count(addresses.length, 'address', 'addresses')}: ${custody} custody`,
    ...(former > 0 ? [`${former} replaced`] : []),
    ...(other > 0 ? [`${other} of others`] : []),
  ];
  return [
    ...below(when.join(', ')),
    ...below(numbers.join(', ')),
    ...below(claimText(reading)),
    ...(complete
      ? []
      : [style.bold(`${indent}not read to the end: what it does not name is unknown`)]),
    ...notes.flatMap(({ code, message }) => below(`${code}: ${message}`).map(style.dim)),
  ];
}

function claimText({ addresses }: Reading): string {
  const { sats, stated, unstated } = sumClaims(addresses);
  if (stated === 0) return '';
  const without = unstated > 0 ? `, and ${unstated} without an amount` : '';
  return `claims ${formatAmount(sats, 8)} BTC${without} (a claim; never counted)`;
}

function registryLines({ asset, comparison }: Discovery): string[] {
  const { rows, counts } = comparison;
  const listed = rows.filter(({ registry }) => registry === 'listed').length;
  const closed = rows.filter(({ registry }) => registry === 'closed').length;
  const others = counts['not-custody'];
  const foreign = others > 0 ? `; and ${others} published that are somebody else's` : '';
  const pool = asset.pool === undefined ? '' : `, of all assets of the pool ${asset.pool}`;
  return [
    `${'registry'.padEnd(13)}${listed} open, ${closed} closed${pool}`,
    ...below(`${counts.agreed} agreed, ${counts.unknown} unknown${foreign}`),
  ];
}

function rowLines(row: DiscoveryRow, outcomes: readonly PlaceOutcome[], style: Style): string[] {
  const { finding, address, registry, issuer, chain, listedUnder, heldSats } = row;
  const amounts = [
    ...row.claimedSats.map((sats) => `claimed ${formatAmount(sats, 8)} BTC`),
    ...(heldSats === null ? [] : [`holds ${formatAmount(heldSats, 8)} BTC`]),
  ];
  return [
    `${style.bold(finding.padEnd(13))}${address}`,
    ...below(`registry ${registry}, issuer ${issuer}, chain ${chain}`),
    ...(listedUnder.length > 0 ? below(`the registry has it for ${listedUnder.join(', ')}`) : []),
    ...below(amounts.join(', ')),
    ...row.claims.flatMap((claim) => below(describeClaim(claim, outcomes)).map(style.dim)),
  ];
}

function describeClaim(claim: PlaceClaim, outcomes: readonly PlaceOutcome[]): string {
  const { place, role, current, purpose, signature, history } = claim;
  const what = [
    `${outcomes[place]?.place.kind ?? ''}: ${printableText(purpose, 200)}`,
    ...(role === 'other' ? ["somebody else's"] : []),
    ...(current ? [] : ['replaced']),
    ...(signature
      ? [`signature ${signature.result}: ${printableText(signature.reason, 200)}`]
      : []),
    ...(history ?? [])
      .slice(-1)
      .map(({ event, point }) => `last event: ${event} at block ${point.height}`),
  ];
  return what.join('; ');
}

/** Sums over what differs. Claims of several places about one address are never added up. */
function totalLines({ outcomes, holdings }: Discovery, rows: readonly DiscoveryRow[]): string[] {
  const claims = outcomes.flatMap(({ place }, index) => {
    const { sats, stated } = sumClaims(
      rows.flatMap((row) => row.claims.filter((claim) => claim.place === index)),
    );
    if (stated === 0) return [];
    const addresses = count(stated, 'address', 'addresses');
    return below(
      `${place.kind} claims ${formatAmount(sats, 8)} BTC at ${addresses} (never counted)`,
    );
  });
  return ['what differs', ...claims, ...heldLines(holdings, rows)];
}

function heldLines(holdings: Discovery['holdings'], rows: readonly DiscoveryRow[]): string[] {
  if (holdings === null) return below('held: not read; name a Bitcoin source with --bitcoin');
  if (holdings instanceof AssayError) return below(`held: unknown, ${holdings.code}`);
  let sum = 0n;
  let unknown = 0;
  for (const { heldSats } of rows) {
    if (heldSats === null) unknown += 1;
    else sum += heldSats;
  }
  const { height } = holdings.point;
  const rest = unknown > 0 ? `, ${unknown} unknown` : '';
  return below(`held: ${formatAmount(sum, 8)} BTC as of Bitcoin block ${height}${rest}`);
}

function closingLines({ comparison }: Discovery, differing: number): string[] {
  const { complete, counts } = comparison;
  const found = differing === 0 ? 'No difference' : count(differing, 'difference', 'differences');
  if (complete) return [`${found}. The registry was not changed.`];
  const unknown = count(counts.unknown, 'address', 'addresses');
  return wrapText(
    `${found} in what was read. Not every place was read to the end: ${unknown} unknown. The registry was not changed.`,
    80,
  );
}

function count(number: number, one: string, many: string): string {
  return `${groupThousands(String(number))} ${number === 1 ? one : many}`;
}
