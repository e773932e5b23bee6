import { ChainId } from '../core/caip.ts';
import { redactUrl } from '../core/redactUrl.ts';
import type { SourceRef } from '../core/source.ts';
import { type ChainKind, chainKind } from './chainKind.ts';
import { chainUnreadable, rpcSchemeUnknown, rpcUrlInvalid } from './errors.ts';
import { readRpcUrl } from './readRpcUrl.ts';
import { grpcNotSpoken } from './sui/grpcErrors.ts';
import { readGrpcUrl } from './sui/readGrpcUrl.ts';

/** One server of one token chain, as the sources of its kind take it. */
export interface RpcOption {
  readonly chain: ChainId;
  readonly kind: ChainKind;
  /** By what the server is asked: requests of HTTP, or calls of gRPC. */
  readonly protocol: 'http' | 'grpc';
  /** To be asked: with its credentials, path and query, which may hold keys; without fragment. */
  readonly url: string;
  /** `id` is scheme, host and port alone, with `grpc+` where it was: safe to show. */
  readonly source: SourceRef;
}

const operatorPattern = /^[^\p{C}]{1,64}$/u;

/**
 * Reads `CHAIN=URL`, such as `eip155:1=https://eth.example/v1/KEY#operator=example`. Without
 * `#operator=NAME` the host name is the operator. A server of Sui may be asked by gRPC:
 * `sui:mainnet=grpc+https://node.example`.
 *
 * @throws AssayError CHAIN_ID_INVALID, SOURCE_SCHEME_UNKNOWN, SOURCE_URL_INVALID; no message quotes
 * the URL
 */
export function parseRpcOption(text: string): RpcOption {
  const equals = text.indexOf('=');
  if (equals === -1 || text.slice(0, equals).includes('://')) {
    throw rpcUrlInvalid('does not say which chain it serves');
  }
  const chain = ChainId(text.slice(0, equals).trim());
  const kind = chainKind(chain);
  if (kind === undefined) throw chainUnreadable(chain);
  const address = text.slice(equals + 1).trim();
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme !== undefined && !/^(?:grpc\+)?https?$/.test(scheme)) {
    throw rpcSchemeUnknown(chain, scheme);
  }
  const isGrpc = scheme?.startsWith('grpc+') ?? false;
  if (isGrpc && kind !== 'sui') throw grpcNotSpoken(chain);
  const url = readRpcUrl(isGrpc ? address.slice('grpc+'.length) : address);
  const operator = readOperator(url);
  url.hash = '';
  if (isGrpc) readGrpcUrl(url.href);
  return {
    chain,
    kind,
    protocol: isGrpc ? 'grpc' : 'http',
    url: url.href,
    source: { id: redactUrl(isGrpc ? `grpc+${url.origin}` : url.origin), operator, kind },
  };
}

function readOperator(url: URL): string {
  if (url.hash === '') return url.hostname;
  const encoded = /^#operator=(.+)$/.exec(url.hash)?.[1];
  if (encoded === undefined) throw rpcUrlInvalid('has a fragment other than #operator=NAME');
  let operator: string;
  try {
    operator = decodeURIComponent(encoded).trim();
  } catch {
    throw rpcUrlInvalid('has a wrong percent-encoding in its operator');
  }
  if (!operatorPattern.test(operator)) {
    throw rpcUrlInvalid('has an operator that is no name of 1 to 64 printable characters');
  }
  return operator;
}
