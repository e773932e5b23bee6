import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Dispatcher, errors, request } from 'undici';
import { AssayError } from '../core/assayError.ts';
import type { SourceRef } from '../core/source.ts';
import {
  readingCancelled,
  sourceResponseInvalid,
  sourceResponseTooLarge,
  sourceTimedOut,
  sourceUnreachable,
} from '../core/sourceErrors.ts';
import { type AnswerShare, smallAnswerBytes } from './answerBudget.ts';
import { createByteSink } from './byteSink.ts';

/** An HTTP answer as it came: any status, and the body as text. */
export interface HttpAnswer {
  readonly status: number;
  /** Empty where it came with a status that is no success and is longer than any reason needs. */
  readonly body: string;
  /** A header, as sent; the first of several of that name. @param name in lower case */
  header(name: string): string | undefined;
}

/** One request, and within what bounds it is answered. */
export interface ExchangeRequest {
  /** Without credentials. */
  readonly url: string;
  /** Names the request in errors. */
  readonly what: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a POST; without it, a GET. */
  readonly body?: string | undefined;
  readonly source: SourceRef;
  readonly dispatcher: Dispatcher;
  /** For everything, from the connection to the last byte: nobody gains time by a byte now and then. */
  readonly timeoutMs: number;
  /** Of the body, as it came and after decompression. */
  readonly maxBytes: number;
  /** What a large answer is held against. */
  readonly share: AnswerShare;
  readonly signal?: AbortSignal | undefined;
}

/** A body that comes with a status of 300 and above says why, in a few words, or is not read. */
const longestReasonBytes = 64 * 1024;

/**
 * One HTTP request, tried once: the only place where assay reads what a server sends over HTTP. Bounded
 * while it arrives, before anything is made from it: bytes as sent and after decompression, the time for
 * the whole, and what all sources of a run hold together. Redirects are not followed: they would carry
 * the request, and the key in its URL, to a server that nobody chose.
 *
 * @throws AssayError SOURCE_UNREACHABLE, SOURCE_TIMEOUT, SOURCE_RESPONSE_TOO_LARGE, and
 * SOURCE_RESPONSE_INVALID for what is no HTTP, no UTF-8, or in an encoding that was not asked for
 */
export async function exchange(asked: ExchangeRequest): Promise<HttpAnswer> {
  const { url, what, source, dispatcher, headers, body, timeoutMs, signal } = asked;
  if (signal?.aborted) throw readingCancelled(source, signal);
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const response = await request(url, {
      dispatcher,
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'user-agent': 'assay', ...headers, 'accept-encoding': 'gzip' },
      ...(body === undefined ? {} : { body }),
      signal: either,
    });
    const sent = response.headers;
    return {
      status: response.statusCode,
      body: decode(await readBody(response, asked, either), asked),
      header: (name) => [sent[name]].flat()[0],
    };
  } catch (thrown) {
    if (signal?.aborted) throw readingCancelled(source, signal);
    if (timeout.aborted) throw sourceTimedOut(source, what, timeoutMs);
    throw errorOf(thrown, asked);
  }
}

async function readBody(
  { headers, body, statusCode }: Dispatcher.ResponseData,
  { source, what, maxBytes, share }: ExchangeRequest,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const isReason = statusCode >= 300;
  const limit = isReason ? Math.min(maxBytes, longestReasonBytes) : maxBytes;
  const unzip = unzipperOf([headers['content-encoding']].flat().join());
  if (unzip === undefined) {
    // Destroyed, it fails, and nobody else listens.
    body.on('error', () => {}).destroy();
    throw sourceResponseInvalid(source, `answered ${what} in an encoding that was not asked for`);
  }
  const sink = createByteSink();
  let giveBack: (() => void) | undefined;
  try {
    const collect = async (chunk: Uint8Array): Promise<void> => {
      if (sink.length + chunk.length > limit) throw new TooLong();
      if (giveBack === undefined && sink.length + chunk.length > smallAnswerBytes) {
        giveBack = await share.reserve(limit, signal);
      }
      sink.add(chunk);
    };
    const collector = new Writable({
      write: (chunk: Uint8Array, _encoding, done) => {
        collect(chunk).then(() => done(), done);
      },
    });
    await pipeline([body, countBytes(limit), ...unzip, collector], { signal });
    return sink.take();
  } catch (thrown) {
    if (!(thrown instanceof TooLong)) throw thrown;
    if (isReason) return new Uint8Array(0);
    throw sourceResponseTooLarge(source, what, limit);
  } finally {
    // What is made of it now is made in one go, before another byte of anybody is read.
    giveBack?.();
  }
}

class TooLong extends Error {}

/** Ends the body as soon as more has come than an answer may have, however little it unpacks to. */
function countBytes(limit: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) done(new TooLong());
      else done(null, chunk);
    },
  });
}

/** How the body is unpacked; undefined for an encoding other than the one that was offered. */
function unzipperOf(encoding: string): readonly Transform[] | undefined {
  if (encoding === '' || encoding === 'identity') return [];
  return encoding === 'gzip' || encoding === 'x-gzip' ? [createGunzip()] : undefined;
}

function decode(bytes: Uint8Array, { source, what }: ExchangeRequest): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notText(source, what);
  }
}

function notText(source: SourceRef, what: string): AssayError {
  return sourceResponseInvalid(source, `answered ${what} with bytes that are no UTF-8 text`);
}

function errorOf(thrown: unknown, { source, what, timeoutMs }: ExchangeRequest): AssayError {
  if (thrown instanceof AssayError) return thrown;
  if (
    thrown instanceof errors.ConnectTimeoutError ||
    thrown instanceof errors.HeadersTimeoutError ||
    thrown instanceof errors.BodyTimeoutError
  ) {
    return sourceTimedOut(source, what, timeoutMs);
  }
  if (thrown instanceof errors.HTTPParserError || thrown instanceof errors.HeadersOverflowError) {
    return sourceResponseInvalid(source, `answered ${what} with something that is not HTTP`);
  }
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  // zlib: damaged, or no gzip at all.
  return code.startsWith('Z_') ? notText(source, what) : sourceUnreachable(source, thrown);
}
