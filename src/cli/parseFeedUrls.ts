import { AssayError } from '../core/assayError.ts';
import { DiscoveryEntry } from '../registry/discoveryEntry.ts';
import { quoteText } from '../registry/printableText.ts';

type Kind = DiscoveryEntry['kind'];

/**
 * The feeds that `KIND=URL` options name, each once. No message quotes a URL, which may hold a key.
 *
 * @throws AssayError USAGE_INVALID for a kind that is no feed of the asset, or is named twice,
 * SOURCE_URL_INVALID for what is no http(s) URL
 */
export function parseFeedUrls(
  options: readonly string[],
  places: readonly DiscoveryEntry[],
): ReadonlyMap<Kind, string> {
  const feeds = places.flatMap((place) => ('contract' in place ? [] : [place.kind]));
  const urls = new Map<Kind, string>();
  for (const option of options) {
    const [, name = '', text = ''] = /^([^=]*)=(.*)$/su.exec(option) ?? [];
    const kind = feeds.find((known) => known === name);
    if (kind === undefined) throw notAFeed(name, feeds);
    if (urls.has(kind)) {
      throw new AssayError('USAGE_INVALID', { message: `--url names ${kind} twice` });
    }
    urls.set(kind, parseHttpUrl(text, kind));
  }
  return urls;
}

function notAFeed(name: string, feeds: readonly Kind[]): AssayError {
  const has = feeds.length > 0 ? `it has ${feeds.join(', ')}` : 'it has none';
  const known = DiscoveryEntry.options.some(({ shape }) => shape.kind.value === name);
  const what = known ? `the asset has no feed of the kind ${name}` : describeUnknown(name);
  return new AssayError('USAGE_INVALID', {
    message: `${what}; ${has}`,
    fix: 'Write --url KIND=URL with the kind of a feed of the asset.',
  });
}

/** What stands there may be a URL with a key in it. */
function describeUnknown(name: string): string {
  if (name === '' || name.includes('://')) return '--url does not say KIND=URL';
  return `no kind of feed is called ${quoteText(name)}`;
}

function parseHttpUrl(text: string, kind: Kind): string {
  const url = URL.parse(text.trim());
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalid(`the URL for ${kind} is no http or https URL`, kind);
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid(`the URL for ${kind} holds user or password, which no feed asks for`, kind);
  }
  return url.href;
}

function invalid(message: string, kind: Kind): AssayError {
  return new AssayError('SOURCE_URL_INVALID', {
    message,
    fix: `Write it as --url ${kind}=https://host/path.`,
  });
}
