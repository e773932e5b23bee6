import { formatUnits } from '../core/formatUnits.ts';
import type { DiscoveryRow } from './compareDiscovery.ts';

/** What a person should find out about an address that is not simply taken over. */
export function askAbout(row: DiscoveryRow): string {
  return [question(row), ...doubts(row), holding(row)].join(' ');
}

function question({ finding, listedUnder, listedIn }: DiscoveryRow): string {
  switch (finding) {
    case 'double-claim':
      return `The registry lists it for ${listedUnder.join(', ')}: whose coins are these?`;
    case 'other-use':
      return `The registry lists it as custody (${listedIn.join(', ')}), and a place names it as somebody else's: which is right?`;
    case 'new':
      return 'It is published as custody, but not without contradiction: does it belong to the asset?';
    case 'reopened':
      return 'It is closed in the registry, and published as current: was it closed by mistake, or is it in use again?';
    case 'former':
      return listedIn.length > 0
        ? 'It is published only as replaced, and the registry has it open: since when is it no longer used?'
        : 'It is published only as replaced: do coins of the asset lie there still?';
    case 'unconfirmed':
      return 'The registry lists it, and a list that was read to the end does not: is it still used?';
    default:
      return 'What is it?';
  }
}

function doubts({ claims, issuer, chain }: DiscoveryRow): readonly string[] {
  return [
    ...(claims.some(({ role }) => role === 'other')
      ? ["A place names it as somebody else's."]
      : []),
    ...claims.flatMap(({ signature }) =>
      signature?.result === 'invalid' ? ['The signature published beside it does not verify.'] : [],
    ),
    ...(issuer === 'unknown' || chain === 'unknown'
      ? ['A place that may name it was not read, or not to the end.']
      : []),
  ];
}

function holding({ heldSats }: DiscoveryRow): string {
  return heldSats === null
    ? 'What it holds was not read.'
    : `It holds ${formatUnits(heldSats, 8)} BTC.`;
}
