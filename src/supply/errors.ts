import { AssayError, type ErrorFacts } from '../core/assayError.ts';
import type { ChainId, TokenId } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ErrorCode } from '../core/errorCodes.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceError, sourceResponseInvalid } from '../core/sourceErrors.ts';

/**
 * Constructors of the errors of this folder. Each names the source by its id, which has neither path
 * nor credentials, and never carries what an upstream wrote: neither its text nor a client's error
 * that quotes the URL.
 */

// Failures of a server, whatever its kind.

/** The last final block is lower than the one that the server named before. */
export function sourceTipWentBack(
  source: SourceRef,
  seenHeight: number,
  height: number,
): AssayError {
  return sourceError(
    'SOURCE_TIP_WENT_BACK',
    source,
    `named block ${seenHeight} as final before, and now only block ${height}`,
    { facts: { seenHeight, height } },
  );
}

/** The server does not know which block is final. */
export function finalityUnknown(
  source: SourceRef,
  tag: string,
  rpcCode: number | undefined,
): AssayError {
  const answer = rpcCode === undefined ? 'none' : `error ${rpcCode}`;
  return sourceError(
    'SOURCE_RPC_ERROR',
    source,
    `cannot name the last final block (asked for the block "${tag}", it answered ${answer})`,
    {
      facts: rpcCode === undefined ? { tag } : { tag, rpcCode },
      fix: `Use a node that knows the block tag "${tag}" and has finished synchronising.`,
    },
  );
}

/** The chain has fewer blocks than must lie above a final one. */
export function chainTooShort(source: SourceRef, depth: number, height: number): AssayError {
  return sourceError(
    'SOURCE_RPC_ERROR',
    source,
    `cannot name the last final block: it is ${depth} blocks below the newest one, which is ${height}`,
    { facts: { depth, height }, fix: 'Use a node that has finished synchronising.' },
  );
}

/** The server says that it is behind its network. */
export function nodeUnhealthy(source: SourceRef): AssayError {
  return sourceError('SOURCE_NOT_READY', source, 'is behind its network');
}

/** An error of an HTTP interface that has no codes in numbers. @param code of a known list, if any */
export function apiFailed(source: SourceRef, method: string, code?: string): AssayError {
  const which = code === undefined ? 'an error of its own' : `the error ${code}`;
  return sourceError('SOURCE_RPC_ERROR', source, `answered ${method} with ${which}`, {
    facts: code === undefined ? { method } : { method, rpcCode: code },
  });
}

// What the chain, or what the server keeps of it, does not allow.

/** No block for that moment or height. */
export function blockUnavailable(source: SourceRef, what: string, facts: ErrorFacts): AssayError {
  return sourceError('SUPPLY_BLOCK_UNAVAILABLE', source, what, { facts });
}

/** The node will not execute calls at that block. */
export function stateUnavailable(
  source: SourceRef,
  point: ChainPoint,
  rpcCode: number,
): AssayError {
  return sourceError(
    'SUPPLY_STATE_UNAVAILABLE',
    source,
    `has no state of block ${point.height} (error ${rpcCode})`,
    { facts: { height: point.height, hash: point.hash, rpcCode } },
  );
}

/** The server has dropped the state of that block, or has not reached it. @param why completes it */
export function stateMissing(source: SourceRef, point: ChainPoint, why: string): AssayError {
  return sourceError(
    'SUPPLY_STATE_UNAVAILABLE',
    source,
    `has no state of block ${point.height}: ${why}`,
    { facts: { height: point.height, hash: point.hash } },
  );
}

/** The block is not, or no longer, in the best chain. */
export function blockReorganised(source: SourceRef, point: ChainPoint): AssayError {
  return sourceError(
    'SUPPLY_REORGANISED',
    source,
    `does not have block ${point.hash} at height ${point.height} in its best chain`,
    { facts: { height: point.height, hash: point.hash } },
  );
}

/** The server's block has the hash that was asked for, and another timestamp. */
export function blockTimeDiffers(source: SourceRef, point: ChainPoint): AssayError {
  return sourceResponseInvalid(source, `gives block ${point.hash} another time than was asked for`);
}

// One token.

export function tokenHasNoCode(source: SourceRef, token: TokenId, point: ChainPoint): AssayError {
  return tokenError('TOKEN_NO_CODE', source, token, `has no code at block ${point.height}`);
}

/** Solana keeps no account at the address of the mint. */
export function tokenHasNoAccount(source: SourceRef, token: TokenId, slot: number): AssayError {
  return tokenError('TOKEN_NO_CODE', source, token, `has no account at slot ${slot}`, { slot });
}

/** @param what completes "the token …" */
export function tokenIsNoMint(source: SourceRef, token: TokenId, what: string): AssayError {
  return tokenError('TOKEN_NOT_A_MINT', source, token, what);
}

/** @param what completes "the token …" */
export function tokenReverted(source: SourceRef, token: TokenId, what: string): AssayError {
  return tokenError('TOKEN_REVERTED', source, token, what);
}

/** The identifier in the registry is none of that chain. @param what completes "the token …" */
export function tokenIdRefused(token: TokenId, what: string, fix: string): AssayError {
  return new AssayError('TOKEN_ID_INVALID', { message: `${token} ${what}`, fix, facts: { token } });
}

/** @param what completes "the token …" */
export function tokenMissing(source: SourceRef, token: TokenId, what: string): AssayError {
  return tokenError('TOKEN_MISSING', source, token, what);
}

/** @param what completes "the token …" */
export function tokenSupplyUnknown(source: SourceRef, token: TokenId, what: string): AssayError {
  return tokenError('TOKEN_SUPPLY_UNKNOWN', source, token, what);
}

/** @param what completes "the token …" */
export function tokenDecimalsUnknown(source: SourceRef, token: TokenId, what: string): AssayError {
  return tokenError('TOKEN_DECIMALS_UNKNOWN', source, token, what);
}

export function tokenDecimalsMismatch(
  source: SourceRef,
  token: TokenId,
  expected: number,
  found: bigint,
): AssayError {
  // A uint256 of a hostile contract has up to 78 digits; more than 255 is no number of decimals.
  const shown = found > 255n ? 'more than 255' : found.toString();
  return tokenError(
    'TOKEN_DECIMALS_MISMATCH',
    source,
    token,
    `has ${shown} decimals, the registry says ${expected}`,
    { expected, found: shown },
  );
}

export function tokenSymbolMismatch(
  source: SourceRef,
  token: TokenId,
  expected: string,
  found: string,
): AssayError {
  const shown = quoteText(found);
  return tokenError(
    'TOKEN_SYMBOL_MISMATCH',
    source,
    token,
    `calls itself ${shown}, the registry says ${quoteText(expected)}`,
    { expected, found: shown },
  );
}

// RPC options: the URL is never quoted, since one that does not parse may show its key anywhere.

/** @param what completes "the RPC URL …" */
export function rpcUrlInvalid(what: string): AssayError {
  return new AssayError('SOURCE_URL_INVALID', {
    message: `the RPC URL ${what}`,
    fix: 'Write CHAIN=URL, such as eip155:1=https://eth.example/v1/KEY#operator=NAME.',
  });
}

export function rpcSchemeUnknown(chain: ChainId, scheme: string): AssayError {
  const shown = quoteText(scheme);
  return new AssayError('SOURCE_SCHEME_UNKNOWN', {
    message: `the RPC URL of ${chain} has the scheme ${shown}, which assay does not speak`,
    fix: 'Use http:// or https://; for Sui also grpc+https:// or grpc+http://.',
    facts: { chain, scheme: shown },
  });
}

/** The chain is valid CAIP-2, but no EVM chain. */
export function rpcChainInvalid(chain: ChainId): AssayError {
  return new AssayError('CHAIN_ID_INVALID', {
    message: `${chain} is not an EVM chain`,
    fix: 'Write eip155: and the chain id in decimal digits, such as eip155:1.',
    facts: { chain },
  });
}

/** The chain is valid CAIP-2, and none of those whose tokens assay can read. */
export function chainUnreadable(chain: ChainId): AssayError {
  return new AssayError('CHAIN_ID_INVALID', {
    message: `${chain} is no chain whose tokens assay can read`,
    fix: 'Write eip155: and the chain id in decimal digits, such as eip155:1, or name solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp, sui:mainnet, aptos:1, tron:0x2b6653dc or cosmos:osmosis-1.',
    facts: { chain },
  });
}

/** The chain is valid CAIP-2, but of another kind than the source reads. @param kind such as `Tron` */
export function chainKindInvalid(chain: ChainId, kind: string): AssayError {
  return new AssayError('CHAIN_ID_INVALID', {
    message: `${chain} is not a ${kind} chain`,
    facts: { chain },
  });
}

/** A token whose address is not written as the registry takes it. @param what completes "the token …" */
export function tokenAddressInvalid(token: TokenId, what: string, fix: string): AssayError {
  return new AssayError('TOKEN_ID_INVALID', { message: `${token} ${what}`, fix, facts: { token } });
}

/** The request itself is wrong: a mistake of the program, not of its input. */
export function supplyRequestInvalid(what: string): AssayError {
  return new AssayError('INTERNAL_ERROR', { message: `a request for supplies ${what}` });
}

function tokenError(
  code: ErrorCode,
  source: SourceRef,
  token: TokenId,
  what: string,
  facts: ErrorFacts = {},
): AssayError {
  return new AssayError(code, {
    message: `${token} ${what}`,
    facts: { source: source.id, token, ...facts },
  });
}

/** Text that strangers chose, in quotes and in printable ASCII, so that it cannot pass for ours. */
function quoteText(text: string): string {
  return JSON.stringify(text.slice(0, 32)).replace(
    /[^\x20-\x7e]/gu,
    (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`,
  );
}
