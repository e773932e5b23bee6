import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployContract, deployToken, type Token } from '../../devnet/deployToken.ts';
import { type Anvil, startAnvil } from '../../devnet/startAnvil.ts';
import { TokenId } from '../../src/core/caip.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import { createEvmSource } from '../../src/supply/evm/evmSource.ts';
import { multicall3Address } from '../../src/supply/evm/multicall3.ts';
import { parseRpcOption } from '../../src/supply/parseRpcOption.ts';
import type { SupplySource } from '../../src/supply/supplySource.ts';
import { multicall3Code } from '../support/multicall3.ts';

const genesis = 1_700_000_000;
const chainId = 31_337;
const failure = (code: string) => expect.objectContaining({ code });
const aligned = (time: number) => ({ kind: 'aligned', time: UnixTime(time) }) as const;

let anvil: Anvil;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let source: SupplySource;
let first: Token;
let second: Token;

// Multicall3 is there as on public chains. Blocks 1 to 4 hold the tokens, 5 to 404 are empty and 12 seconds apart, 405 mints, and 6 more.
beforeAll(async () => {
  anvil = await startAnvil({ chainId, genesisTime: genesis });
  await anvil.client.setCode({ address: multicall3Address, bytecode: multicall3Code() });
  first = await deployToken(anvil, { name: 'A', symbol: 'dBTC', decimals: 8, at: genesis + 12 });
  second = await deployToken(anvil, { name: 'B', symbol: 'dBTC', decimals: 18, at: genesis + 24 });
  await first.mint({ amount: 123_456_789n, at: genesis + 36 });
  await second.mint({ amount: 10n ** 18n + 1n, at: genesis + 48 });
  await anvil.mineMany({ count: 400, firstTimestamp: genesis + 60, secondsPerBlock: 12 });
  await first.mint({ amount: 11n, at: genesis + 405 * 12 });
  await anvil.mineMany({ count: 6, firstTimestamp: genesis + 406 * 12, secondsPerBlock: 12 });
  proxy = await startProxy(anvil.url);
  source = connect(proxy.url);
});
afterAll(async () => {
  await source?.close();
  await proxy?.close();
  await anvil?.stop();
});

function connect(url: string, chain = `eip155:${chainId}`): SupplySource {
  return createEvmSource({ ...parseRpcOption(`${chain}=${url}`), timeoutMs: 20_000 });
}

function toRead(address: string, decimals: number, symbol = 'dBTC') {
  return { token: TokenId(`eip155:${chainId}/erc20:${address}`), decimals, symbol };
}

const bothTokens = () => [toRead(first.address, 8), toRead(second.address, 18)];

describe('an EVM source on anvil', () => {
  it('names the finalized block, two below the latest', async () => {
    const { number } = await anvil.readLatest();
    const block = await anvil.client.getBlock({ blockNumber: number - 2n });
    expect(await source.findPoint({ kind: 'finalized' })).toEqual({
      chain: `eip155:${chainId}`,
      height: Number(block.number),
      hash: block.hash,
      time: Number(block.timestamp),
    });
  });

  it('names the block at a depth, and the one with another tag', async () => {
    const { number } = await anvil.readLatest();
    const rules = [
      [{ kind: 'depth', blocks: 64 }, 64, '64 blocks deep'],
      [{ kind: 'tag', tag: 'safe' }, 1, 'safe'],
    ] as const;
    for (const [finality, below, text] of rules) {
      const other = createEvmSource({
        ...parseRpcOption(`eip155:${chainId}=${proxy.url}`),
        finality,
      });
      expect(other.finality).toBe(text);
      const { height } = await other.findPoint({ kind: 'finalized' });
      expect(height).toBe(Number(number) - below);
      await other.close();
    }
  });

  it('names the last block that is not after the time, to the second', async () => {
    for (const height of [0, 1, 7, 100, 399, 405, 408]) {
      const at = genesis + height * 12;
      const block = await anvil.client.getBlock({ blockNumber: BigInt(height) });
      expect(await source.findPoint(aligned(at))).toMatchObject({ height, hash: block.hash });
      expect((await source.findPoint(aligned(at + 11))).height).toBe(height);
    }
    expect((await source.findPoint(aligned(genesis + 100_000))).height).toBe(409);
    await expect(source.findPoint(aligned(genesis - 1))).rejects.toThrow(
      failure('SUPPLY_BLOCK_UNAVAILABLE'),
    );
  });

  it('reads two deployments as they were at an older block', async () => {
    const amountsAt = async (height: number) => {
      const point = await source.readPoint(height);
      const { tokens } = await source.readSupplies({ point, tokens: bothTokens() });
      return tokens.map((one) => ('error' in one ? one.error.code : one.amount));
    };
    expect(await amountsAt(404)).toEqual([123_456_789n, 10n ** 18n + 1n]);
    expect(await amountsAt(405)).toEqual([123_456_800n, 10n ** 18n + 1n]);
    expect(await amountsAt(3)).toEqual([123_456_789n, 0n]);
    expect(await amountsAt(1)).toEqual([0n, 'TOKEN_NO_CODE']);
  });

  it('takes at most 5 HTTP requests for a block of an hour ago and two supplies', async () => {
    const fresh = connect(proxy.url);
    const before = proxy.requests();
    const point = await fresh.findPoint(aligned(genesis + 100 * 12 + 5));
    expect(point.height).toBe(100);
    await fresh.readSupplies({ point, tokens: bothTokens() });
    expect(proxy.requests() - before).toBeLessThanOrEqual(5);
    await fresh.close();
  });

  it('tells a token that reverts, one that is none and one that differs from each other', async () => {
    const latest = await anvil.readLatest();
    const deploy = (contract: string, ago: number) =>
      deployContract(anvil, { contract, at: latest.timestamp + ago });
    const reverting = await deploy('RevertingToken', 12);
    const malformed = await deploy('MalformedToken', 24);
    const none = await deploy('NotAToken', 36);
    const { number } = await anvil.readLatest();
    const point = await source.readPoint(Number(number));
    const { tokens } = await source.readSupplies({
      point,
      tokens: [
        toRead(reverting, 8, 'rTKN'),
        toRead(malformed, 8, 'mTKN'),
        toRead(none, 8, 'NONE'),
        toRead(first.owner, 8),
        toRead(first.address, 18),
        toRead(first.address, 8, 'WBTC'),
        toRead(first.address, 8),
      ],
    });
    expect(tokens.map((one) => ('error' in one ? one.error.code : one.amount))).toEqual([
      'TOKEN_REVERTED',
      'TOKEN_REVERTED',
      'TOKEN_REVERTED',
      'TOKEN_NO_CODE',
      'TOKEN_DECIMALS_MISMATCH',
      'TOKEN_SYMBOL_MISMATCH',
      123_456_800n,
    ]);
  });

  it('refuses a node of another chain', async () => {
    const other = connect(proxy.url, 'eip155:1');
    await expect(other.findPoint({ kind: 'finalized' })).rejects.toThrow(
      failure('SOURCE_WRONG_CHAIN'),
    );
    await other.close();
  });

  it.each(['eth_getCode', 'eth_call', 'eth_createAccessList', 'eth_getStorageAt'])(
    'refuses what a node says by %s if that method alone reads the newest block',
    async (method) => {
      const point = await source.readPoint(3);
      const ignoring = await startProxy(anvil.url, (body) =>
        body.replaceAll(
          new RegExp(
            `("method":"${method}","params":\\[[^\\]]*?)\\{"blockHash":"0x[0-9a-f]{64}","requireCanonical":true\\}`,
            'g',
          ),
          '$1"latest"',
        ),
      );
      const other = connect(ignoring.url);
      const refusal = {
        code: 'SOURCE_RESPONSE_INVALID',
        message: expect.stringContaining(`answers ${method} for a block that does not exist`),
      };
      const [toProve] = bothTokens();
      if (!toProve) throw new Error('there is no token');
      const tokens = [{ ...toProve, amount: 123_456_789n }];
      if (method === 'eth_getCode' || method === 'eth_call') {
        await expect(other.readSupplies({ point, tokens })).rejects.toMatchObject(refusal);
      } else {
        expect((await other.readSupplies({ point, tokens })).tokens).toMatchObject([
          { amount: 123_456_789n },
        ]);
        await expect(other.evidence?.proveSupplies({ point, tokens })).rejects.toMatchObject(
          refusal,
        );
      }
      await other.close();
      await ignoring.close();
    },
  );

  it('refuses a block that is reorganised away between finding and reading it', async () => {
    const { number } = await anvil.readLatest();
    const point = await source.readPoint(Number(number) - 2);
    await callAnvil('anvil_reorg', [5, []]);
    const now = await source.readPoint(point.height);
    expect(now.hash).not.toBe(point.hash);
    await expect(source.readSupplies({ point, tokens: bothTokens() })).rejects.toThrow(
      failure('SUPPLY_REORGANISED'),
    );
    await expect(source.readSupplies({ point: now, tokens: bothTokens() })).resolves.toMatchObject({
      point: now,
    });
  });

  it('refuses a block that is reorganised away while it is read', async () => {
    // Without a transaction in them anvil would make the same blocks again.
    const latest = await anvil.readLatest();
    await first.mint({ amount: 1n, at: latest.timestamp + 12 });
    await anvil.mineMany({
      count: 2,
      firstTimestamp: latest.timestamp + 24,
      secondsPerBlock: 12,
    });
    const point = await source.readPoint(Number(latest.number) + 1);
    // The first request of the reading is answered from the old chain, the second from the new one.
    proxy.afterNextAnswer(() => callAnvil('anvil_reorg', [5, []]));
    await expect(source.readSupplies({ point, tokens: bothTokens() })).rejects.toThrow(
      failure('SUPPLY_REORGANISED'),
    );
  });

  it('refuses a block above a chain that was rolled back, and notices that finality went back', async () => {
    await source.findPoint({ kind: 'finalized' });
    const snapshot = await callAnvil('evm_snapshot', []);
    const latest = await anvil.readLatest();
    await anvil.mineMany({
      count: 8,
      firstTimestamp: latest.timestamp + 12,
      secondsPerBlock: 12,
    });
    const point = await source.findPoint({ kind: 'finalized' });
    await callAnvil('evm_revert', [snapshot]);
    await expect(source.readSupplies({ point, tokens: bothTokens() })).rejects.toThrow(
      failure('SUPPLY_REORGANISED'),
    );
    await expect(source.findPoint({ kind: 'finalized' })).rejects.toThrow(
      failure('SOURCE_TIP_WENT_BACK'),
    );
  });
});

async function callAnvil(method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(anvil.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer: unknown = await response.json();
  if (typeof answer !== 'object' || answer === null || !('result' in answer)) {
    throw new Error(`anvil refused ${method}: ${JSON.stringify(answer)}`);
  }
  return answer.result;
}

/**
 * Passes requests on to the node, counts them, and lets a test act right after an answer came.
 *
 * @param rewrite changes the body of each request
 */
async function startProxy(target: string, rewrite = (body: string) => body) {
  let requests = 0;
  let act: (() => Promise<unknown>) | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests += 1;
    const answer = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: rewrite(Buffer.concat(chunks).toString('utf8')),
    });
    const body = await answer.text();
    const acting = act;
    act = undefined;
    await acting?.();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: () => requests,
    afterNextAnswer: (action: () => Promise<unknown>) => {
      act = action;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
