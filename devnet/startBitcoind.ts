import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type BitcoinRpc, BitcoinRpcError, createBitcoinRpc } from './bitcoinRpc.ts';
import { type GuardedProcess, guardProcess } from './guardProcess.ts';
import { locateBitcoind } from './locateBitcoind.ts';
import type { Program } from './runProgram.ts';

/** A running regtest node with a data folder of its own. */
export type Bitcoind = AsyncDisposable & {
  readonly pid: number;
  readonly dataDir: string;
  readonly user: string;
  readonly password: string;
  readonly port: number;
  /** `http://user:password@127.0.0.1:port` */
  readonly rpcUrl: string;
  /** The same as a source of this project: `core+http://…` */
  readonly coreSourceUrl: string;
  /** The node accepts both its cookie and the user above. */
  readonly cookieFile: string;
  readonly rpc: BitcoinRpc['call'];
  readonly batch: BitcoinRpc['batch'];
  /** Ends the node and removes its data. Nothing is flushed, since nothing is kept. */
  stop(): Promise<void>;
  /** Ends the node at once, as a crash would (SIGKILL). Does the same as {@link stop}. */
  kill(): Promise<void>;
};

const attempts = 5;

/**
 * Starts bitcoind on regtest, on loopback and a free port, without peers, and waits until its RPC
 * answers.
 *
 * @param options.mockTime the node's clock in Unix seconds; without it the node follows real time
 * @param options.extraArgs more arguments, such as `-prune=1` or `-txindex=1`; they win
 * @param options.program a bitcoind other than the one that {@link locateBitcoind} finds
 * @throws Error with the last lines of its log when bitcoind ends before it is ready
 */
export async function startBitcoind(
  options: {
    readonly mockTime?: number;
    readonly extraArgs?: readonly string[];
    readonly program?: Program;
  } = {},
): Promise<Bitcoind> {
  const program = options.program ?? (await locateBitcoind());
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(program, options);
    } catch (error) {
      // Between finding a free port and binding it someone else may take it.
      const clash = error instanceof Error && /unable to bind/i.test(error.message);
      if (!clash || attempt === attempts) throw error;
    }
  }
}

async function startOnce(
  program: Program,
  options: { readonly mockTime?: number; readonly extraArgs?: readonly string[] },
): Promise<Bitcoind> {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-bitcoind-'));
  const port = await findFreePort();
  const user = 'assay';
  const password = randomBytes(16).toString('hex');
  let node: GuardedProcess;
  try {
    node = await guardProcess({
      file: program.file,
      args: [
        ...program.args,
        '-regtest',
        `-datadir=${dataDir}`,
        `-rpcport=${port}`,
        // Unlike -rpcpassword this keeps the cookie in force and the password off the process list.
        `-rpcauth=${rpcAuth(user, password)}`,
        ...fixedArgs,
        ...(options.mockTime === undefined ? [] : [`-mocktime=${options.mockTime}`]),
        ...(options.extraArgs ?? []),
      ],
      folder: dataDir,
    });
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }

  const rpc = createBitcoinRpc({ url: `http://127.0.0.1:${port}`, user, password });
  const kill = async (): Promise<void> => {
    await node.kill();
    await rpc.close();
  };
  try {
    await waitUntilWarm(node, rpc, dataDir);
  } catch (error) {
    await kill();
    throw error;
  }
  const rpcUrl = `http://${user}:${password}@127.0.0.1:${port}`;
  return {
    pid: node.pid,
    dataDir,
    user,
    password,
    port,
    rpcUrl,
    coreSourceUrl: `core+${rpcUrl}`,
    cookieFile: join(dataDir, 'regtest', '.cookie'),
    rpc: rpc.call,
    batch: rpc.batch,
    stop: kill,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

const fixedArgs = [
  '-server',
  '-rpcbind=127.0.0.1',
  '-rpcallowip=127.0.0.1',
  '-listen=0',
  '-connect=0',
  '-dnsseed=0',
  '-discover=0',
  '-txindex=0',
  '-persistmempool=0',
  '-fallbackfee=0.0001',
  // Policy differs between Core and Knots; consensus is what is tested here.
  '-acceptnonstdtxn=1',
  '-keypool=5',
  // Wallets are thrown away: no need to wait for the disk.
  '-unsafesqlitesync=1',
  '-printtoconsole=0',
];

/** The value of -rpcauth for a user: HMAC-SHA-256 of the password, keyed by a salt. */
function rpcAuth(user: string, password: string): string {
  const salt = randomBytes(16).toString('hex');
  return `${user}:${salt}$${createHmac('sha256', salt).update(password).digest('hex')}`;
}

async function waitUntilWarm(
  node: GuardedProcess,
  rpc: BitcoinRpc,
  dataDir: string,
): Promise<void> {
  let ended: number | string | undefined;
  void node.exited.then((status) => {
    ended = status;
  });
  const deadline = Date.now() + 120_000;
  for (;;) {
    if (ended !== undefined) {
      const log = await readFile(join(dataDir, 'regtest', 'debug.log'), 'utf8').catch(() => '');
      const tail = log.trimEnd().split('\n').slice(-8).join('\n');
      throw new Error(
        `bitcoind ended (${ended}) before it was ready:\n${node.lastLines()}\n${tail}`,
      );
    }
    try {
      await rpc.call('getblockchaininfo');
      return;
    } catch (error) {
      // 401: the port belongs to someone else's node, and ours is about to say so and end.
      if (error instanceof BitcoinRpcError && error.code !== -28) throw error;
      if (Date.now() > deadline) {
        throw new Error('bitcoind was not ready within two minutes', { cause: error });
      }
    }
    await wait(15);
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  if (address === null || typeof address === 'string') throw new Error('no free port was found');
  return address.port;
}
