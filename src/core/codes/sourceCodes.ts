import { config, passing, upstream } from './errorClasses.ts';
import type { ErrorCodeEntry } from './errorCodeEntry.ts';

/** Errors of servers that are read, whatever the chain. */
export const sourceCodes = {
  SOURCE_URL_INVALID: {
    ...config,
    title: 'A source is not a URL that assay can use.',
    fix: 'Write kind+protocol://host, such as core+http://user:password@127.0.0.1:8332.',
  },
  SOURCE_SCHEME_UNKNOWN: {
    ...config,
    title: "A source's URL has a scheme that names no known kind of source.",
    fix: 'Use core+http(s), mempool+http(s), esplora+http(s), electrum+tcp or electrum+tls for Bitcoin, http(s) for a token chain, and for Sui grpc+http(s) too.',
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
  SOURCE_NOT_AWAITED: {
    ...passing,
    title: 'A source was so much slower than enough others that it was not waited for.',
    fix: 'Nothing to do if the quorum is met; else use a faster source.',
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
  SOURCE_BLOCK_FUTURE: {
    ...upstream,
    title: 'A source gave a block whose time lies more than two hours ahead of this machine.',
    fix: "Check this machine's clock, or ask another server.",
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
} as const satisfies Record<string, ErrorCodeEntry>;
