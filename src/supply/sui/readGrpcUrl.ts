import { rpcUrlInvalid } from '../errors.ts';
import { readRpcUrl } from '../readRpcUrl.ts';

/** Where a gRPC server is, and what lets a client in. */
export interface GrpcUrl {
  /** Without credentials. */
  readonly baseUrl: string;
  /** The user and password of the URL as HTTP's basic authentication takes them. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Takes the URL of a gRPC server apart.
 *
 * @throws AssayError SOURCE_URL_INVALID, also for a query: the path of a call comes last in its URL
 */
export function readGrpcUrl(text: string): GrpcUrl {
  const url = readRpcUrl(text);
  if (url.search !== '') throw rpcUrlInvalid('has a query, which a gRPC server does not take');
  const baseUrl = `${url.origin}${url.pathname}`;
  if (url.username === '' && url.password === '') return { baseUrl, headers: {} };
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const authorization = `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  return { baseUrl, headers: { authorization } };
}
