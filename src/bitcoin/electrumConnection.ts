import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { AssayError } from '../core/assayError.ts';
import type { SourceRef } from '../core/source.ts';
import {
  readingCancelled,
  sourceResponseInvalid,
  sourceResponseTooLarge,
  sourceTimedOut,
  sourceUnreachable,
} from '../core/sourceErrors.ts';
import { type AnswerShare, smallAnswerBytes } from '../http/answerBudget.ts';
import { createByteSink } from '../http/byteSink.ts';
import { type ElectrumAnswer, parseElectrumLine } from './electrumLine.ts';
import { electrumCertificateRefused, electrumClosed } from './errors.ts';

/** Where an Electrum server listens. */
export interface ElectrumAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** SHA-256 of the certificate that it must show, lower-case hex; else an authority must sign it. */
  readonly fingerprint?: string | undefined;
}

export interface ElectrumRequest {
  readonly method: string;
  readonly params: readonly unknown[];
}

export interface ElectrumConnectionLimits {
  /** For the connection and for the answers to whatever is sent at once, in milliseconds. */
  readonly timeoutMs: number;
  /** A longer line ends the connection, as do longer answers to what was sent at once. */
  readonly maxLineBytes: number;
}

/** One connection: requests go out, answers come back in any order. */
export interface ElectrumConnection {
  /** Whether it has ended: what is sent then fails. */
  readonly closed: boolean;
  /**
   * Sends requests at once, as one JSON array or one by one, and gives their answers in their order;
   * `refused` where the server takes no arrays.
   *
   * @throws AssayError SOURCE_UNREACHABLE, SOURCE_TIMEOUT, SOURCE_RESPONSE_INVALID,
   * SOURCE_RESPONSE_TOO_LARGE; all but a cancelled reading end the connection
   */
  send(
    requests: readonly ElectrumRequest[],
    form: 'array' | 'single',
    signal?: AbortSignal,
  ): Promise<readonly ElectrumAnswer[] | 'refused'>;
  close(): void;
}

/** Requests that were sent together. */
interface Group {
  readonly answers: (ElectrumAnswer | undefined)[];
  readonly form: 'array' | 'single';
  left: number;
  /** Of the lines that answered them so far. */
  bytes: number;
  settle(outcome: readonly ElectrumAnswer[] | 'refused' | AssayError): void;
}

/** Who has asked for the tip is told of each new block, for weeks; a flood would hold up all others. */
const mostNewsBytes = 1024 * 1024;

/** Opens a connection: line-delimited JSON-RPC over TCP or TLS. @param signal ends it, at any time */
export async function openElectrumConnection(
  address: ElectrumAddress,
  source: SourceRef,
  limits: ElectrumConnectionLimits,
  share: AnswerShare,
  signal: AbortSignal,
): Promise<ElectrumConnection> {
  const socket = await openSocket(address, source, limits.timeoutMs, signal);
  const waiting = new Map<number, { readonly group: Group; readonly index: number }>();
  let nextId = 0;
  let failure: AssayError | undefined;
  const line = createByteSink();
  const ended = new AbortController();
  let giveBack: (() => void) | undefined;
  let newsBytes = 0;

  function fail(error: AssayError): void {
    failure ??= error;
    socket.destroy();
    ended.abort();
    endLine();
    const groups = new Set([...waiting.values()].map(({ group }) => group));
    waiting.clear();
    for (const group of groups) group.settle(failure);
  }

  /** What the line has so far is forgotten, and what was set aside for it. */
  function endLine(): Buffer {
    giveBack?.();
    giveBack = undefined;
    return line.take();
  }

  function receive(data: Buffer): void {
    let rest = data;
    while (!failure) {
      const end = rest.indexOf(10);
      const part = end < 0 ? rest : rest.subarray(0, end);
      if (line.length + part.length > limits.maxLineBytes) {
        fail(sourceResponseTooLarge(source, 'a request', limits.maxLineBytes));
        return;
      }
      line.add(part);
      if (end < 0) break;
      readLine(endLine().toString('utf8'));
      rest = rest.subarray(end + 1);
    }
    if (line.length > smallAnswerBytes && giveBack === undefined) void waitForRoom();
  }

  /** A long line is read on as soon as the run has room for it; its time goes on meanwhile. */
  async function waitForRoom(): Promise<void> {
    socket.pause();
    try {
      const reserved = await share.reserve(limits.maxLineBytes, ended.signal);
      if (failure) reserved();
      else giveBack = reserved;
    } catch {
      // The connection has ended meanwhile.
    }
    socket.resume();
  }

  function readLine(line: string): void {
    const messages = parseElectrumLine(line);
    if (messages === undefined) {
      fail(sourceResponseInvalid(source, 'answered with something else than JSON-RPC'));
      return;
    }
    if (messages.length === 0) newsBytes += line.length;
    if (newsBytes > mostNewsBytes) {
      fail(sourceResponseInvalid(source, 'sends news without end that nobody asked for'));
      return;
    }
    const touched = new Set<Group>();
    for (const { id, answer } of messages) {
      if (id === null) {
        refuse();
        return;
      }
      const entry = waiting.get(id);
      if (entry === undefined) {
        fail(sourceResponseInvalid(source, 'answered what it was not asked, or twice'));
        return;
      }
      waiting.delete(id);
      entry.group.answers[entry.index] = answer;
      entry.group.left--;
      touched.add(entry.group);
    }
    for (const group of touched) {
      group.bytes += line.length;
      if (group.bytes > limits.maxLineBytes) {
        fail(sourceResponseTooLarge(source, 'a request', limits.maxLineBytes));
        return;
      }
      const { answers, left, form } = group;
      if (left === 0) group.settle(answers.flatMap((one) => (one === undefined ? [] : [one])));
      else if (form === 'array' && line.trimStart().startsWith('[')) {
        fail(sourceResponseInvalid(source, 'left requests of an array without an answer'));
        return;
      }
    }
  }

  /** An error for no request in particular: it means the arrays, if there are any. */
  function refuse(): void {
    const groups = [...waiting.values()].map(({ group }) => group);
    const arrays = groups.filter(({ form }) => form === 'array');
    if (arrays.length === 0) {
      fail(sourceResponseInvalid(source, 'answered with an error for no request'));
    }
    // Which of them it means is not said. Late answers to the others find their place.
    for (const group of new Set(arrays)) group.settle('refused');
  }

  socket.on('data', receive);
  socket.on('error', (error) => fail(sourceUnreachable(source, error)));
  socket.on('close', () => fail(electrumClosed(source)));
  if (signal.aborted) fail(electrumClosed(source));
  signal.addEventListener('abort', () => fail(electrumClosed(source)), { signal: ended.signal });

  return {
    get closed() {
      return failure !== undefined;
    },

    send(requests, form, signal) {
      return new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        if (signal?.aborted) return reject(readingCancelled(source, signal));
        const cancel = (): void => {
          if (signal) group.settle(readingCancelled(source, signal));
        };
        // What was sent may not be taken back: late answers find their place and nobody waits.
        signal?.addEventListener('abort', cancel, { once: true });
        const timer = setTimeout(() => {
          const what = requests[0]?.method ?? 'a request';
          fail(sourceTimedOut(source, what, limits.timeoutMs));
        }, limits.timeoutMs);
        const group: Group = {
          answers: new Array(requests.length).fill(undefined),
          form,
          left: requests.length,
          bytes: 0,
          settle(outcome) {
            clearTimeout(timer);
            signal?.removeEventListener('abort', cancel);
            if (outcome instanceof Error) reject(outcome);
            else resolve(outcome);
          },
        };
        const messages = requests.map(({ method, params }, index) => {
          const id = nextId++;
          waiting.set(id, { group, index });
          return JSON.stringify({ jsonrpc: '2.0', id, method, params });
        });
        const isArray = form === 'array' && messages.length > 1;
        socket.write(isArray ? `[${messages.join(',')}]\n` : `${messages.join('\n')}\n`);
      });
    },

    close: () => fail(electrumClosed(source)),
  };
}

/** A socket that is connected; with TLS, to a server whose certificate is as it has to be. */
function openSocket(
  { host, port, tls, fingerprint }: ElectrumAddress,
  source: SourceRef,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const name = host.replace(/^\[|\]$/g, '');
    const settings = { host: name, port, noDelay: true, keepAlive: true };
    const socket: Socket | TLSSocket = tls
      ? connectTls({
          ...settings,
          ...(isIP(name) === 0 ? { servername: name } : {}),
          // A pinned certificate is checked below, and by itself: no authority is asked.
          rejectUnauthorized: fingerprint === undefined,
        })
      : connectTcp(settings);
    const give = (error: AssayError): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onClose);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => give(sourceTimedOut(source, 'a connection', timeoutMs)),
      timeoutMs,
    );
    const onError = (error: Error): void => give(connectError(source, error));
    const onClose = (): void => give(electrumClosed(source));
    signal.addEventListener('abort', onClose, { once: true });
    socket.once('error', onError);
    socket.once('close', onClose);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      if (fingerprint !== undefined && shownFingerprint(socket) !== fingerprint) {
        return give(electrumCertificateRefused(source, 'is not the one that its URL pins'));
      }
      clearTimeout(timer);
      signal.removeEventListener('abort', onClose);
      socket.off('error', onError);
      socket.off('close', onClose);
      resolve(socket);
    });
  });
}

function connectError(source: SourceRef, error: Error): AssayError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /CERT|VERIFY|SIGNATURE|ISSUER/.test(code)
    ? electrumCertificateRefused(source, `is not to be trusted (${code})`)
    : sourceUnreachable(source, error);
}

function shownFingerprint(socket: Socket | TLSSocket): string | undefined {
  if (!('getPeerCertificate' in socket)) return undefined;
  const { fingerprint256 } = socket.getPeerCertificate();
  return fingerprint256?.replaceAll(':', '').toLowerCase();
}
