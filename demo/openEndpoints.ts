import { type InterruptedRpc, interruptRpc } from './interruptRpc.ts';
import type { Interruption } from './scenario.ts';
import type { World } from './world.ts';

/** The nodes of a world as the command line and the config file name sources. */
export interface Endpoints {
  readonly bitcoin: readonly string[];
  /** `CHAIN=URL` */
  readonly rpc: readonly string[];
  close(): Promise<void>;
}

/** The URLs of all nodes; the one that is to be interrupted gets a server in front of it. */
export async function openEndpoints(world: World, interruption?: Interruption): Promise<Endpoints> {
  const { bitcoind, anvils } = world.devnet;
  const opened: InterruptedRpc[] = [];
  const reach = async (node: Interruption['node'], url: string): Promise<string> => {
    if (interruption?.node !== node) return url;
    const { method, when } = interruption;
    const front = await interruptRpc({ url, method, when, act: () => interruption.act(world) });
    opened.push(front);
    return front.url;
  };
  const bitcoinUrl = new URL(await reach('bitcoin', `http://127.0.0.1:${bitcoind.port}`));
  bitcoinUrl.username = bitcoind.user;
  bitcoinUrl.password = bitcoind.password;
  const rpc: string[] = [];
  for (const { chainId, url } of anvils) rpc.push(`eip155:${chainId}=${await reach(chainId, url)}`);
  return {
    bitcoin: [`core+${bitcoinUrl.href.replace(/\/$/, '')}`],
    rpc,
    close: async () => {
      await Promise.all(opened.map((front) => front.close()));
    },
  };
}
