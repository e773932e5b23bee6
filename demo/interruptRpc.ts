import { frontRpc, type RpcFront } from './frontRpc.ts';

/**
 * Stands in front of a node's JSON-RPC and does something at the first request that calls `method`:
 * `before` the node gets it, or `after` it has answered, while whoever asked still waits. Everything
 * else is passed on as it is. When the node is gone the connection is cut, as the node's would be.
 *
 * Hence a reorganisation or an outage happens at a known point in the middle of an audit.
 */
export async function interruptRpc(options: {
  readonly url: string;
  readonly method: string;
  readonly when: 'before' | 'after';
  readonly act: () => Promise<void>;
}): Promise<RpcFront> {
  const { url, method, when, act } = options;
  let pending = true;
  return frontRpc(url, async (calls, pass) => {
    if (!pending || !calls.some((call) => call.method === method)) return pass();
    pending = false;
    if (when === 'before') await act();
    const answer = await pass();
    if (when === 'after') await act();
    return answer;
  });
}
