import { rpcUrlInvalid } from './errors.ts';

/**
 * An HTTP(S) URL of an RPC server, taken apart.
 *
 * @throws AssayError SOURCE_URL_INVALID, which never quotes the text: it may hold a key anywhere
 */
export function readRpcUrl(text: string): URL {
  if (!/^https?:\/\//i.test(text)) throw rpcUrlInvalid('does not begin with http:// or https://');
  if (!URL.canParse(text)) throw rpcUrlInvalid('is not a valid URL');
  const url = new URL(text);
  for (const credential of [url.username, url.password]) {
    try {
      decodeURIComponent(credential);
    } catch {
      throw rpcUrlInvalid('has a wrong percent-encoding in its user or password');
    }
  }
  return url;
}
