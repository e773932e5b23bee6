import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AssayError } from '../core/assayError.ts';
import { serviceBusy } from './errors.ts';
import type { Verification } from './schemas/service.ts';
import type { VerifyPolicy } from './verifyBody.ts';
import { unpackOutcome, type VerifyOutcome, type VerifyTask } from './verifyTask.ts';

/** What verifying others' attestations may cost. */
export interface VerifierLimits {
  /** Verifications at a time, each on a thread of its own. */
  readonly threads: number;
  /** Verifications that wait for a thread; more are refused. */
  readonly waiting: number;
  /** A verification that takes longer is stopped. */
  readonly seconds: number;
  /** Of the heap of each thread. */
  readonly heapMegabytes: number;
}

/** Verifies attestations apart from the thread that serves. */
export interface Verifier extends AsyncDisposable {
  /**
   * @param bytes are taken over: they are empty afterwards
   * @throws AssayError SERVICE_BUSY, ATTESTATION_TOO_LARGE where the heap does not suffice, and as
   * `verifyBody`
   */
  verify(bytes: Uint8Array<ArrayBuffer>, policy: VerifyPolicy): Promise<Verification>;
}

interface Job {
  readonly task: VerifyTask;
  readonly resolve: (verification: Verification) => void;
  readonly reject: (error: unknown) => void;
}

/** After a longer document a thread is ended: its memory would be kept for documents that never come. */
const longBytes = 1024 * 1024;

/** Beside this file, and of its kind: TypeScript in a checkout, JavaScript in a package. */
const entry = new URL(`./verifyThread${extname(import.meta.url)}`, import.meta.url);

/**
 * A few threads that verify, started when they are first needed. What somebody else's document costs is
 * paid there: where it takes too long or too much memory, the thread is ended and the service goes on.
 */
export function createVerifier(limits: VerifierLimits): Verifier {
  const queue: Job[] = [];
  const idle: Worker[] = [];
  const busy = new Set<Worker>();
  let isClosed = false;

  function startNext(): void {
    if (queue.length === 0 || busy.size >= limits.threads) return;
    const job = queue.shift();
    if (job) run(idle.pop() ?? startThread(), job);
  }

  function startThread(): Worker {
    const thread = new Worker(entry, {
      name: 'assay-verify',
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytes, maxYoungGenerationSizeMb: 8 },
      // What a preload or an inspector of the service wants is not wanted here.
      execArgv: [],
    });
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      const at = idle.indexOf(thread);
      if (at >= 0) idle.splice(at, 1);
    });
    return thread;
  }

  function run(thread: Worker, { task, resolve, reject }: Job): void {
    busy.add(thread);
    thread.ref();
    const isLong = task.bytes.length > longBytes;
    const timer = setTimeout(() => {
      end(() => reject(serviceBusy(`the verification took longer than ${limits.seconds} s`)));
    }, limits.seconds * 1000);
    /** Ends the thread. */
    function end(settle: () => void): void {
      settled(settle);
      void thread.terminate();
    }
    function settled(settle: () => void): void {
      clearTimeout(timer);
      thread.off('message', answer).off('error', fail).off('exit', leave);
      busy.delete(thread);
      settle();
      startNext();
    }
    function answer(outcome: VerifyOutcome): void {
      const settle = () => {
        try {
          resolve(unpackOutcome(outcome));
        } catch (thrown) {
          reject(thrown);
        }
      };
      if (isLong) {
        end(settle);
        return;
      }
      thread.unref();
      idle.push(thread);
      settled(settle);
    }
    const fail = (error: NodeJS.ErrnoException) => end(() => reject(failureOf(error, limits)));
    const leave = () => end(() => reject(serviceBusy('the service is closing')));
    thread.on('message', answer).on('error', fail).on('exit', leave);
    thread.postMessage(task, [task.bytes.buffer]);
  }

  return {
    verify(bytes, policy) {
      if (isClosed) return Promise.reject(serviceBusy('the service is closing'));
      if (queue.length >= limits.waiting) {
        return Promise.reject(serviceBusy('other attestations are being verified'));
      }
      return new Promise((resolve, reject) => {
        queue.push({ task: { bytes, policy }, resolve, reject });
        startNext();
      });
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      for (const { reject } of queue.splice(0)) reject(serviceBusy('the service is closing'));
      await Promise.all([...idle.splice(0), ...busy].map((thread) => thread.terminate()));
    },
  };
}

function failureOf(error: NodeJS.ErrnoException, { heapMegabytes }: VerifierLimits): AssayError {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new AssayError('ATTESTATION_TOO_LARGE', {
      message: `the document takes more than ${heapMegabytes} MB of memory to verify`,
    });
  }
  return new AssayError('INTERNAL_ERROR', { cause: error });
}
