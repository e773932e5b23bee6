import type { SourceRef } from '../../core/source.ts';
import { sourceRateLimited, sourceResponseInvalid } from '../../core/sourceErrors.ts';
import { nodeUnhealthy } from '../errors.ts';
import { faultOfWholeBatch, matchAnswers, type RpcAnswer } from '../evm/matchAnswers.ts';
import type { RpcFault } from '../evm/rpcFault.ts';
import { createPatientPoster, type PatientPosterOptions } from '../patientPoster.ts';

/** JSON-RPC over HTTP with one Solana server. */
export interface SolanaRpc {
  /**
   * One call in one HTTP request: public servers count the calls of a batch one by one, or refuse it.
   *
   * @throws AssayError SOURCE_* unless it has an answer of its own: a result, or another error
   */
  call(method: string, params: readonly unknown[], signal?: AbortSignal): Promise<RpcAnswer>;
  close(): Promise<void>;
}

export type SolanaRpcOptions = Omit<PatientPosterOptions, 'maxBytes'>;

/** A hundred accounts of `accountSliceBytes` each, in base64, with room to spare. */
const maxResponseBytes = 4 * 1024 * 1024;

/** `NodeUnhealthy` in Agave's `custom_error.rs`: the node is behind its cluster. */
const unhealthyCode = -32005;

/**
 * Not `createEvmRpc`: the codes that EVM servers use for rate limits are Solana's for skipped slots
 * and for nodes that are behind.
 *
 * @throws AssayError SOURCE_URL_INVALID
 */
export function createSolanaRpc(options: SolanaRpcOptions): SolanaRpc {
  const { source } = options;
  const poster = createPatientPoster({ ...options, maxBytes: maxResponseBytes });
  let lastId = 0;
  return {
    call(method, params, signal) {
      lastId += 1;
      const id = lastId;
      const body = { jsonrpc: '2.0', id, method, params };
      return poster.post(
        { path: '', body, what: method },
        ({ status, value }) => {
          const fault = faultOfWholeBatch(value);
          if (fault && isRateLimit(fault)) throw sourceRateLimited(source, undefined);
          if (fault?.code === unhealthyCode) throw nodeUnhealthy(source);
          if (status >= 400 && !fault) {
            throw sourceResponseInvalid(source, `answered ${method} with HTTP ${status}`);
          }
          return onlyAnswer(id, value, source);
        },
        signal,
      );
    },
    close: () => poster.close(),
  };
}

function onlyAnswer(id: number, value: unknown, source: SourceRef): RpcAnswer {
  const [answer] = matchAnswers([id], [value], source);
  if (!answer) throw sourceResponseInvalid(source, 'answered something that is no JSON-RPC');
  return answer;
}

function isRateLimit({ code, message }: RpcFault): boolean {
  return code === 429 || code === -32429 || /rate.?limit|too many requests/i.test(message);
}
