import type { Digest } from '../core/canonicalJson.ts';
import type { BadgeStatus } from './badge.ts';

/** A whole answer, made once and sent many times. */
export interface Prepared {
  readonly etag: string;
  /** Text, not a buffer: Node.js then sends head and body in one write. */
  readonly body: string;
  /** Of the body, in UTF-8. */
  readonly bytes: number;
  /** Header names and values in turn, as `writeHead` takes them; not to be changed. */
  readonly headers: string[];
  readonly notModifiedHeaders: string[];
}

export interface PreparedOptions {
  readonly contentType: string;
  readonly body: string;
  readonly etag: string;
  readonly cacheControl: string;
  /** Headers of every answer, and those that this kind overrides. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Puts an answer together with its headers, and those of the 304 that stands for it. */
export function prepareAnswer(options: PreparedOptions): Prepared {
  const kept = {
    ...options.headers,
    'cache-control': options.cacheControl,
    etag: options.etag,
  };
  const bytes = Buffer.byteLength(options.body);
  return {
    etag: options.etag,
    body: options.body,
    bytes,
    headers: Object.entries({
      ...kept,
      'content-type': options.contentType,
      'content-length': String(bytes),
    }).flat(),
    notModifiedHeaders: Object.entries(kept).flat(),
  };
}

/** The entity tag of what follows from an attestation and its status now; weak, since the age differs. */
export function statusEtag(id: Digest, status: BadgeStatus): string {
  return `W/"${id.slice(2, 34)}-${status}"`;
}

/** Whether `If-None-Match` names the entity tag, by weak comparison (RFC 9110, 13.1.2). */
export function matchesEtag(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  const opaque = withoutWeakness(etag);
  return ifNoneMatch.split(',').some((one) => withoutWeakness(one.trim()) === opaque);
}

function withoutWeakness(etag: string): string {
  return etag.startsWith('W/') ? etag.slice(2) : etag;
}
