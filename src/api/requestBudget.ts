import type { UnixTime } from '../core/unixTime.ts';

/** What a client has left. */
export interface BudgetState {
  readonly isExceeded: boolean;
  readonly remaining: number;
  /** Seconds until the window ends and all begin anew. */
  readonly resetSeconds: number;
}

export interface RequestBudget {
  readonly requests: number;
  readonly windowSeconds: number;
  /** Counts against the client, and tells what is left. */
  take(client: string, units?: number): BudgetState;
  /** What is left, uncounted. */
  peek(client: string): BudgetState;
}

export interface RequestBudgetOptions {
  readonly requests: number;
  readonly windowSeconds: number;
  readonly clock: () => UnixTime;
  /** Clients told apart in one window; those beyond share one budget. Bounds the memory. */
  readonly maxClients?: number;
}

/**
 * Counts requests per client in windows of fixed length. One window for all: when it ends, all counts
 * are dropped at once, so that a count is one look-up and nothing has to be swept.
 */
export function createRequestBudget(options: RequestBudgetOptions): RequestBudget {
  const { requests, windowSeconds, clock, maxClients = 100_000 } = options;
  const counts = new Map<string, number>();
  let windowEnd = 0;

  function secondsLeft(): number {
    const now = clock();
    // A clock that was set back must not make the window last longer.
    if (now >= windowEnd || windowEnd - now > windowSeconds) {
      counts.clear();
      windowEnd = now + windowSeconds;
    }
    return windowEnd - now;
  }

  function state(count: number, resetSeconds: number): BudgetState {
    return {
      isExceeded: count > requests,
      remaining: Math.max(0, requests - count),
      resetSeconds,
    };
  }

  return {
    requests,
    windowSeconds,
    take(client, units = 1) {
      const resetSeconds = secondsLeft();
      const isShared = counts.size >= maxClients && !counts.has(client);
      const key = isShared ? '' : client;
      const count = (counts.get(key) ?? 0) + units;
      counts.set(key, count);
      return state(count, resetSeconds);
    },
    peek(client) {
      const resetSeconds = secondsLeft();
      return state(counts.get(client) ?? 0, resetSeconds);
    },
  };
}
