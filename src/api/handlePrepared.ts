import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UnixTime } from '../core/unixTime.ts';
import { type ApiContext, admitClient } from './apiContext.ts';
import { createPreparedSender } from './createPreparedSender.ts';
import type { Prepared } from './prepared.ts';

type AssetRequest = FastifyRequest<{ Params: { asset: string } }>;

/**
 * The handler of a route with one answer per asset, made anew once a second at most: within a second
 * neither the store is asked nor anything put into JSON. `make` throws for an unknown asset.
 */
export function handlePrepared(
  context: ApiContext,
  route: string,
  make: (asset: string, now: UnixTime) => Promise<Prepared>,
): (request: AssetRequest, reply: FastifyReply) => Promise<void> | undefined {
  const { clock } = context.dependencies;
  const send = createPreparedSender(context, route);
  const latest = new Map<string, { readonly madeAt: UnixTime; readonly prepared: Prepared }>();

  async function makeAndSend(
    request: AssetRequest,
    reply: FastifyReply,
    now: UnixTime,
  ): Promise<void> {
    const { asset } = request.params;
    const prepared = await make(asset, now);
    latest.set(asset, { madeAt: now, prepared });
    send(request, reply, prepared);
  }

  return (request, reply) => {
    admitClient(context, request.ip);
    const now = clock();
    const known = latest.get(request.params.asset);
    if (known?.madeAt !== now) return makeAndSend(request, reply, now);
    send(request, reply, known.prepared);
    return undefined;
  };
}
