import { redactUrl } from '../core/redactUrl.ts';
import type { SourceRef } from '../core/source.ts';
import type { SourceAuth } from '../http/sourceAuth.ts';
import { bitcoinSchemeUnknown, bitcoinUrlInvalid } from './errors.ts';

/**
 * `core`: Bitcoin Core's JSON-RPC. `mempool`: the REST API of mempool.space. `esplora`: that of
 * Blockstream's Esplora. `electrum`: the Electrum protocol.
 */
export type BitcoinSourceKind = 'core' | 'mempool' | 'esplora' | 'electrum';

/** Where a Bitcoin source is, who runs it and how to be let in. */
export interface BitcoinSourceUrl {
  readonly kind: BitcoinSourceKind;
  /** `id` is safe to show: without credentials, query and fragment. */
  readonly source: SourceRef;
  /**
   * `http(s)://host[:port][/path]`, or `tcp://` or `tls://host[:port]`; without credentials, query,
   * fragment and closing slash.
   */
  readonly baseUrl: string;
  readonly auth: SourceAuth;
  /** SHA-256 of the only certificate to accept, 64 lower-case hex digits. */
  readonly fingerprint?: string;
}

const http: readonly string[] = ['http', 'https'];
const protocols: Readonly<Record<BitcoinSourceKind, readonly string[]>> = {
  core: http,
  mempool: http,
  esplora: http,
  electrum: ['tcp', 'tls'],
};
const kinds: readonly BitcoinSourceKind[] = ['core', 'mempool', 'esplora', 'electrum'];
const operatorPattern = /^[^\p{C}]{1,64}$/u;

/**
 * Reads the URL of a Bitcoin source:
 *
 * - `core+http://user:password@127.0.0.1:8332` — user and password percent-encoded where they hold
 *   any of `:/?#[]@%`
 * - `core+http://127.0.0.1:8332?cookie=/home/bitcoin/.bitcoin/.cookie` — the cookie file of the node,
 *   read again when the node has restarted
 * - `mempool+https://mempool.space`, also with `user:password@`
 * - `esplora+https://blockstream.info/api`: the API itself, also with `user:password@`
 * - `electrum+tcp://host:50001`, `electrum+tls://host:50002`, and with
 *   `?fingerprint=sha256:…` for a server whose certificate no authority has signed
 * - any of them with `#operator=NAME`; without it the host name is the operator
 *
 * @throws AssayError SOURCE_SCHEME_UNKNOWN, SOURCE_URL_INVALID. No message quotes the URL, since one
 * that does not parse may hold its password anywhere.
 */
export function parseBitcoinSourceUrl(text: string): BitcoinSourceUrl {
  const scheme = /^([a-z][a-z0-9.+-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) throw bitcoinUrlInvalid('does not begin with kind+protocol://');
  const [kindName, protocol, ...rest] = scheme.split('+');
  const kind = kinds.find((known) => known === kindName);
  if (!kind || !protocols[kind].includes(protocol ?? '') || rest.length > 0) {
    throw bitcoinSchemeUnknown(scheme.slice(0, 40));
  }
  const url = parseUrl(text.slice(kind.length + 1));
  if (kind === 'electrum') return readElectrum(url, protocol === 'tls');
  const baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  return {
    kind,
    source: { id: redactUrl(`${kind}+${baseUrl}`), operator: readOperator(url), kind },
    baseUrl,
    auth: readAuth(url, kind),
  };
}

function readElectrum(url: URL, tls: boolean): BitcoinSourceUrl {
  const kind = 'electrum';
  if (url.username !== '' || url.password !== '') {
    throw bitcoinUrlInvalid('has user or password: Electrum servers take none');
  }
  if (url.hostname === '' || !['', '/'].includes(url.pathname)) {
    throw bitcoinUrlInvalid('of an Electrum server has no host, or a path');
  }
  const baseUrl = `${url.protocol}//${url.host.toLowerCase()}`;
  const fingerprint = readFingerprint(url, tls);
  return {
    kind,
    source: { id: `${kind}+${baseUrl}`, operator: readOperator(url), kind },
    baseUrl,
    auth: { kind: 'none' },
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}

/** As `openssl x509 -fingerprint -sha256` shows it, with or without colons. */
function readFingerprint(url: URL, tls: boolean): string | undefined {
  if ([...url.searchParams.keys()].length === 0) return undefined;
  const [text = '', ...more] = url.searchParams.getAll('fingerprint');
  const digits = /^sha256:((?:[0-9a-f]{2}:?){32})$/i.exec(text)?.[1];
  if (!tls || more.length > 0 || url.searchParams.size > 1 || digits === undefined) {
    throw bitcoinUrlInvalid('has a query other than ?fingerprint=sha256:HEX of electrum+tls');
  }
  return digits.replaceAll(':', '').toLowerCase();
}

function parseUrl(text: string): URL {
  const advice = 'Percent-encode user and password, such as %40 for @ and %2F for /.';
  if (!URL.canParse(text)) throw bitcoinUrlInvalid('is not a valid URL', advice);
  const url = new URL(text);
  // A password with a bare slash ends the host too early: its rest would show in the path.
  if (url.pathname.includes('@')) throw bitcoinUrlInvalid('has an @ in its path', advice);
  return url;
}

function readOperator(url: URL): string {
  if (url.hash === '') return url.hostname.toLowerCase();
  const match = /^#operator=(.+)$/.exec(url.hash);
  if (!match?.[1]) throw bitcoinUrlInvalid('has a fragment other than #operator=NAME');
  const operator = decode(match[1], 'operator').trim();
  if (!operatorPattern.test(operator)) {
    throw bitcoinUrlInvalid('has an operator that is no name of 1 to 64 printable characters');
  }
  return operator;
}

function readAuth(url: URL, kind: BitcoinSourceKind): SourceAuth {
  const cookies = url.searchParams.getAll('cookie');
  const unknown = [...url.searchParams.keys()].some((key) => key !== 'cookie');
  if (unknown || cookies.length > 1 || (kind !== 'core' && cookies.length > 0)) {
    throw bitcoinUrlInvalid('has a query other than ?cookie=FILE of a core source');
  }
  const [file] = cookies;
  const hasPassword = url.username !== '' || url.password !== '';
  if (file === undefined) {
    if (!hasPassword) return { kind: 'none' };
    return {
      kind: 'password',
      user: decode(url.username, 'user'),
      password: decode(url.password, 'password'),
    };
  }
  if (hasPassword) throw bitcoinUrlInvalid('has both a password and a cookie file: give one');
  if (file === '') throw bitcoinUrlInvalid('has an empty cookie file name');
  return { kind: 'cookie', file };
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bitcoinUrlInvalid(`has a wrong percent-encoding in its ${what}`);
  }
}
