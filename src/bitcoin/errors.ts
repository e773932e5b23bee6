import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceError } from '../core/sourceErrors.ts';

/**
 * Constructors of the errors of this folder. Each names the source by its redacted id and never
 * carries what an upstream wrote: that text is for nobody to trust.
 */

// Failures of a server, whatever its kind.

/** The server forgot, or does not know, a block that it named before. */
export function sourceTipWentBack(
  source: SourceRef,
  seenHeight: number,
  height: number,
): AssayError {
  return sourceError(
    'SOURCE_TIP_WENT_BACK',
    source,
    `was at height ${seenHeight} and is now at ${height}, without a reorganisation`,
    { facts: { seenHeight, height } },
  );
}

/** The server is still starting, or far behind. */
export function sourceNotReady(source: SourceRef, why: string): AssayError {
  return sourceError('SOURCE_NOT_READY', source, why);
}

/** A UTXO set and blocks that cannot be of one chain, whoever gave them. */
export function undoMismatch(what: string): AssayError {
  return new AssayError('SOURCE_RESPONSE_INVALID', {
    message: `the unspent outputs and the blocks above them do not belong together: ${what}`,
  });
}

/** One output, said to be of two scripts: it is of exactly one. */
export function outputShared(source: SourceRef, outpoint: string): AssayError {
  return sourceError('BITCOIN_OUTPUT_SHARED', source, `gives output ${outpoint} to two addresses`, {
    facts: { outpoint },
  });
}

// What the chain does not allow.

/** No block of that height yet. */
export function heightAboveTip(source: SourceRef, height: number, tipHeight?: number): AssayError {
  const tip = tipHeight === undefined ? 'its tip' : `its tip, ${tipHeight}`;
  return sourceError(
    'BITCOIN_HEIGHT_ABOVE_TIP',
    source,
    `has no block ${height}: that is above ${tip}`,
    {
      facts: tipHeight === undefined ? { height } : { height, tipHeight },
    },
  );
}

/** Blocks above H that must be undone are gone; `lowest` is the lowest H that could be read. */
export function heightPruned(source: SourceRef, height: number, lowest?: number): AssayError {
  const reach = lowest === undefined ? '' : `; it reaches down to height ${lowest}`;
  return sourceError(
    'BITCOIN_HEIGHT_PRUNED',
    source,
    `has pruned blocks that lie above height ${height} and have to be undone${reach}`,
    { facts: lowest === undefined ? { height } : { height, lowestHeight: lowest } },
  );
}

/** The block itself is gone. */
export function blockPruned(source: SourceRef, height: number): AssayError {
  return sourceError('BITCOIN_HEIGHT_PRUNED', source, `has pruned block ${height}`, {
    facts: { height },
  });
}

/** H is not, or no longer, in the best chain. */
export function blockReorganised(
  source: SourceRef,
  point: Pick<ChainPoint, 'height' | 'hash'>,
): AssayError {
  return sourceError(
    'BITCOIN_REORGANISED',
    source,
    `does not have block ${point.hash} at height ${point.height} in its best chain`,
    { facts: { height: point.height, hash: point.hash } },
  );
}

// Bitcoin Core.

/** Somebody else's scan, or a full work queue. */
export function coreBusy(source: SourceRef, why: string): AssayError {
  return sourceError('SOURCE_BUSY', source, why);
}

/** An error of the JSON-RPC interface that assay has no better word for. */
export function coreRpcError(source: SourceRef, method: string, rpcCode: number): AssayError {
  return sourceError('SOURCE_RPC_ERROR', source, `answered ${method} with error ${rpcCode}`, {
    facts: { method, rpcCode },
  });
}

/** The cookie file is not there: bitcoind writes it when it starts and removes it when it ends. */
export function coreCookieUnreadable(source: SourceRef, reason: string): AssayError {
  return sourceError('SOURCE_UNAUTHORIZED', source, `has no readable cookie file (${reason})`, {
    fix: 'Check the path after ?cookie=, its permissions, and that bitcoind runs.',
    facts: { reason },
  });
}

/** The request itself is wrong: a mistake of the program, not of its input. */
export function reservesRequestInvalid(what: string): AssayError {
  return new AssayError('INTERNAL_ERROR', { message: `a request for reserves ${what}` });
}

// Esplora and mempool.space.

/** 4xx that means neither "slower" nor "who are you": the server does not do what it was asked. */
export function esploraRefused(source: SourceRef, what: string, status: number): AssayError {
  return sourceError('SOURCE_RPC_ERROR', source, `refused ${what} (HTTP ${status})`, {
    facts: { request: what, status },
  });
}

/** A lower tip than before: servers at different heights behind one URL, or blocks taken back. */
export function tipLowered(source: SourceRef, seenHeight: number, height: number): AssayError {
  return sourceError(
    'SOURCE_TIP_WENT_BACK',
    source,
    `showed block ${seenHeight} and now ends at block ${height}`,
    { facts: { seenHeight, height } },
  );
}

/** Answers that do not belong together, after all attempts. */
export function stateMoved(source: SourceRef, what: string): AssayError {
  return sourceError('BITCOIN_STATE_MOVED', source, what);
}

/** The server finds a script by its address alone, and this one has none. */
export function scriptWithoutAddress(source: SourceRef, script: string): AssayError {
  return sourceError(
    'SOURCE_RPC_ERROR',
    source,
    `cannot be asked for script ${script}, which has no address`,
    {
      fix: 'Use a core, esplora or electrum source for scripts without an address.',
      facts: { script },
    },
  );
}

// Electrum servers.

/** The server ended the connection, or we did. */
export function electrumClosed(source: SourceRef): AssayError {
  return sourceError('SOURCE_UNREACHABLE', source, 'closed the connection', {
    facts: { reason: 'closed' },
  });
}

/** @param why completes "its certificate …" */
export function electrumCertificateRefused(source: SourceRef, why: string): AssayError {
  return sourceError('SOURCE_RESPONSE_INVALID', source, `shows a certificate that ${why}`, {
    fix: 'Check host and certificate; pin a self-signed one with ?fingerprint=sha256:HEX.',
  });
}

/** The server speaks none of the versions of the protocol that assay knows. */
export function electrumVersionUnknown(source: SourceRef): AssayError {
  return sourceError(
    'SOURCE_RPC_ERROR',
    source,
    'does not speak the Electrum protocol 1.4 to 1.6',
    {
      fix: 'Use a server with protocol 1.4 to 1.6, such as a current ElectrumX, electrs or Fulcrum.',
    },
  );
}

/** Too many transactions for the server's limits: what the script holds is not known from it. */
export function electrumHistoryRefused(source: SourceRef, script: string): AssayError {
  return sourceError(
    'SOURCE_RPC_ERROR',
    source,
    `refuses to list the history of script ${script}: it is too large for the server`,
    {
      fix: 'Raise the limit of the server, or read this script from a Bitcoin Core node.',
      facts: { script },
    },
  );
}

// Source URLs: never quoted, since a URL that does not parse may show its password anywhere.

/** @param what completes "the URL of a Bitcoin source …" */
export function bitcoinUrlInvalid(what: string, fix?: string): AssayError {
  const message = `the URL of a Bitcoin source ${what}`;
  return new AssayError('SOURCE_URL_INVALID', fix === undefined ? { message } : { message, fix });
}

export function bitcoinSchemeUnknown(scheme: string): AssayError {
  return new AssayError('SOURCE_SCHEME_UNKNOWN', {
    message: `${JSON.stringify(scheme)} names no kind of Bitcoin source`,
    fix: 'Use core+http(s)://, mempool+http(s)://, esplora+http(s)://, electrum+tcp:// or electrum+tls://.',
    facts: { scheme },
  });
}
