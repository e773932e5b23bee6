import { createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { z } from 'zod';
import { electrumCertificate } from './electrumCertificate.ts';
import { type ElectrumIndex, type ElectrumView, indexElectrumView } from './electrumIndex.ts';

/**
 * A stand-in for ElectrumX: its methods and answers (https://electrum-protocol.readthedocs.io), over
 * whatever chain it is given.
 */
export interface ElectrumServer extends AsyncDisposable {
  readonly port: number;
  /** As a source of this project: `electrum+tcp://127.0.0.1:port` */
  readonly sourceUrl: string;
  /** Methods in the order they came, each with its first parameter. */
  readonly requests: readonly { readonly method: string; readonly subject: unknown }[];
  /** How many arrays of requests came. */
  readonly arrays: number;
  readonly connections: number;
  stop(): Promise<void>;
}

/** What a test has the server do in place of its answer. */
export type ElectrumFault =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string } }
  /** A line in place of everything that the request's line asks for. */
  | { readonly line: string }
  /** Sends half of the line, then closes. */
  | 'cut'
  | 'close'
  /** Never answers. */
  | 'hang';

export interface ElectrumServerOptions {
  /** The chain and the mempool of this moment; the same object as long as nothing changed. */
  readonly readView: () => ElectrumView | Promise<ElectrumView>;
  readonly tls?: boolean;
  /** The newest version of the protocol that it speaks; default 1.4. */
  readonly protocol?: string;
  /** Whether it knows `server.features`; default true. */
  readonly features?: boolean;
  /** What it does with arrays of requests. */
  readonly arrays?: 'taken' | 'shuffled' | 'refused' | 'closed' | 'silently taken';
  /** More transactions than that in a history are refused. */
  readonly historyLimit?: number;
  /** An array whose answer is longer is refused, item by item, as too large. */
  readonly answerLimit?: number;
  readonly latencyMs?: number;
  /**
   * Called for each request before the chain is read: may change the chain, or give the answer.
   * @param times how often the method was asked before
   */
  readonly intercept?: (
    method: string,
    subject: unknown,
    times: number,
  ) => ElectrumFault | undefined | Promise<ElectrumFault | undefined>;
}

const Request = z.object({ id: z.int(), method: z.string(), params: z.array(z.unknown()) });
type Request = z.infer<typeof Request>;

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Starts the server on loopback and a free port. */
export async function startElectrumServer(options: ElectrumServerOptions): Promise<ElectrumServer> {
  const { arrays: form = 'taken', latencyMs = 0 } = options;
  const requests: { method: string; subject: unknown }[] = [];
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  let arrays = 0;
  let connections = 0;
  let index: ElectrumIndex | undefined;

  async function readIndex(): Promise<ElectrumIndex> {
    const view = await options.readView();
    if (index?.view !== view) index = indexElectrumView(view);
    return index;
  }

  async function answerOne({ id, method, params }: Request): Promise<Answer | ElectrumFault> {
    const [subject] = params;
    requests.push({ method, subject });
    const times = counts.get(method) ?? 0;
    counts.set(method, times + 1);
    const fault = await options.intercept?.(method, subject, times);
    if (typeof fault === 'string') return fault;
    if (fault) return 'line' in fault ? fault : { id, ...fault };
    return { id, ...answerMethod(await readIndex(), method, params, options) };
  }

  async function answerLine(line: string, socket: Socket, isFirst: boolean): Promise<void> {
    const message: unknown = JSON.parse(line);
    const isArray = Array.isArray(message);
    if (isArray) arrays++;
    if (latencyMs > 0) await wait(latencyMs);
    if (isArray && form === 'closed') {
      socket.destroy();
      return;
    }
    if (isArray && form === 'refused') {
      send({ jsonrpc: '2.0', id: null, error: { code: -32600, message: 'no arrays' } });
      return;
    }
    const asked = z.array(Request).parse(isArray ? message : [message]);
    if (isFirst && asked[0]?.method !== 'server.version') {
      socket.destroy();
      return;
    }
    const answers: Answer[] = [];
    for (const one of asked) {
      const answer = await answerOne(one);
      if (answer === 'hang') return;
      if (answer === 'close') {
        socket.destroy();
        return;
      }
      if (answer === 'cut') {
        socket.end('{"jsonrpc":"2.0","id":');
        return;
      }
      if ('line' in answer) {
        socket.write(`${answer.line}\n`);
        return;
      }
      if ('id' in answer) answers.push(answer);
    }
    const limit = options.answerLimit ?? Number.POSITIVE_INFINITY;
    if (isArray && JSON.stringify(answers).length > limit) {
      const error = { code: 1, message: 'response too large' };
      send(answers.map(({ id }) => ({ jsonrpc: '2.0', id, error })));
    } else if (!isArray) send(answers[0]);
    else if (form === 'silently taken') for (const answer of answers) send(answer);
    else send(form === 'shuffled' ? answers.toReversed() : answers);

    function send(value: unknown): void {
      if (socket.writable) socket.write(`${JSON.stringify(value)}\n`);
    }
  }

  function serve(socket: Socket): void {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let text = '';
    let isFirst = true;
    socket.setEncoding('utf8');
    socket.on('data', (data) => {
      const lines = (text + String(data)).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        answerLine(line, socket, isFirst).catch((error: unknown) => {
          // A test must not take a failure of its own server for one of the chain.
          socket.write(`the stand-in failed: ${String(error)}\n`);
        });
        isFirst = false;
      }
    });
  }

  const { cert, key } = electrumCertificate;
  const server = options.tls ? createTlsServer({ cert, key }, serve) : createTcpServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port: address.port,
    sourceUrl: `electrum+${options.tls ? 'tls' : 'tcp'}://127.0.0.1:${address.port}`,
    requests,
    get arrays() {
      return arrays;
    },
    get connections() {
      return connections;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function answerMethod(
  index: ElectrumIndex,
  method: string,
  params: readonly unknown[],
  options: ElectrumServerOptions,
): Omit<Answer, 'id'> {
  const { blocks } = index.view;
  const [first, second] = params;
  const protocol = options.protocol ?? '1.4';
  switch (method) {
    case 'server.version': {
      const [, newest] = z.tuple([z.string(), z.string()]).parse(second);
      return { result: ['StandIn 1.0', newest < protocol ? newest : protocol] };
    }
    case 'server.features':
      if (options.features === false) return failure(-32601, 'unknown method');
      return { result: { genesis_hash: blocks[0]?.hash, hash_function: 'sha256', pruning: null } };
    case 'blockchain.headers.subscribe':
      return { result: { height: blocks.length - 1, hex: blocks.at(-1)?.header } };
    case 'blockchain.block.header': {
      const header = blocks[z.int().parse(first)]?.header;
      return header === undefined ? failure(1, 'height out of range') : { result: header };
    }
    case 'blockchain.block.headers': {
      const [from, count] = z.tuple([z.int(), z.int().max(2016)]).parse(params);
      const headers = blocks.slice(from, from + count).map(({ header }) => header);
      const form = protocol === '1.6' ? { headers } : { hex: headers.join('') };
      return { result: { count: headers.length, ...form, max: 2016 } };
    }
    case 'blockchain.scripthash.get_history': {
      const history = index.history(z.string().parse(first));
      return isTooLong(history) ? failure(1, 'history too large') : { result: history };
    }
    case 'blockchain.scripthash.listunspent': {
      const scriptHash = z.string().parse(first);
      if (isTooLong(index.history(scriptHash))) return failure(1, 'history too large');
      return { result: index.unspents(scriptHash) };
    }
    case 'blockchain.transaction.get': {
      const transaction = index.transaction(z.string().parse(first));
      if (transaction) return { result: transaction.hex };
      return failure(2, 'daemon error: No such mempool or blockchain transaction');
    }
    case 'blockchain.transaction.id_from_pos': {
      const [height, position] = z.tuple([z.int(), z.int()]).parse(params);
      const txid = index.view.blocks[height]?.transactions[position]?.txid;
      return txid === undefined ? failure(1, 'no tx at that position') : { result: txid };
    }
    case 'blockchain.transaction.get_merkle': {
      const height = z.int().parse(second);
      const merkle = index.merkle(z.string().parse(first), height);
      if (merkle === undefined) return failure(1, 'transaction not in block');
      return { result: { ...merkle, block_height: height } };
    }
    default:
      return failure(-32601, 'unknown method');
  }

  function isTooLong(history: readonly unknown[]): boolean {
    return history.length > (options.historyLimit ?? Number.POSITIVE_INFINITY);
  }
}

function failure(code: number, message: string): Omit<Answer, 'id'> {
  return { error: { code, message } };
}
