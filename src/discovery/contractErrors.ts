import type { ChainPoint } from '../core/chainPoint.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceError } from '../core/sourceErrors.ts';
import { maxListed } from './discovery.ts';

/** Errors of reading a contract. None carries what a server or a contract wrote. */

/** Which contract, and as of which block. */
export interface ContractSite {
  readonly source: SourceRef;
  readonly contract: string;
  readonly point: ChainPoint;
}

/** @param what completes "the contract …" */
export function contractMismatch(site: ContractSite, what: string) {
  return contractError('DISCOVERY_CONTRACT_MISMATCH', site, what);
}

/** The contract lists nothing. */
export function listEmpty(site: ContractSite, what: string) {
  return contractError('DISCOVERY_LIST_EMPTY', site, what);
}

/** @param length as the contract states it; undefined where there are just too many */
export function listTooLong(site: ContractSite, what: string, length?: bigint) {
  // A uint256 has up to 78 digits.
  const shown = length === undefined || length > 10n ** 15n ? 'far too many' : `${length}`;
  return contractError(
    'DISCOVERY_LIST_TOO_LONG',
    site,
    `lists ${shown} ${what}; at most ${maxListed} are read`,
  );
}

/** Answers of one block that do not fit together. @param what completes "the contract …" */
export function listChanged(site: ContractSite, what: string) {
  return contractError('DISCOVERY_LIST_CHANGED', site, what);
}

/** The source does not give the logs. @param what completes "the source …" */
export function logsUnavailable({ source, contract }: ContractSite, what: string) {
  return sourceError('DISCOVERY_LOGS_UNAVAILABLE', source, what, { facts: { contract } });
}

function contractError(
  code: Parameters<typeof sourceError>[0],
  { source, contract, point }: ContractSite,
  what: string,
) {
  return sourceError(code, source, `says of ${contract} at block ${point.height}: it ${what}`, {
    facts: { contract, height: point.height, hash: point.hash },
  });
}
