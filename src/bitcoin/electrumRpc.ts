import pLimit from 'p-limit';
import { AssayError } from '../core/assayError.ts';
import type { SourceRef } from '../core/source.ts';
import { readingCancelled, sourceRateLimited } from '../core/sourceErrors.ts';
import { type AnswerBudget, createAnswerBudget } from '../http/answerBudget.ts';
import { type Clock, waitFor } from '../http/clock.ts';
import {
  type ElectrumAddress,
  type ElectrumConnection,
  type ElectrumConnectionLimits,
  type ElectrumRequest,
  openElectrumConnection,
} from './electrumConnection.ts';
import { type ElectrumAnswer, isBusy, isTooLarge } from './electrumLine.ts';
import { electrumClosed } from './errors.ts';

/** How a server may be asked. */
export interface ElectrumLimits extends ElectrumConnectionLimits {
  /** Requests in one array, at most. */
  readonly batchSize: number;
  /** Arrays under way at a time. */
  readonly concurrency: number;
  /** How often one array is sent, at most. */
  readonly attempts: number;
}

export interface ElectrumRpcOptions {
  readonly address: ElectrumAddress;
  readonly source: SourceRef;
  readonly limits: ElectrumLimits;
  readonly clock: Clock;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  /** Agrees on the protocol and checks the network; on each connection, before anything else. */
  readonly greet: (connection: ElectrumConnection) => Promise<void>;
}

/** The JSON-RPC of one Electrum server, over a connection that is opened again when it breaks. */
export interface ElectrumRpc {
  /**
   * Answers in the order of the requests; an error of the server's own is an answer.
   *
   * @throws AssayError SOURCE_*, once trying again no longer helps
   */
  call(requests: readonly ElectrumRequest[], signal?: AbortSignal): Promise<ElectrumAnswer[]>;
  close(): void;
}

const firstWaitMs = 250;
const longestWaitMs = 8_000;
/** A server that closes so often on an array, and never took one, is asked one by one. */
const closingsToGiveUpArrays = 2;

/** Makes a client; it connects when it is first asked. */
export function createElectrumRpc(options: ElectrumRpcOptions): ElectrumRpc {
  const { address, source, limits, clock, greet } = options;
  const limit = pLimit(limits.concurrency);
  const share = (options.budget ?? createAnswerBudget()).openShare();
  /** One after the other: all share the connection that the first of them opens. */
  const opener = pLimit(1);
  let current: ElectrumConnection | undefined;
  let closedOnArray: ElectrumConnection | undefined;
  const ended = new AbortController();
  let arrays: 'untried' | 'taken' | 'refused' = 'untried';
  let closings = 0;

  async function connect(): Promise<ElectrumConnection> {
    if (current && !current.closed) return current;
    if (ended.signal.aborted) throw electrumClosed(source);
    const connection = await openElectrumConnection(address, source, limits, share, ended.signal);
    try {
      await greet(connection);
      if (ended.signal.aborted) throw electrumClosed(source);
    } catch (error) {
      connection.close();
      throw error;
    }
    current = connection;
    return connection;
  }

  /** Sends requests once, in the form that the server takes. */
  async function sendOnce(
    requests: readonly ElectrumRequest[],
    signal: AbortSignal | undefined,
  ): Promise<readonly ElectrumAnswer[]> {
    const connection = await orCancelled(opener(connect), source, signal);
    const form = arrays === 'refused' || requests.length === 1 ? 'single' : 'array';
    try {
      const answers = await connection.send(requests, form, signal);
      if (answers === 'refused') {
        arrays = 'refused';
        return sendOnce(requests, signal);
      }
      if (form === 'array') arrays = 'taken';
      return answers;
    } catch (error) {
      const closes = form === 'array' && arrays === 'untried' && connection !== closedOnArray;
      if (closes && isCode(error, 'SOURCE_UNREACHABLE')) {
        closedOnArray = connection;
        if (++closings >= closingsToGiveUpArrays) arrays = 'refused';
      }
      throw error;
    }
  }

  async function sendAll(
    requests: readonly ElectrumRequest[],
    signal: AbortSignal | undefined,
  ): Promise<ElectrumAnswer[]> {
    const answers = new Map<number, ElectrumAnswer>();
    let open = requests.map((_, index) => index);
    for (let attempt = 1; ; attempt++) {
      let failure: unknown;
      try {
        const asked = open.flatMap((index) => requests[index] ?? []);
        const given = await sendOnce(asked, signal);
        const busy: number[] = [];
        const tooLong: number[] = [];
        for (const [place, answer] of given.entries()) {
          const index = open[place] ?? 0;
          if (answer.error && isBusy(answer.error)) busy.push(index);
          else if (answer.error && open.length > 1 && isTooLarge(answer.error)) tooLong.push(index);
          else answers.set(index, answer);
        }
        if (tooLong.length > 0) await sendHalves(requests, tooLong, answers, signal);
        if (busy.length === 0) break;
        open = busy;
        failure = sourceRateLimited(source, undefined);
      } catch (error) {
        if (isCode(error, 'SOURCE_RESPONSE_TOO_LARGE') && open.length > 1) {
          await sendHalves(requests, open, answers, signal);
          break;
        }
        failure = error;
      }
      // The line may have been the answer to another request on the same connection.
      const mayBeAnothers = attempt === 1 && isCode(failure, 'SOURCE_RESPONSE_TOO_LARGE');
      const isLast = signal?.aborted || ended.signal.aborted || attempt >= limits.attempts;
      if (isLast || !(mayPass(failure) || mayBeAnothers)) throw failure;
      const full = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
      await waitFor(Math.round(full * (0.5 + clock.random() / 2)), clock, source, signal);
    }
    return requests.flatMap((_, index) => answers.get(index) ?? []);
  }

  /** The answers were too large together: half as many at a time, down to each alone. */
  async function sendHalves(
    requests: readonly ElectrumRequest[],
    indexes: readonly number[],
    answers: Map<number, ElectrumAnswer>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const middle = Math.ceil(indexes.length / 2);
    for (const half of [indexes.slice(0, middle), indexes.slice(middle)]) {
      if (half.length === 0) continue;
      const given = await sendAll(
        half.flatMap((index) => requests[index] ?? []),
        signal,
      );
      for (const [place, index] of half.entries()) {
        const answer = given[place];
        if (answer) answers.set(index, answer);
      }
    }
  }

  return {
    async call(requests, signal) {
      const batches: (readonly ElectrumRequest[])[] = [];
      for (let start = 0; start < requests.length; start += limits.batchSize) {
        batches.push(requests.slice(start, start + limits.batchSize));
      }
      const answers = await limit.map(batches, (batch) => sendAll(batch, signal));
      return answers.flat();
    },
    close() {
      ended.abort();
    },
  };
}

/** The connection serves others too: who gives up leaves it to them. */
function orCancelled<T>(
  work: Promise<T>,
  source: SourceRef,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(readingCancelled(source, signal));
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}

/** What a second try may mend. */
function mayPass(error: unknown): boolean {
  return error instanceof AssayError && error.entry.retry;
}

function isCode(error: unknown, code: AssayError['code']): boolean {
  return error instanceof AssayError && error.code === code;
}
