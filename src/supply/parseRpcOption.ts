import { ChainId } from '../core/caip.ts';
import { redactUrl } from '../core/redactUrl.ts';
import type { SourceRef } from '../core/source.ts';
import { type ChainKind, chainKind } from './chainKind.ts';
import { chainUnreadable, rpcSchemeUnknown, rpcUrlInvalid } from './errors.ts';
import { readRpcUrl } from './readRpcUrl.ts';

/** One server of one token chain, as the sources of its kind take it. */
export interface RpcOption {
  readonly chain: ChainId;
  readonly kind: ChainKind;
  /** To be asked: with its credentials, path and query, which may hold keys; without fragment. */
  readonly url: string;
  /** `id` is scheme, host and port alone: safe to show. */
  readonly source: SourceRef;
}

const operatorPattern = /^[^\p{C}]{1,64}$/u;

/**
 * Reads `CHAIN=URL`, such as `eip155:1=https://eth.example/v1/KEY#operator=example`. Without
 * `#operator=NAME` the host name is the operator.
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
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw rpcSchemeUnknown(chain, scheme);
  }
  const url = readRpcUrl(address);
  const operator = readOperator(url);
  url.hash = '';
  return {
    chain,
    kind,
    url: url.href,
    source: { id: redactUrl(url.origin), operator, kind },
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
