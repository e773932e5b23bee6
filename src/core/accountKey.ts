import { addressKey } from './addressKey.ts';

/**
 * One text for all writings of one account or contract of a chain, so that what is the same compares as
 * the same: an EVM address in any case, a Tron address in base58 or hex, a Move address with or without
 * its zeros, a denomination percent-encoded or plain. A key is for comparing, and is never shown or signed.
 *
 * It checks nothing: what is no address has a key as well. Of chains that assay does not know, texts are
 * the same where they are equal, or differ in the case or the leading zeros of hex after `0x` alone.
 *
 * @param chain CAIP-2
 * @param address as CAIP-10 or the chain's own tools write it
 */
export function accountKey(chain: string, address: string): string {
  const key = chainKey(chain);
  return `${key}:${addressKey(key.slice(0, key.indexOf(':')), address)}`;
}

/** As `accountKey`, of a CAIP-10 identifier. */
export function contractKey(contract: string): string {
  const split = contract.lastIndexOf(':');
  return accountKey(contract.slice(0, split), contract.slice(split + 1));
}

/**
 * As `accountKey`, of a CAIP-19 identifier: a token is the contract, mint or denomination that its
 * reference names, whichever standard is written before it.
 */
export function tokenKey(token: string): string {
  const slash = token.indexOf('/');
  const chain = token.slice(0, slash);
  return accountKey(chain, token.slice(token.indexOf(':', slash) + 1));
}

/** One text for all writings of a CAIP-2 chain. */
export function chainKey(chain: string): string {
  const split = chain.indexOf(':');
  const namespace = chain.slice(0, split);
  const reference = chain.slice(split + 1);
  switch (namespace) {
    case 'eip155':
    case 'aptos':
      return `${namespace}:${reference.replace(/^0+(?=\d)/, '')}`;
    case 'bip122':
      return chain.toLowerCase();
    case 'tron':
      return `tron:${tronChain(reference)}`;
    default:
      return chain;
  }
}

/** The last digits of the genesis block's id, which CAIP-2's profile has as a decimal number. */
function tronChain(reference: string): string {
  const hex = /^0x0*([0-9a-f]+)$/i.exec(reference)?.[1];
  if (hex !== undefined) return hex.toLowerCase();
  return /^\d{1,10}$/.test(reference) ? Number(reference).toString(16) : reference;
}
