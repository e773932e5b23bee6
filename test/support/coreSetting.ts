import type { BitcoinSource, ReserveObservation } from '../../src/bitcoin/bitcoinSource.ts';
import type { CoreSourceLimits } from '../../src/bitcoin/coreSource.ts';
import { coreSourceOf } from './coreSourceOf.ts';
import {
  type JsonRpcServer,
  type RpcCall,
  type RpcReply,
  startJsonRpcServer,
} from './jsonRpcServer.ts';
import { rejectionCode } from './rejection.ts';
import { createSyntheticChain, type SyntheticChain, syntheticAddress } from './syntheticChain.ts';
import { createSyntheticNode } from './syntheticNode.ts';

export const alice = syntheticAddress('alice');
export const bob = syntheticAddress('bob');

/** What the node does about a call instead of answering it; undefined: it answers. */
export type Twist = (
  call: RpcCall,
  times: number,
  chain: SyntheticChain,
  honest: () => RpcReply,
) => RpcReply | undefined | Promise<RpcReply | undefined>;

/** A Bitcoin Core source over a synthetic chain, through a server that can be made to misbehave. */
export interface CoreSetting extends AsyncDisposable {
  readonly chain: SyntheticChain;
  readonly server: JsonRpcServer;
  readonly source: BitcoinSource;
}

/** Alice has 1,000 sats since block 1, and another 500 and Bob 250 since block 2; the tip is 4. */
export async function setUpCore(
  twist: Twist = () => undefined,
  limits: Partial<CoreSourceLimits> = {},
): Promise<CoreSetting> {
  const chain = createSyntheticChain();
  chain.send({ to: [{ to: alice, sats: 1000n }] });
  chain.mine();
  chain.send({
    to: [
      { to: alice, sats: 500n },
      { to: bob, sats: 250n },
    ],
  });
  chain.mine(3);
  const node = createSyntheticNode(() => chain.readView());
  const server = await startJsonRpcServer(async (call, times) => {
    const honest = () => node.answer(call);
    return (await twist(call, times, chain, honest)) ?? honest();
  });
  const source = coreSourceOf(server, limits);
  return {
    chain,
    server,
    source,
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Alice's and Bob's reserves as of a block. */
export function readCore(
  { source, chain }: CoreSetting,
  height = 2,
  signal?: AbortSignal,
): Promise<ReserveObservation> {
  const request = { point: chain.point(height), scripts: [alice, bob] };
  return source.readReserves(request, signal ? { signal } : {});
}

/** The code that reading their reserves as of block 2 ends in. */
export async function readingCode(
  twist: Twist,
  limits?: Partial<CoreSourceLimits>,
): Promise<string> {
  await using setting = await setUpCore(twist, limits);
  return await rejectionCode(() => readCore(setting));
}

/** What each script holds. */
export function sums(observation: ReserveObservation): bigint[] {
  return observation.scripts.map(({ sats }) => sats);
}

/** Changes what the honest node says as the result of one method. */
export function altered(
  method: string,
  change: (result: Record<string, unknown>) => unknown,
): Twist {
  return (call, _times, _chain, honest) => {
    if (call.method !== method || call.params[0] === 'status') return undefined;
    const reply = honest();
    if (typeof reply === 'string' || !('result' in reply)) return reply;
    return { result: change({ ...Object(reply.result) }) };
  };
}

/** Whether the call starts a scan. */
export function isStart({ method, params }: RpcCall): boolean {
  return method === 'scantxoutset' && params[0] === 'start';
}

/** How often `scantxoutset` was called with that action. */
export function countActions(server: JsonRpcServer, action: string): number {
  return server.calls.filter(({ params }) => params[0] === action).length;
}
