import { contradiction } from './errors.ts';
import type { Report } from './report.ts';

/** Base58 and bech32 alike; nothing else is a Bitcoin address. */
const bitcoinAddress = /^[0-9A-Za-z]+$/;

const evmAccount = /^(?:0x)?[0-9a-f]{40}$/i;
/** The address of a CAIP-10 identifier, in which no escape is escaped again. */
const anyAccount = /^(?:[-.0-9A-Za-z]|%(?!25)[0-9A-Fa-f]{2})+$/;

/**
 * Whether addresses and holders are written as such: with a chain, a space or an escape about it, one
 * would pass for another, and be counted or taken off twice (see `accountKey`, which checks nothing).
 *
 * @throws AssayError ATTESTATION_STATEMENT_MISMATCH
 */
export function checkSpelling({ reserves, supply }: Report): void {
  for (const [index, { address }] of reserves.addresses.entries()) {
    if (!bitcoinAddress.test(address)) {
      throw contradiction(`reserves.addresses[${index}].address`, 'is no Bitcoin address');
    }
  }
  for (const [index, { token, holder }] of (supply.liability?.excluded ?? []).entries()) {
    const namespace = token.slice(0, token.indexOf(':'));
    if (!(namespace === 'eip155' ? evmAccount : anyAccount).test(holder)) {
      throw contradiction(
        `supply.liability.excluded[${index}].holder`,
        `is no account of ${namespace}`,
      );
    }
  }
}
