import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { BitcoinSource } from '../../../src/bitcoin/bitcoinSource.ts';
import {
  createMempoolSource,
  type MempoolSourceOptions,
} from '../../../src/bitcoin/mempoolSource.ts';
import { PartialReadingError } from '../../../src/bitcoin/partialReadingError.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import {
  type EsploraFault,
  type EsploraServer,
  startEsploraServer,
} from '../../support/esploraServer.ts';
import { mempoolSourceOf } from '../../support/mempoolSourceOf.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';
import {
  createSyntheticChain,
  regtest,
  type SyntheticChain,
  syntheticAddress,
} from '../../support/syntheticChain.ts';
import { createTestClock } from '../../support/testClock.ts';

const alice = syntheticAddress('alice');
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

function ok(body: unknown): EsploraFault {
  return { status: 200, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** A source whose server answers the paths that `fault` knows in its way. */
async function faulty(
  fault: (path: string, times: number) => EsploraFault | undefined,
  options: Partial<MempoolSourceOptions> = {},
): Promise<{ server: EsploraServer; source: BitcoinSource; chain: SyntheticChain }> {
  const chain = createSyntheticChain();
  chain.send({ to: [{ to: alice, sats: 1000n }] });
  chain.mine(3);
  const server = await startEsploraServer({ readView: chain.readView, intercept: fault });
  const source = mempoolSourceOf(server, options);
  open.push(server, { [Symbol.asyncDispose]: () => source.close() });
  return { server, source, chain };
}

/** The code that reading alice's reserves ends in. */
async function readingCode(
  fault: (path: string, times: number) => EsploraFault | undefined,
  options: Partial<MempoolSourceOptions> = {},
): Promise<string> {
  const { source, chain } = await faulty(fault, options);
  const point = chain.point(2);
  return rejectionCode(() => source.readReserves({ point, scripts: [alice] }));
}

const addressPath = `/address/${alice.address}`;
const page = '<!doctype html><title>mempool</title>';

describe('a mempool source and a server that answers something else', () => {
  it('refuses a web page with status 200', async () => {
    expect(await readingCode(() => ok(page))).toBe('SOURCE_RESPONSE_INVALID');
    expect(await readingCode((path) => (path === addressPath ? ok(page) : undefined))).toBe(
      'SOURCE_RESPONSE_INVALID',
    );
  });

  it('refuses an output above its own tip', async () => {
    const status = { confirmed: true, block_height: 9_999, block_hash: 'cd'.repeat(32) };
    const vout = [{ scriptpubkey: alice.script, value: 1000 }];
    const transaction = { txid: 'ab'.repeat(32), vin: [], vout, status };
    const { source, chain } = await faulty((path) =>
      path.endsWith('/txs/chain') ? ok([transaction]) : undefined,
    );
    const read = () => source.readReserves({ point: chain.point(2), scripts: [alice] });
    const error = await rejection(read);
    expect(error.code).toBe('SOURCE_RESPONSE_INVALID');
    expect(error.message).toContain('names block 9999, and its newest one is 3');
  });

  it('ends with the first of many wrong entries', async () => {
    const body = `[${'{"txid":"not the id of anything"},'.repeat(499_999)}{}]`;
    const { source, chain } = await faulty((path) =>
      path.endsWith('/txs/chain') ? ok(body) : undefined,
    );
    const read = () => source.readReserves({ point: chain.point(2), scripts: [alice] });
    const error = await rejection(read);
    expect(error.code).toBe('SOURCE_RESPONSE_INVALID');
    expect(error.message).toContain('wrongly: 0.txid');
  });

  it('reads no history that never ends', async () => {
    const stats = { tx_count: 1e9, funded_txo_count: 1e9, funded_txo_sum: 1e12 };
    const none = { spent_txo_count: 0, spent_txo_sum: 0 };
    const nothing = { tx_count: 0, funded_txo_count: 0, funded_txo_sum: 0, ...none };
    const address = alice.address;
    const summary = { address, chain_stats: { ...stats, ...none }, mempool_stats: nothing };
    const { source, chain } = await faulty((path) => {
      if (path === addressPath) return ok(summary);
      if (path.endsWith('/utxo')) return { status: 400, body: 'Too many unspent outputs' };
      if (!path.includes('/txs/chain')) return undefined;
      const vout = Array(5_000).fill({ scriptpubkey: alice.script, value: 1 });
      const status = { confirmed: true, block_height: 3, block_hash: chain.point(3).hash };
      return ok(Array(25).fill({ txid: 'ab'.repeat(32), vin: [], vout, status }));
    });
    const read = () => source.readReserves({ point: chain.point(2), scripts: [alice] });
    const error = await rejection(read);
    expect(error.message).toContain('more than 500000 entries');
  });

  it('never repeats what the server wrote', async () => {
    const { source } = await faulty(() => ok('<h1>secret</h1>'));
    const error = await rejection(() => source.readTip());
    expect(`${error.message} ${JSON.stringify(error.facts)} ${error.fix}`).not.toContain('secret');
  });

  it('refuses JSON that ends too early', async () => {
    const code = await readingCode((path) =>
      path.endsWith('/txs/chain') ? ok('[{"txid":"00') : undefined,
    );
    expect(code).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('reports a body that breaks off before its announced end', async () => {
    const code = await readingCode((path) => (path === addressPath ? 'cut' : undefined));
    expect(code).toBe('SOURCE_UNREACHABLE');
  });

  it('refuses another chain by its genesis block, and names the chain', async () => {
    const mainnet = bitcoinNetworks.find(({ name }) => name === 'mainnet');
    const { source } = await faulty((path) =>
      path === '/block-height/0' ? ok(mainnet?.genesisHash) : undefined,
    );
    const error = await rejection(() => source.readTip());
    expect(error.code).toBe('SOURCE_WRONG_CHAIN');
    expect(error.facts).toMatchObject({ expected: 'regtest', found: 'mainnet' });
  });

  it('refuses a genesis block that nobody knows', async () => {
    const code = await readingCode((path) =>
      path === '/block-height/0' ? ok('ab'.repeat(32)) : undefined,
    );
    expect(code).toBe('SOURCE_WRONG_CHAIN');
  });

  it('refuses a server that is not an Esplora API', async () => {
    expect(await readingCode(() => ({ status: 404, body: page }))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('refuses a network that it does not know instead of reading mainnet', async () => {
    const network = { ...regtest, name: 'signet' as const };
    const code = await rejectionCode(() =>
      createMempoolSource({
        baseUrl: 'https://mempool.space',
        source: { id: 'mempool+https://mempool.space', operator: 'mempool.space', kind: 'mempool' },
        network,
      }),
    );
    expect(code).toBe('SOURCE_WRONG_CHAIN');
  });

  it.each([
    ['a number for a string', { address: 17 }],
    ['a string for a number', { address: alice.address, chain_stats: { tx_count: '1' } }],
    ['null', null],
    ['a list', []],
    ['another address', { address: syntheticAddress('bob').address }],
  ])('refuses %s', async (_, body) => {
    const stats = {
      tx_count: 0,
      funded_txo_count: 0,
      funded_txo_sum: 0,
      spent_txo_count: 0,
      spent_txo_sum: 0,
    };
    const whole =
      body !== null && !Array.isArray(body)
        ? { chain_stats: stats, mempool_stats: stats, ...body }
        : body;
    const code = await readingCode((path) => (path === addressPath ? ok(whole) : undefined));
    expect(code).toBe('SOURCE_RESPONSE_INVALID');
  });

  it.each([
    ['a fraction', '0.1'],
    ['a number beyond 2^53', '9007199254740993'],
    ['a negative number', '-1'],
    ['an amount as text', '"1000"'],
    ['infinity', '1e999'],
  ])('refuses an amount that is %s', async (_, amount) => {
    const stats = `{"tx_count":1,"funded_txo_count":1,"funded_txo_sum":${amount},"spent_txo_count":0,"spent_txo_sum":0}`;
    const body = `{"address":"${alice.address}","chain_stats":${stats},"mempool_stats":${stats}}`;
    const code = await readingCode((path) => (path === addressPath ? ok(body) : undefined));
    expect(code).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('refuses more coins than there are', async () => {
    const stats = {
      tx_count: 100,
      funded_txo_count: 100,
      funded_txo_sum: 2_100_000_000_000_001,
      spent_txo_count: 0,
      spent_txo_sum: 0,
    };
    const summary = { address: alice.address, chain_stats: stats, mempool_stats: stats };
    const code = await readingCode((path) => {
      if (path === addressPath) return ok(summary);
      if (path.endsWith('/utxo')) return { status: 400, body: 'Too many unspent' };
      return path.endsWith('/txs/mempool') ? ok([]) : undefined;
    });
    expect(code).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('refuses the header of another block under the hash that it asked for', async () => {
    const { source, chain } = await faulty((path) =>
      path === `/block/${chain.point(2).hash}`
        ? ok({ ...chain.readView().blocks[2]?.header, timestamp: 1_767_225_601 })
        : undefined,
    );
    expect(await rejectionCode(() => source.readPoint(2))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('refuses a redirection', async () => {
    const headers = { location: 'http://127.0.0.1:1/' };
    expect(await readingCode(() => ({ status: 301, body: '', headers }))).toBe(
      'SOURCE_RESPONSE_INVALID',
    );
  });

  it('refuses a body that is too large', async () => {
    const code = await readingCode(
      (path) => (path === addressPath ? ok(' '.repeat(100_001)) : undefined),
      { maxAnswerBytes: 100_000 },
    );
    expect(code).toBe('SOURCE_RESPONSE_TOO_LARGE');
  });

  it('leaves an address unread whose answer is too large, and reads the others', async () => {
    const bob = syntheticAddress('bob');
    const { source, chain } = await faulty(
      (path) => (path === addressPath ? ok(' '.repeat(100_001)) : undefined),
      { maxAnswerBytes: 100_000 },
    );
    const scripts = [alice, bob];
    const error = await rejection(() => source.readReserves({ point: chain.point(2), scripts }));
    expect(error).toBeInstanceOf(PartialReadingError);
    expect(error instanceof PartialReadingError && error.observation.scripts).toMatchObject([
      { script: alice.script, error: { code: 'SOURCE_RESPONSE_TOO_LARGE' } },
      { script: bob.script, sats: 0n, utxos: [] },
    ]);
  });

  it('reads a compressed body, and refuses one that is too large unpacked', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const packed = (body: string): EsploraFault => ({ status: 200, body: gzipSync(body), headers });
    const { source, chain } = await faulty((path) =>
      path === '/blocks/tip/hash' ? packed(chain.point(3).hash) : undefined,
    );
    expect((await source.readTip()).height).toBe(3);
    const code = await readingCode(
      (path) => (path === addressPath ? packed(' '.repeat(100_001)) : undefined),
      { maxAnswerBytes: 100_000 },
    );
    expect(code).toBe('SOURCE_RESPONSE_TOO_LARGE');
    const broken = await readingCode((path) =>
      path === addressPath ? { status: 200, body: 'no gzip', headers } : undefined,
    );
    expect(broken).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('reports a refusal that it has no better word for', async () => {
    const body = 'Too many history transactions (>500). Contact support to raise limits.';
    const code = await readingCode((path) =>
      path.endsWith('/txs/chain') ? { status: 400, body } : undefined,
    );
    expect(code).toBe('SOURCE_RPC_ERROR');
  });

  it.each([401, 403])('reports HTTP %i as refused credentials', async (status) => {
    expect(await readingCode(() => ({ status, body: page }))).toBe('SOURCE_UNAUTHORIZED');
  });

  it('notices that two answers name different blocks for one height', async () => {
    const code = await readingCode((path) => {
      if (!path.endsWith('/txs/chain')) return undefined;
      const status = { confirmed: true, block_height: 2, block_hash: 'ab'.repeat(32) };
      return ok([{ txid: 'cd'.repeat(32), vin: [], vout: [], status }]);
    });
    expect(code).toBe('BITCOIN_REORGANISED');
  });
});

describe('a mempool source and a server in trouble', () => {
  it.each([500, 502, 503])('tries again after HTTP %i, then reports it', async (status) => {
    const { server, source } = await faulty(() => ({ status, body: page }), { attempts: 4 });
    expect(await rejectionCode(() => source.readTip())).toBe('SOURCE_SERVER_ERROR');
    expect(server.requests).toHaveLength(4);
  });

  it('goes on after a failure that passes', async () => {
    const { source, chain } = await faulty((_, times) =>
      times === 0 ? { status: 502, body: page } : undefined,
    );
    const point = chain.point(2);
    const { total } = await source.readReserves({ point, scripts: [alice] });
    expect(total).toBe(1000n);
  });

  it('reports a server that keeps answering 429', async () => {
    const headers = { 'retry-after': '3' };
    const { server, source } = await faulty(() => ({ status: 429, body: '', headers }), {
      attempts: 3,
    });
    const error = await rejection(() => source.readTip());
    expect(error.code).toBe('SOURCE_RATE_LIMITED');
    expect(error.facts.retryAfterSeconds).toBe(3);
    expect(server.requests).toHaveLength(3);
  });

  it('reports a server that closes the connection without a byte', async () => {
    expect(await readingCode(() => 'close')).toBe('SOURCE_UNREACHABLE');
  });

  it('reports a server that never answers', async () => {
    const code = await readingCode(() => 'hang', { timeoutMs: 30, attempts: 2 });
    expect(code).toBe('SOURCE_TIMEOUT');
  });

  it('reports a server that is not there', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const address = free.address();
    await new Promise((resolve) => free.close(resolve));
    const port = typeof address === 'object' ? address?.port : undefined;
    const source = createMempoolSource({
      baseUrl: `http://127.0.0.1:${port}/api`,
      source: { id: 'mempool+http://127.0.0.1/api', operator: 'test', kind: 'mempool' },
      network: regtest,
      clock: createTestClock(),
    });
    expect(await rejectionCode(() => source.readTip())).toBe('SOURCE_UNREACHABLE');
    await source.close();
  });

  it('reports a server that does not speak HTTP', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const source = createMempoolSource({
      baseUrl: `http://127.0.0.1:${port}/api`,
      source: { id: 'mempool+http://127.0.0.1/api', operator: 'test', kind: 'mempool' },
      network: regtest,
      clock: createTestClock(),
    });
    expect(await rejectionCode(() => source.readTip())).toBe('SOURCE_RESPONSE_INVALID');
    await source.close();
    server.close();
  });
});

describe('one output at two addresses', () => {
  const others = ['bob', 'carol', 'dave'].map(syntheticAddress);

  /** Answers for the others what is alice's, with their scripts in it: one output, four times. */
  async function multiplying() {
    const chain = createSyntheticChain();
    chain.send({ to: [{ to: alice, sats: 1000n }] });
    const erin = syntheticAddress('erin');
    chain.send({ to: [{ to: erin, sats: 7n }] });
    chain.mine(3);
    const server: EsploraServer = await startEsploraServer({
      readView: chain.readView,
      intercept: async (path) => {
        const other = others.find(({ address }) => path.includes(address));
        if (!other) return undefined;
        const own = await fetch(server.apiUrl + path.replace(other.address, alice.address));
        const body = await own.text();
        return ok(
          body.replaceAll(alice.address, other.address).replaceAll(alice.script, other.script),
        );
      },
    });
    const source = mempoolSourceOf(server);
    open.push(server, { [Symbol.asyncDispose]: () => source.close() });
    return { source, point: chain.point(2), erin };
  }

  it('leaves the addresses unread, and no other', async () => {
    const { source, point, erin } = await multiplying();
    const scripts = [alice, ...others, erin];
    const error = await rejection(() => source.readReserves({ point, scripts }));
    if (!(error instanceof PartialReadingError)) throw error;
    expect(
      error.observation.scripts.map((one) => ('error' in one ? one.error.code : one.sats)),
    ).toEqual([...Array(4).fill('BITCOIN_OUTPUT_SHARED'), 7n]);
  });

  it('says so where nothing else was read', async () => {
    const { source, point } = await multiplying();
    const reading = source.readReserves({ point, scripts: [alice, ...others] });
    expect(await rejectionCode(() => reading)).toBe('BITCOIN_OUTPUT_SHARED');
  });
});
