import { redactUrl } from '../core/redactUrl.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import type { Clock } from '../http/clock.ts';
import { createPoliteGetter } from '../http/politeGetter.ts';
import { parseAnswerJson } from '../http/readAnswerJson.ts';
import type { SourceAuth } from '../http/sourceAuth.ts';
import { feedUrlInvalid } from './errors.ts';

/** The feed at one URL. */
export interface FeedClient {
  readonly source: SourceRef;
  /**
   * The JSON that the feed answers, parsed and nothing else.
   *
   * @param parameters for the query, besides those that the URL has already
   * @throws AssayError SOURCE_*
   */
  getJson(parameters: Readonly<Record<string, string>>): Promise<unknown>;
  close(): Promise<void>;
}

export interface FeedClientOptions {
  /** Of the place; names the feed in errors. */
  readonly kind: string;
  /** Parameters that are ours to set: the URL's own of these names are left out. */
  readonly parameters: readonly string[];
  /** For one request. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Of one answer. */
const maxBytes = 8 * 1024 * 1024;
/** How often one request is sent, at most. */
const attempts = 4;

/**
 * Makes a client for one feed.
 *
 * @param url http or https; user and password in it go into a header, its query is kept
 * @throws AssayError SOURCE_URL_INVALID
 */
export function createFeedClient(url: string, options: FeedClientOptions): FeedClient {
  const { kind, signal } = options;
  const { place, query, auth } = splitUrl(url, options);
  const source = { id: redactUrl(place.href), operator: place.hostname, kind };
  const getter = createPoliteGetter({
    // A getter names the path in errors but never its base: there the URL's own query, keys and
    // all, has to be.
    baseUrl: `${place.href}${query}`,
    auth,
    source,
    concurrency: 1,
    timeoutMs: options.timeoutMs,
    maxBytes,
    attempts,
    clock: options.clock,
  });

  async function getJson(parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const own = new URLSearchParams(parameters).toString();
    // A fragment is not sent: it only gives a request without parameters a name in errors.
    const path = own === '' ? '#list' : `${query === '' ? '?' : '&'}${own}`;
    const { status, body } = await getter.get(path, signal);
    if (status >= 400) throw sourceResponseInvalid(source, `answered with HTTP ${status}`);
    return parseAnswerJson(body, source, 'the request for its list');
  }

  return { source, getJson, close: () => getter.close() };
}

function splitUrl(text: string, { kind, parameters }: FeedClientOptions) {
  if (!URL.canParse(text)) throw feedUrlInvalid(kind, 'is not a valid URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw feedUrlInvalid(kind, 'begins with neither https:// nor http://');
  }
  // A password with a bare slash ends the host too early: its rest would show in the path.
  if (url.pathname.includes('@')) throw feedUrlInvalid(kind, 'has an @ in its path');
  const auth = readAuth(url, kind);
  // Deleting writes the whole query anew: not done without need.
  for (const name of parameters) if (url.searchParams.has(name)) url.searchParams.delete(name);
  // Put together and not resolved: a path that begins with // would be another host's.
  return { place: new URL(`${url.origin}${url.pathname}`), query: url.search, auth };
}

function readAuth({ username, password }: URL, kind: string): SourceAuth {
  if (username === '' && password === '') return { kind: 'none' };
  try {
    return {
      kind: 'password',
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
    };
  } catch {
    throw feedUrlInvalid(kind, 'has a wrong percent-encoding in its user or password');
  }
}
