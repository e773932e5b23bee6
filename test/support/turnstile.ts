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

/** @param at before which request `act` is done, from 1; whatever comes meanwhile waits for it */
export function createTurnstile(at: number, act: () => Promise<unknown>): Turnstile {
  let came = 0;
  let acting: Promise<unknown> = Promise.resolve();
  const pass = async (): Promise<void> => {
    if (++came === at) acting = act();
    await acting;
  };
  return {
    answer: async (_calls, ask) => {
      await pass();
      return ask();
    },
    intercept: async () => {
      await pass();
      return undefined;
    },
    count: () => came,
  };
}
