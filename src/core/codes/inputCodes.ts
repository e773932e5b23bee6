import { config, input } from './errorClasses.ts';
import type { ErrorCodeEntry } from './errorCodeEntry.ts';

/** Errors of what is written wrongly: amounts, identifiers, options, files. */
export const inputCodes = {
  AMOUNT_INVALID: {
    ...input,
    title: 'An amount is not a plain decimal number.',
    fix: 'Give digits with at most one decimal point, no sign, no exponent, no spaces.',
  },
  AMOUNT_OUT_OF_RANGE: {
    ...input,
    title: 'An amount is outside of what its unit allows.',
    fix: 'Bitcoin amounts lie between 0 and 21,000,000 BTC, with at most 8 decimal places.',
  },
  CHAIN_ID_INVALID: {
    ...input,
    title: 'A chain identifier is not valid CAIP-2, or names a chain of the wrong kind.',
    fix: 'Write namespace:reference, such as eip155:1.',
  },
  TOKEN_ID_INVALID: {
    ...input,
    title: 'A token identifier is not valid CAIP-19.',
    fix: 'Write chain/namespace:reference, such as eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599.',
  },
  JSON_NOT_CANONICAL: {
    ...input,
    title: 'A value has no canonical JSON form (RFC 8785).',
    fix: 'Write integers beyond 2^53 as strings and leave out undefined values.',
  },
  INTERNAL_ERROR: {
    status: 500,
    exit: 3,
    retry: false,
    title: 'assay itself failed.',
    fix: 'Report it, with the command or request that led to it.',
  },
  USAGE_INVALID: {
    ...input,
    title: 'The command line is not understood.',
    fix: 'See `assay help` or `assay COMMAND --help`.',
  },
  CONFIG_INVALID: {
    ...config,
    title: 'The configuration is not valid.',
    fix: 'Mend each place that is named.',
  },
  LISTEN_FAILED: {
    ...config,
    title: 'The service cannot listen at the address that it was given.',
    fix: 'Name an address of this machine and a free port in `listen` of the config file.',
  },
  FILE_IN_USE: {
    ...config,
    title: 'Another process of assay is using the same folder, file or signing key.',
    fix: 'Wait until it has ended, or end it; each service needs a folder and a key of its own.',
  },
  FILE_UNREADABLE: {
    ...config,
    title: 'A file could not be read or written.',
    fix: 'Check the path and its permissions.',
  },
  FILE_EXISTS: {
    ...config,
    title: 'There is a file at that place already; it was left alone.',
    fix: 'Name another file, or replace this one with --force where the command has it.',
  },
  FILE_PROTECTED: {
    ...config,
    title: 'A key file, a symbolic link, or what is no ordinary file is never written over.',
    fix: 'Name another file.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
