/**
 * Every error that assay can give, in one table: what it means and what to do about it, the HTTP
 * status and the exit code that it becomes, and whether asking again may help. docs/errors.md and
 * the `code` enumeration of openapi.yaml are generated from it.
 */
export interface ErrorCodeEntry {
  /** What happened, in one sentence. */
  readonly title: string;
  /** What the reader should do. */
  readonly fix: string;
  /** HTTP status where the error ends a request. */
  readonly status: 400 | 401 | 404 | 405 | 413 | 415 | 422 | 429 | 500 | 502 | 503;
  /** Exit code where the error ends a command: 1 does not verify, 2 could not be read, 3 input. */
  readonly exit: 1 | 2 | 3;
  /** Whether the same request may succeed later, unchanged. */
  readonly retry: boolean;
}

const input = { status: 400, exit: 3, retry: false } as const;
const config = { status: 500, exit: 3, retry: false } as const;
const upstream = { status: 502, exit: 2, retry: false } as const;
const passing = { status: 503, exit: 2, retry: true } as const;
const unverified = { status: 422, exit: 1, retry: false } as const;

export const errorCodes = {
  // core
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

  // registry
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
    title: 'One custody address is listed twice, or under two assets.',
    fix: 'Keep it where its coins belong: the same coins never back two assets.',
  },
  REGISTRY_DUPLICATE_DEPLOYMENT: {
    ...config,
    title: 'One deployment is listed twice, or under two assets.',
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
    fix: 'Copy the address again, with its checksum.',
  },
  REGISTRY_DECIMALS_UNSUPPORTED: {
    ...config,
    title: 'A deployment has more than 18 decimals, which the statement cannot carry exactly.',
    fix: 'Such a deployment cannot be attested.',
  },
  ASSET_UNKNOWN: {
    status: 404,
    exit: 3,
    retry: false,
    title: 'The registry has no asset of that id.',
    fix: 'List the assets with `assay registry list` or GET /v1/assets.',
  },

  // sources
  SOURCE_URL_INVALID: {
    ...config,
    title: 'A source is not a URL that assay can use.',
    fix: 'Write kind+protocol://host, such as core+http://user:password@127.0.0.1:8332.',
  },
  SOURCE_SCHEME_UNKNOWN: {
    ...config,
    title: "A source's URL has a scheme that names no known kind of source.",
    fix: 'Use core+http(s) or mempool+http(s) for Bitcoin, http(s) for an EVM chain.',
  },
  SOURCE_MISSING: {
    ...upstream,
    title: 'No source is configured for a chain that has to be read.',
    fix: 'Name one with --bitcoin URL or --rpc CHAIN=URL, or in the config file.',
  },
  SOURCE_UNREACHABLE: {
    ...passing,
    title: 'A source could not be reached, or closed the connection.',
    fix: 'Check host, port and network, and that the server runs.',
  },
  SOURCE_TIMEOUT: {
    ...passing,
    title: 'A source did not answer in time.',
    fix: 'Ask again, or use a source that is less busy.',
  },
  SOURCE_UNAUTHORIZED: {
    ...upstream,
    title: 'A source refused the credentials.',
    fix: 'Check user and password, or the cookie file, in the source URL.',
  },
  SOURCE_RATE_LIMITED: {
    ...passing,
    title: 'A source answers that it was asked too often.',
    fix: 'Wait, lower the concurrency, or use a server of your own.',
  },
  SOURCE_SERVER_ERROR: {
    ...passing,
    title: 'A source answered with a server error.',
    fix: 'Ask again later, or use another source.',
  },
  SOURCE_NOT_READY: {
    ...passing,
    title: 'A source is still starting or synchronising.',
    fix: 'Wait until the node has loaded its chain.',
  },
  SOURCE_BUSY: {
    ...passing,
    title: 'The node is busy with a scan for somebody else.',
    fix: 'Wait until that scan has ended: a node runs one at a time.',
  },
  SOURCE_RESPONSE_INVALID: {
    ...upstream,
    title: 'A source answered something other than what its interface promises.',
    fix: 'Check that the URL is the API itself and not a web page or a proxy; else use another source.',
  },
  SOURCE_RESPONSE_TOO_LARGE: {
    ...upstream,
    title: 'A source answered more than assay accepts.',
    fix: 'Use another source.',
  },
  SOURCE_RPC_ERROR: {
    ...upstream,
    title: 'A source answered with an error of its own.',
    fix: 'See the code that it gave; check that the node supports the call.',
  },
  SOURCE_WRONG_CHAIN: {
    ...upstream,
    title: 'A source serves another chain than the one to be read.',
    fix: 'Check the network and the chain id of the source.',
  },
  SOURCE_TIP_WENT_BACK: {
    ...passing,
    title: "A source's tip went backwards while it was read.",
    fix: 'Ask again: the servers behind one URL may be at different heights.',
  },

  // bitcoin
  BITCOIN_HEIGHT_ABOVE_TIP: {
    ...input,
    title: 'The height to be audited is above the tip of the source.',
    fix: 'Ask for a lower height, or wait for the block.',
  },
  BITCOIN_HEIGHT_PRUNED: {
    ...input,
    title: 'The height to be audited is below what the source still keeps.',
    fix: 'Ask for a later height, or use a source with the whole chain.',
  },
  BITCOIN_REORGANISED: {
    ...passing,
    title: 'The audited block left the best chain while it was read.',
    fix: 'Ask again: nothing of the abandoned chain was counted.',
  },
  BITCOIN_STATE_MOVED: {
    ...passing,
    title: "A source's answers kept changing, so that no two belonged together.",
    fix: 'Ask again, or use a Bitcoin Core source.',
  },
  BITCOIN_SOURCES_DISAGREE: {
    ...upstream,
    title: 'Bitcoin sources give different answers for the same block.',
    fix: 'See who said what in the observations; remove the source that is wrong.',
  },
  BITCOIN_QUORUM_NOT_MET: {
    ...upstream,
    title: 'Fewer Bitcoin operators answered than the quorum asks for.',
    fix: 'Add sources of other operators, or see why they failed.',
  },

  // supply
  SUPPLY_CHAIN_UNSUPPORTED: {
    ...upstream,
    title: 'assay cannot read tokens on this chain yet.',
    fix: 'The supply on this chain stays unknown, and with it the verdict.',
  },
  SUPPLY_BLOCK_UNAVAILABLE: {
    ...upstream,
    title: 'A source has no block for the moment to be read.',
    fix: 'Use a source that keeps the history, or an earlier or later moment.',
  },
  SUPPLY_STATE_UNAVAILABLE: {
    ...upstream,
    title: 'A source no longer has the state of the block to be read.',
    fix: 'Use an archive node, or --pairing finalized.',
  },
  SUPPLY_REORGANISED: {
    ...passing,
    title: 'The block at which the supply was read left the best chain.',
    fix: 'Ask again: nothing of the abandoned chain was counted.',
  },
  SUPPLY_SOURCES_DISAGREE: {
    ...upstream,
    title: 'Sources give different supplies or blocks for the same moment.',
    fix: 'See who said what in the observations; remove the source that is wrong.',
  },
  SUPPLY_QUORUM_NOT_MET: {
    ...upstream,
    title: 'Fewer operators answered for a deployment than the quorum asks for.',
    fix: 'Add sources of other operators, or see why they failed.',
  },
  TOKEN_NO_CODE: {
    ...upstream,
    title: 'There is no contract at the token address.',
    fix: 'Check chain and address of the deployment in the registry.',
  },
  TOKEN_REVERTED: {
    ...upstream,
    title: 'The token contract refused the call, or has no such function.',
    fix: 'Check that the address is an ERC-20 token.',
  },
  TOKEN_DECIMALS_MISMATCH: {
    ...upstream,
    title: 'The token has other decimals than the registry says.',
    fix: 'Correct the registry: with wrong decimals every figure would be wrong.',
  },
  TOKEN_SYMBOL_MISMATCH: {
    ...upstream,
    title: 'The token has another symbol than the registry says.',
    fix: 'Check that the address is the right token, then correct the registry.',
  },
  TOKEN_UNKNOWN: {
    status: 404,
    exit: 3,
    retry: false,
    title: 'No asset of the registry has that token.',
    fix: 'Check chain (CAIP-2) and address; GET /v1/assets lists all deployments.',
  },

  // attest
  ATTESTATION_MALFORMED: {
    ...unverified,
    title: 'The document is not an attestation.',
    fix: 'Give the whole attestation, unchanged, as JSON.',
  },
  ATTESTATION_TOO_LARGE: {
    status: 413,
    exit: 1,
    retry: false,
    title: 'The document is larger than any attestation may be.',
    fix: 'Check that the file or URL is an attestation.',
  },
  ATTESTATION_VERSION_UNKNOWN: {
    ...unverified,
    title: 'The attestation has a version that this program does not know.',
    fix: 'Use a newer assay, or check the document.',
  },
  ATTESTATION_DOMAIN_MISMATCH: {
    ...unverified,
    title: 'Domain or types of the statement differ from those of its version.',
    fix: 'Do not trust it: the statement was made or changed for another purpose.',
  },
  ATTESTATION_SIGNATURE_INVALID: {
    ...unverified,
    title: 'The signature is not one of the signer over this statement.',
    fix: 'Do not trust it: statement, signature or signer was changed.',
  },
  ATTESTATION_SIGNER_UNTRUSTED: {
    ...unverified,
    title: 'The signature is valid, but its signer is not among the trusted keys.',
    fix: 'Compare the signer with what the operator publishes; name it with --signer if you trust it.',
  },
  ATTESTATION_REPORT_MISMATCH: {
    ...unverified,
    title: 'The report is not the one whose digest was signed.',
    fix: 'Do not trust the report: it was changed after it was signed.',
  },
  ATTESTATION_STATEMENT_MISMATCH: {
    ...unverified,
    title: 'The signed statement and its report say different things.',
    fix: 'Do not trust it: its signer made it wrongly.',
  },
  ATTESTATION_EXPIRED: {
    ...unverified,
    title: 'The attestation is past its validity.',
    fix: 'Fetch the latest attestation.',
  },
  ATTESTATION_FROM_FUTURE: {
    ...unverified,
    title: 'The attestation was observed later than now.',
    fix: "Check this machine's clock, and the signer's.",
  },
  ATTESTATION_UNKNOWN: {
    status: 404,
    exit: 3,
    retry: false,
    title: 'There is no attestation of that id.',
    fix: 'The id is the EIP-712 digest of the statement, 0x and 64 hex digits.',
  },
  ATTESTATION_PENDING: {
    status: 503,
    exit: 2,
    retry: true,
    title: 'The asset has not been audited since the service started.',
    fix: 'Ask again when the first audit has ended.',
  },

  // keys
  KEYSTORE_NOT_FOUND: {
    ...config,
    title: 'The key file is not there.',
    fix: 'Make one with `assay keys generate`, or name it with --keystore.',
  },
  KEYSTORE_EXISTS: {
    ...config,
    title: 'There is a file at that place already; it was left alone.',
    fix: 'Choose another name, or move the old file away.',
  },
  KEYSTORE_MALFORMED: {
    ...config,
    title: 'The key file is not a Web3 Secret Storage v3 file that assay can read.',
    fix: 'Use a file made by `assay keys generate`, or any v3 file with scrypt or pbkdf2.',
  },
  PASSPHRASE_WRONG: {
    ...config,
    title: 'The passphrase does not open the key file.',
    fix: 'Check the passphrase; a file may end in a line break, which is not part of it.',
  },
  PASSPHRASE_MISSING: {
    ...config,
    title: 'There is no passphrase to be had.',
    fix: 'Run in a terminal, or name a file with --passphrase-file.',
  },

  // config and command line
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
  FILE_UNREADABLE: {
    ...config,
    title: 'A file could not be read or written.',
    fix: 'Check the path and its permissions.',
  },

  // API
  REQUEST_INVALID: {
    ...input,
    title: 'The request does not follow the API.',
    fix: 'See `errors` for each place, and /docs for the contract.',
  },
  ROUTE_UNKNOWN: {
    status: 404,
    exit: 3,
    retry: false,
    title: 'There is nothing at this path.',
    fix: 'See /docs for the paths.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    exit: 3,
    retry: false,
    title: 'The path does not take this method.',
    fix: 'See the Allow header.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    exit: 3,
    retry: false,
    title: 'The body of the request is too large.',
    fix: 'Send less at once.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    exit: 3,
    retry: false,
    title: 'The body of the request has a content type that the path does not take.',
    fix: 'Send application/json.',
  },
  RATE_LIMITED: {
    status: 429,
    exit: 2,
    retry: true,
    title: 'Too many requests from this address.',
    fix: 'Wait as long as Retry-After says.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;

/** The closed set of error codes. */
export type ErrorCode = keyof typeof errorCodes;
