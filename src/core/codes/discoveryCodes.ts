import { config, input, upstream } from './errorClasses.ts';
import type { ErrorCodeEntry } from './errorCodeEntry.ts';

/** Errors and findings of discovery: what others publish about custody addresses. */
export const discoveryCodes = {
  DISCOVERY_NOTHING_TO_READ: {
    ...config,
    title: 'The registry names no place where custody addresses of the asset are published.',
    fix: 'Add one under `discovery` in asset.json; addresses/README.md tells the kinds.',
  },
  DISCOVERY_URL_MISSING: {
    ...config,
    title: 'The URL of a feed is not in the registry.',
    fix: 'Give it with --url KIND=URL.',
  },
  DISCOVERY_LIST_EMPTY: {
    ...upstream,
    title: 'A published list is empty, which says nothing about the addresses.',
    fix: 'Look at the place by hand: a list that lost its content is not a reserve that is gone.',
  },
  DISCOVERY_LIST_TOO_LONG: {
    ...upstream,
    title: 'A published list has more entries than assay reads.',
    fix: 'Look at the place by hand: no custodian publishes that many addresses.',
  },
  DISCOVERY_LIST_CHANGED: {
    ...upstream,
    title: 'A published list changed while it was read, or its pages do not fit together.',
    fix: 'Ask again; if it stays so, the list itself is wrong.',
  },
  DISCOVERY_LOGS_UNAVAILABLE: {
    ...upstream,
    title: 'A source does not give the events of a contract, however short the range.',
    fix: 'Use a source that keeps all logs of the chain.',
  },
  DISCOVERY_CONTRACT_MISMATCH: {
    ...upstream,
    title: 'The contract does not have the functions that its place of discovery says.',
    fix: 'Check chain, address and kind of the place under `discovery` in asset.json.',
  },
  DISCOVERY_EVENTS_INCOMPLETE: {
    ...upstream,
    title: 'The events of a contract do not lead to the state that it has.',
    fix: 'Read it from a source that keeps all logs of the chain; else look at the contract by hand.',
  },
  DISCOVERY_ENTRY_INVALID: {
    ...upstream,
    title: 'A published entry is no Bitcoin address of the network.',
    fix: 'Look at the entry by hand; it is not proposed.',
  },
  DISCOVERY_ENTRY_REPEATED: {
    ...upstream,
    title: 'A published list has one address several times.',
    fix: 'Nothing to do: the address is taken once, and its claimed amount is not added up.',
  },
  DISCOVERY_CLAIM_INVALID: {
    ...upstream,
    title: 'An amount that a publisher states is none.',
    fix: 'Look at the entry by hand; the amount is shown as unknown.',
  },
  DISCOVERY_SIGNATURE_REFUSED: {
    ...upstream,
    title: 'A published signature does not verify, or cannot be judged.',
    fix: 'Ask the custodian for a signature over a challenge of `assay registry challenge`.',
  },
  DISCOVERY_PROPOSAL_REFUSED: {
    ...input,
    title: 'The proposal cannot be written to that file.',
    fix: 'Name a file that is not there yet, outside of the registry.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;

/** The codes of discovery. */
export type DiscoveryCode = keyof typeof discoveryCodes;
