import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { parseBitcoinSourceUrl } from '../../../src/bitcoin/parseBitcoinSourceUrl.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { electrumCertificate } from '../../support/electrumCertificate.ts';
import { createElectrumChain, type ElectrumChain } from '../../support/electrumChain.ts';
import { closeElectrum, serveElectrum, timesAsked } from '../../support/electrumServed.ts';
import type { ElectrumServerOptions } from '../../support/electrumServer.ts';
import { rejection } from '../../support/rejection.ts';
import { syntheticAddress } from '../../support/syntheticChain.ts';

const names = Array.from({ length: 25 }, (_, index) => `holder ${index}`);
const scripts = names.map(syntheticAddress);
const history = 'blockchain.scripthash.get_history';
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

afterEach(closeElectrum);

/** Each script holds another amount, so that answers in each other's place would show. */
function fundAll(): ElectrumChain {
  const chain = createElectrumChain();
  for (const [index, to] of scripts.entries())
    chain.send({ to: [{ to, sats: BigInt(1_000 + index) }] });
  chain.mine();
  return chain;
}

/** What a source reads of all scripts, ten at a time. */
async function readAll(
  chain: ElectrumChain,
  options: Partial<ElectrumServerOptions> = {},
  limits: { timeoutMs?: number; maxLineBytes?: number; attempts?: number } = {},
) {
  const { source, server } = await serveElectrum(chain, options, {
    limits: { batchSize: 10, ...limits },
  });
  const read = () => source.readReserves({ point: chain.point(1), scripts });
  return { read, server, source };
}

const expected = scripts.map((_, index) => BigInt(1_000 + index));

describe('arrays of requests', () => {
  it.each(['taken', 'shuffled', 'silently taken'] as const)(
    'are read by id: %s',
    async (arrays) => {
      const { read, server } = await readAll(fundAll(), { arrays });
      expect((await read()).scripts.map(({ sats }) => sats)).toEqual(expected);
      expect(server.arrays).toBe(9);
    },
  );

  it.each(['refused', 'closed'] as const)('are given up where they are %s', async (arrays) => {
    const { read, server } = await readAll(fundAll(), { arrays });
    expect((await read()).scripts.map(({ sats }) => sats)).toEqual(expected);
    const tried = server.arrays;
    await read();
    expect(server.arrays).toBe(tried);
  });

  it('are made smaller where the answer is too large for the server', async () => {
    const { read } = await readAll(fundAll(), { answerLimit: 400 });
    expect((await read()).scripts.map(({ sats }) => sats)).toEqual(expected);
  });

  it.each([
    ['one id twice', [0, 0]],
    ['an id that was not asked for', [0, 99_999]],
  ])('are refused with %s', async (_, [first, second]) => {
    const { read } = await readAll(fundAll(), {
      intercept: (method, _subject, times) => {
        if (method !== history || times > 0) return undefined;
        // The greeting took ids 0 and 1, the tip and the header 2 and 3.
        const answers = [first, second].map((id) => ({ id: 4 + (id ?? 0), result: [] }));
        return { line: JSON.stringify(answers) };
      },
    });
    expect((await rejection(read)).code).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('are refused where an answer is missing', async () => {
    const { read } = await readAll(fundAll(), {
      intercept: (method, _subject, times) =>
        method === history && times === 0
          ? { line: JSON.stringify([{ id: 4, result: [] }]) }
          : undefined,
    });
    expect((await rejection(read)).code).toBe('SOURCE_RESPONSE_INVALID');
  });
});

describe('an Electrum source', () => {
  it('speaks protocol 1.6, and names the version first on each connection', async () => {
    const chain = fundAll();
    const { read, server } = await readAll(chain, { protocol: '1.6' });
    expect((await read()).total).toBe(expected.reduce((sum, sats) => sum + sats, 0n));
    expect(server.requests[0]).toEqual({ method: 'server.version', subject: 'assay' });
    expect(timesAsked(server, 'server.version')).toBe(server.connections);
  });

  it.each(['1.3', '1.7', '2.0'])('refuses a server of protocol %s', async (version) => {
    const { read } = await readAll(fundAll(), {
      intercept: (method) =>
        method === 'server.version' ? { result: ['StandIn', version] } : undefined,
    });
    const { code, message } = await rejection(read);
    expect(code).toBe('SOURCE_RPC_ERROR');
    expect(message).toContain('1.4 to 1.6');
  });

  it.each([true, false])('refuses a server of another network (features: %s)', async (features) => {
    const chain = createElectrumChain();
    const mainnet = bitcoinNetworks.find(({ name }) => name === 'mainnet');
    const { source } = await serveElectrum(
      chain,
      { features },
      mainnet === undefined ? {} : { network: mainnet },
    );
    const { code, message } = await rejection(() => source.readTip());
    expect(code).toBe('SOURCE_WRONG_CHAIN');
    expect(message).toContain('serves regtest, not mainnet');
  });

  it('reads a server that has no server.features', async () => {
    const { read } = await readAll(fundAll(), { features: false });
    expect((await read()).scripts.map(({ sats }) => sats)).toEqual(expected);
  });

  it.each(['close', 'cut'] as const)('connects again when the server does: %s', async (fault) => {
    const { read, server } = await readAll(fundAll(), {
      intercept: (method, _, times) => (method === history && times === 12 ? fault : undefined),
    });
    expect((await read()).scripts.map(({ sats }) => sats)).toEqual(expected);
    expect(server.connections).toBe(2);
  });

  it.each(['close', 'cut'] as const)('gives up when the server always does: %s', async (fault) => {
    const { read, server } = await readAll(fundAll(), {
      intercept: (method) => (method === history ? fault : undefined),
    });
    expect((await rejection(read)).code).toBe('SOURCE_UNREACHABLE');
    expect(server.connections).toBeLessThan(20);
  });

  it('says that nobody listens', async () => {
    const { source, server } = await serveElectrum(createElectrumChain());
    await server.stop();
    const { code, facts } = await rejection(() => source.readTip());
    expect([code, facts.reason]).toEqual(['SOURCE_UNREACHABLE', 'ECONNREFUSED']);
  });

  it('waits no longer than it may for an answer', async () => {
    const { read } = await readAll(
      fundAll(),
      { intercept: (method) => (method === history ? 'hang' : undefined) },
      { timeoutMs: 60, attempts: 2 },
    );
    expect((await rejection(read)).code).toBe('SOURCE_TIMEOUT');
  });

  it('refuses a line that is too long, also one without an end', async () => {
    for (const line of ['x'.repeat(30_000), `{"id":0,"result":"${'0'.repeat(30_000)}`]) {
      const { read } = await readAll(
        fundAll(),
        {
          intercept: (method) => (method === 'blockchain.headers.subscribe' ? { line } : undefined),
        },
        { maxLineBytes: 20_000 },
      );
      expect((await rejection(read)).code).toBe('SOURCE_RESPONSE_TOO_LARGE');
    }
  });

  it.each(['<html>secret token</html>', '"a text"', '{"id":2}', '{"id":"2","result":1}', 'null'])(
    'refuses %s in place of JSON-RPC, without quoting it',
    async (line) => {
      const { source } = await serveElectrum(createElectrumChain(), {
        intercept: (method) => (method === 'blockchain.headers.subscribe' ? { line } : undefined),
      });
      const { code, message, facts } = await rejection(() => source.readTip());
      expect(code).toBe('SOURCE_RESPONSE_INVALID');
      expect(JSON.stringify({ message, facts })).not.toContain('secret');
    },
  );

  it.each([
    [history, [{ tx_hash: 'xy', height: 1 }]],
    [history, [{ tx_hash: hash('a'), height: 1.5 }]],
    [
      history,
      [
        { tx_hash: hash('a'), height: 1 },
        { tx_hash: hash('a'), height: 1 },
      ],
    ],
    [
      'blockchain.scripthash.listunspent',
      [{ tx_hash: hash('a'), tx_pos: 0, height: 1, value: -1 }],
    ],
    [
      'blockchain.scripthash.listunspent',
      [{ tx_hash: hash('a'), tx_pos: 0, height: 1, value: '1' }],
    ],
    ['blockchain.headers.subscribe', { height: 1, hex: 'ab' }],
  ])('refuses %s answered with %j', async (method, result) => {
    const { read } = await readAll(fundAll(), {
      intercept: (asked) => (asked === method ? { result } : undefined),
    });
    expect((await rejection(read)).code).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('refuses a transaction that does not hash to what it asked for', async () => {
    const chain = fundAll();
    const other = chain.readView().blocks[1]?.transactions[0]?.hex;
    const [first] = scripts;
    if (!first) throw new Error('there is no script');
    chain.send({ to: [{ to: first, sats: 9n }] });
    const { read } = await readAll(chain, {
      intercept: (method) =>
        method === 'blockchain.transaction.get' ? { result: other } : undefined,
    });
    expect((await rejection(read)).code).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('backs off where the server is asked too often, and goes on', async () => {
    const error = { code: -101, message: 'excessive resource usage' };
    const { read, server } = await readAll(fundAll(), {
      intercept: (method, _, times) => (method === history && times < 15 ? { error } : undefined),
    });
    expect((await read()).scripts.map(({ sats }) => sats)).toEqual(expected);
    // Only what was refused is asked again.
    expect(timesAsked(server, history)).toBe(65);
  });

  it('says so where the server never has the time', async () => {
    const error = { code: -102, message: 'server busy - request timed out' };
    const { read } = await readAll(fundAll(), {
      intercept: (method) => (method === history ? { error } : undefined),
    });
    expect((await rejection(read)).code).toBe('SOURCE_RATE_LIMITED');
  });

  it('ends when the reading is cancelled', async () => {
    const cancel = new AbortController();
    const chain = fundAll();
    const { source } = await serveElectrum(chain, {
      intercept: (method) => {
        if (method !== history) return undefined;
        cancel.abort();
        return 'hang';
      },
    });
    const request = { point: chain.point(1), scripts };
    const read = () => source.readReserves(request, { signal: cancel.signal });
    expect((await rejection(read)).code).toBe('SOURCE_TIMEOUT');
  });

  it('goes on after news that it did not ask for', async () => {
    const news = { jsonrpc: '2.0', method: 'blockchain.headers.subscribe', params: [{}] };
    const { source } = await serveElectrum(createElectrumChain(), {
      intercept: (method, _, times) =>
        method === 'server.features' && times === 0
          ? { line: `${JSON.stringify(news)}\n${JSON.stringify({ id: 1, result: {} })}` }
          : undefined,
    });
    expect((await source.readTip()).height).toBe(0);
  });
});

describe('TLS', () => {
  const pinned = (url: string, fingerprint: string) =>
    parseBitcoinSourceUrl(`${url}?fingerprint=sha256:${fingerprint}`);

  it('takes the certificate that is pinned', async () => {
    const chain = fundAll();
    const { server } = await serveElectrum(chain, { tls: true });
    const url = pinned(server.sourceUrl, electrumCertificate.fingerprint);
    expect(url.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    const { source } = await serveElectrum(chain, {}, { url });
    expect(await source.readTip()).toEqual(chain.point(1));
  });

  it('refuses another certificate than the one that is pinned', async () => {
    const { server } = await serveElectrum(fundAll(), { tls: true });
    const url = pinned(server.sourceUrl, '00'.repeat(32));
    const { source } = await serveElectrum(fundAll(), {}, { url });
    const { code, message } = await rejection(() => source.readTip());
    expect(code).toBe('SOURCE_RESPONSE_INVALID');
    expect(message).toContain('certificate');
    expect(server.requests).toEqual([]);
  });

  it('refuses a certificate that no authority has signed, and says how to pin it', async () => {
    const { source, server } = await serveElectrum(fundAll(), { tls: true });
    const { code, fix } = await rejection(() => source.readTip());
    expect(code).toBe('SOURCE_RESPONSE_INVALID');
    expect(fix).toContain('?fingerprint=sha256:');
    expect(server.requests).toEqual([]);
  });
});

it('an output above the tip of its own server is refused', async () => {
  const chain = fundAll();
  const { source } = await serveElectrum(chain);
  const [script = syntheticAddress('nobody')] = scripts;
  const honest = await source.readReserves({ point: chain.point(1), scripts: [script] });
  const [utxo] = honest.scripts[0]?.utxos ?? [];
  const place = { tx_hash: utxo?.txid, height: 9_999 };
  const unspent = [{ ...place, tx_pos: utxo?.vout, value: Number(utxo?.sats) }];
  const liar = await serveElectrum(chain, {
    intercept: (method) => {
      if (method === history) return { result: [place] };
      return method === 'blockchain.scripthash.listunspent' ? { result: unspent } : undefined;
    },
  });
  const read = () => liar.source.readReserves({ point: chain.point(1), scripts: [script] });
  const error = await rejection(read);
  expect(error.code).toBe('SOURCE_RESPONSE_INVALID');
  expect(error.message).toContain('names block 9999, and its newest one is 1');
});

it('news without end is refused, and a connection that is being made ends with its source', async () => {
  const news = JSON.stringify({ jsonrpc: '2.0', method: 'news', params: ['a'.repeat(600_000)] });
  const flood = await serveElectrum(fundAll(), {
    intercept: (method) => (method === history ? { line: `${news}\n${news}` } : undefined),
  });
  const point = fundAll().point(1);
  const error = await rejection(() => flood.source.readReserves({ point, scripts }));
  expect(error.message).toContain('news without end');

  const silent = await serveElectrum(fundAll(), { intercept: () => 'hang' });
  const reading = rejection(() => silent.source.readTip());
  await silent.source.close();
  expect((await reading).code).toBe('SOURCE_UNREACHABLE');
});
