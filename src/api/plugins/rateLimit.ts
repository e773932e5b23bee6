import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { ApiContext } from '../apiContext.ts';
import { rateLimited } from '../errors.ts';
import type { RequestBudget } from '../requestBudget.ts';

type Store = rateLimit.FastifyRateLimitStore;

/**
 * Limits the routes of this scope by client. The counts are those of the shared budget, from which
 * prepared answers take directly: the plugin would cost them a fifth of their rate.
 */
export async function addRateLimit(app: FastifyInstance, context: ApiContext): Promise<void> {
  const { budget, clientKey } = context;
  const off = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false };
  await app.register(rateLimit, {
    max: budget.requests,
    timeWindow: budget.windowSeconds * 1000,
    keyGenerator: ({ ip }) => clientKey(ip),
    store: storeOf(budget),
    // `RateLimit` of every answer says it as the current draft does; `Retry-After` comes with the problem.
    addHeaders: { ...off, 'x-ratelimit-reset': false, 'retry-after': false },
    addHeadersOnExceeding: { ...off, 'x-ratelimit-reset': false },
    errorResponseBuilder: (_request, { ttl }) => rateLimited(Math.ceil(ttl / 1000)),
  });
}

function storeOf(budget: RequestBudget): new () => Store {
  return class implements Store {
    incr(client: string, answer: Parameters<Store['incr']>[1]): void {
      const { isExceeded, remaining, resetSeconds } = budget.take(client);
      const current = isExceeded ? budget.requests + 1 : budget.requests - remaining;
      answer(null, { current, ttl: resetSeconds * 1000 });
    }

    child(): Store {
      return this;
    }
  };
}
