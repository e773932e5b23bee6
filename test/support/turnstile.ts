import type { AnswerRequest } from '../../demo/frontRpc.ts';

/** Counts the requests to any number of servers, and does something before one of them. */
export interface Turnstile {
  /** In front of a node. */
  readonly answer: AnswerRequest;
  /** Of an Esplora or an Electrum server. */
  readonly intercept: () => Promise<undefined>;
  /** How many requests came so far. */
  count(): number;
}

/**
 * @param at before which request `act` is done, from 1; it waits until a node has answered the
 *   requests before, and whatever comes meanwhile waits for it, so that none sees it half done
 */
export function createTurnstile(at: number, act: () => Promise<unknown>): Turnstile {
  let came = 0;
  let acting: Promise<unknown> = Promise.resolve();
  const underWay = new Set<Promise<unknown>>();
  const pass = async (): Promise<void> => {
    if (++came === at) acting = Promise.allSettled(underWay).then(act);
    await acting;
  };
  return {
    answer: async (_calls, ask) => {
      await pass();
      const answered = ask();
      underWay.add(answered);
      try {
        return await answered;
      } finally {
        underWay.delete(answered);
      }
    },
    intercept: async () => {
      await pass();
      return undefined;
    },
    count: () => came,
  };
}
