import { config } from './errorClasses.ts';
import type { ErrorCodeEntry } from './errorCodeEntry.ts';

/** Errors of the registry and its files. */
export const registryCodes = {
  REGISTRY_NOT_FOUND: {
    ...config,
    title: 'The registry directory is missing or holds no asset.',
    fix: 'Give a directory that holds one folder per asset with asset.json and reserves.json.',
  },
  REGISTRY_INVALID: {
    ...config,
    title: 'The registry has findings; nothing of it is used.',
    fix: 'Mend every finding that is listed: each names its file and place.',
  },
  REGISTRY_JSON_INVALID: {
    ...config,
    title: 'A registry file is not JSON.',
    fix: 'Mend the syntax at the position that is named.',
  },
  REGISTRY_FILE_MISSING: {
    ...config,
    title: 'An asset folder lacks one of its files.',
    fix: 'Each asset folder holds asset.json and reserves.json.',
  },
  REGISTRY_SCHEMA_INVALID: {
    ...config,
    title: 'A registry file does not follow its JSON Schema.',
    fix: 'Compare the place that is named with the schema beside the assets.',
  },
  REGISTRY_UNKNOWN_KEY: {
    ...config,
    title: 'A registry file has a key that the schema does not know.',
    fix: 'Remove the key, or correct its spelling.',
  },
  REGISTRY_PROVENANCE_MISSING: {
    ...config,
    title: 'A custody address or deployment has no provenance.',
    fix: 'Add who says so, where and when.',
  },
  REGISTRY_ADDRESS_INVALID: {
    ...config,
    title: 'A custody address is not a valid Bitcoin address (checksum or form).',
    fix: 'Copy the address again from its source.',
  },
  REGISTRY_ADDRESS_WRONG_NETWORK: {
    ...config,
    title: "A custody address belongs to another network than the asset's.",
    fix: "Use an address of the asset's network.",
  },
  REGISTRY_DUPLICATE_ADDRESS: {
    ...config,
    title: 'One custody address is listed twice, or under two assets that declare no shared pool.',
    fix: 'Keep it where its coins belong: the same coins never back two assets.',
  },
  REGISTRY_TOO_LARGE: {
    ...config,
    title:
      'An asset, or all of a shared pool together, has more of something than one report holds.',
    fix: 'Split the asset, or let fewer assets declare the pool.',
  },
  REGISTRY_POOL_INVALID: {
    ...config,
    title: 'A shared pool is declared by one asset alone, or by assets of several networks.',
    fix: 'Let each asset that shares the coins declare the same pool, or remove the declaration.',
  },
  REGISTRY_DUPLICATE_DEPLOYMENT: {
    ...config,
    title: 'One deployment is listed twice, or under two assets, or has two rates.',
    fix: 'Keep one of the entries.',
  },
  REGISTRY_DUPLICATE_CONTRACT: {
    ...config,
    title:
      'A lockbox, feed, control contract, place of discovery or excluded holding is listed twice.',
    fix: 'Keep one of the entries.',
  },
  REGISTRY_DUPLICATE_ASSET: {
    ...config,
    title: 'An asset id differs from its folder, or is used twice.',
    fix: 'Give the asset the id of its folder.',
  },
  REGISTRY_TOKEN_INVALID: {
    ...config,
    title: 'A token address is not valid on its chain (for EVM: EIP-55 checksum).',
    fix: 'Write chain and token as the chain itself does: with its checksum, in its case, in full length.',
  },
  REGISTRY_CONTRACT_INVALID: {
    ...config,
    title: 'A contract is not a valid CAIP-10 identifier of its chain (for EVM: EIP-55 checksum).',
    fix: 'Copy the address again, with its checksum, and write chain:address.',
  },
  REGISTRY_LOCKBOX_MISSING: {
    ...config,
    title: 'A bridged deployment does not say where the tokens lie that it is a copy of.',
    fix: 'Name a key of `lockboxes`, or write "lockbox": "unknown".',
  },
  REGISTRY_LOCKBOX_UNEXPECTED: {
    ...config,
    title: 'A canonical deployment has a lockbox that it cannot have.',
    fix: 'Remove it; or if part of its supply is a copy, name the lockbox and call the coverage partial.',
  },
  REGISTRY_REFERENCE_UNKNOWN: {
    ...config,
    title: 'A registry file refers to a lockbox, deployment or feed that it does not have.',
    fix: 'Add what is referred to, or correct its spelling.',
  },
  REGISTRY_CHAIN_MISMATCH: {
    ...config,
    title: 'A lockbox lies on another chain than its token.',
    fix: 'Name the contract on the chain of the token, or the token on the chain of the contract.',
  },
  REGISTRY_GRAPH_CYCLE: {
    ...config,
    title: 'Lockboxes lead in a circle: a token would be backed by itself.',
    fix: 'Name for each copy the lockbox that keeps what it is a copy of; if nobody knows, write "unknown".',
  },
  REGISTRY_EXCLUSION_INVALID: {
    ...config,
    title: 'A lockbox is excluded from the liability although what it backs is not counted.',
    fix: 'Exclude a lockbox only where all that it backs are canonical deployments, which are counted themselves.',
  },
  REGISTRY_NOT_SORTED: {
    ...config,
    title: 'Addresses or deployments are not in the order of their texts.',
    fix: 'Move the entry to its place, so that every change shows as one line.',
  },
  REGISTRY_DATE_FUTURE: {
    ...config,
    title: 'A date of a source or of a custody address lies in the future.',
    fix: 'Write the day on which it was read, or on which it happened.',
  },
  REGISTRY_REVIEW_OVERDUE: {
    ...config,
    title: 'The day by which somebody should have looked at an asset again is past.',
    fix: 'Look at its sources again, mend what changed, and set a new `reviewBy`.',
  },
  REGISTRY_DECIMALS_UNSUPPORTED: {
    ...config,
    title: 'A deployment has more than 18 decimals, which the statement cannot carry exactly.',
    fix: 'Such a deployment cannot be attested.',
  },
  REGISTRY_EVIDENCE_INVALID: {
    ...config,
    title: 'A file of recorded evidence does not prove what it is kept for.',
    fix: 'Remove the file, or record the proofs again with `assay registry prove --record`.',
  },
  REGISTRY_PROOF_EXPIRED: {
    ...config,
    title: 'A proof of control is older than the policy of the asset allows.',
    fix: 'Write a new challenge with `assay registry challenge` and have it signed.',
  },
  ASSET_UNKNOWN: {
    status: 404,
    exit: 3,
    retry: false,
    title: 'The registry has no asset of that id.',
    fix: 'List the assets with `assay registry list` or GET /v1/assets.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
