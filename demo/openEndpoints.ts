import { frontRpc, type RpcFront } from './frontRpc.ts';
import { interruptRpc } from './interruptRpc.ts';
import type { Interruption, Operator, Scenario } from './scenario.ts';
import type { World } from './world.ts';

/** The nodes of a world as the command line and the config file name sources. */
export interface Endpoints {
  readonly bitcoin: readonly string[];
  /** `CHAIN=URL` */
  readonly rpc: readonly string[];
  close(): Promise<void>;
}

/**
 * The URLs of all nodes; the one that is to be interrupted gets a server in front of it. Where there
 * are operators, each has a server of its own in front of bitcoind, and a name at every node.
 */
export async function openEndpoints(
  world: World,
  { interruption, operators = [] }: Pick<Scenario, 'interruption' | 'operators'> = {},
): Promise<Endpoints> {
  const { bitcoind, anvils } = world.devnet;
  const opened: RpcFront[] = [];
  const reach = async (node: Interruption['node'], url: string): Promise<string> => {
    if (interruption?.node !== node) return url;
    const { method, when } = interruption;
    const front = await interruptRpc({ url, method, when, act: () => interruption.act(world) });
    opened.push(front);
    return front.url;
  };
  const coreUrl = (url: string): string => {
    const named = new URL(url);
    named.username = bitcoind.user;
    named.password = bitcoind.password;
    return `core+${named.href.replace(/\/$/, '')}`;
  };

  // The node refuses a scan while another runs; whoever asks later would wait for long.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = turn.then(act);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const bitcoinUrl = await reach('bitcoin', `http://127.0.0.1:${bitcoind.port}`);
  const bitcoin = operators.length === 0 ? [coreUrl(bitcoinUrl)] : [];
  for (const operator of operators) {
    const front = await frontOperator(operator, bitcoinUrl, inTurn);
    opened.push(front);
    bitcoin.push(`${coreUrl(front.url)}${fragmentOf(operator)}`);
  }
  const rpc: string[] = [];
  for (const { chainId, url } of anvils) {
    const option = `eip155:${chainId}=${await reach(chainId, url)}`;
    if (operators.length === 0) rpc.push(option);
    else rpc.push(...operators.map((operator) => `${option}${fragmentOf(operator)}`));
  }
  return {
    bitcoin,
    rpc,
    close: async () => {
      await Promise.all(opened.map((front) => front.close()));
    },
  };
}

function fragmentOf({ name }: Operator): string {
  return `#operator=${encodeURIComponent(name)}`;
}

function frontOperator(
  { alterScan = (body) => body }: Operator,
  url: string,
  inTurn: <T>(act: () => Promise<T>) => Promise<T>,
): Promise<RpcFront> {
  return frontRpc(url, async (calls, pass) => {
    if (!calls.some(({ method }) => method === 'scantxoutset')) return pass();
    const answer = await inTurn(pass);
    return { ...answer, body: alterScan(answer.body) };
  });
}
