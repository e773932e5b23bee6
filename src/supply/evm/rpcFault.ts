/** The error object of a JSON-RPC answer. `message` is the server's and never shown. */
export interface RpcFault {
  readonly code: number;
  readonly message: string;
}

/**
 * What a JSON-RPC error means: the contract refused (`reverted`), the caller asks too often
 * (`rate-limited`), the node does not have the block or its state (`unavailable`), or else.
 */
export type RpcFaultKind = 'reverted' | 'rate-limited' | 'unavailable' | 'other';

const reverted =
  /revert|invalid ?(?:fe)? ?opcode|invalid ?jump|out ?of ?gas|stack ?(?:under|over)flow|vm execution error/i;

const rateLimited =
  /rate.?limit|too many requests|request limit|limit exceeded|quota|compute units|capacity/i;

const unavailable = new RegExp(
  [
    'missing trie node',
    'header not found',
    'block not found',
    'unknown block',
    'resource not found',
    'state .*(?:not |un)available',
    'no state available',
    'historical state',
    'historical data',
    'archive',
    'pruned',
    'not canonical',
    'exceeds maximum proof window',
  ].join('|'),
  'i',
);

const rateLimitCodes: ReadonlySet<number> = new Set([429, -32005, -32007, -32029]);

/** 4444 is the code of EIP-4444 clients for history that they have dropped. */
const unavailableCodes: ReadonlySet<number> = new Set([-32000, -32001, -32002, 4444]);

/**
 * The kind of a JSON-RPC error. Servers agree on few codes, so that their words decide where the code
 * does not; a revert comes first, since its reason is text that the contract chose.
 */
export function classifyRpcFault(fault: RpcFault): RpcFaultKind {
  if (fault.code === 3 || fault.code === -32015 || reverted.test(fault.message)) return 'reverted';
  if (rateLimitCodes.has(fault.code) || rateLimited.test(fault.message)) return 'rate-limited';
  if (unavailable.test(fault.message) || unavailableCodes.has(fault.code)) return 'unavailable';
  return 'other';
}
