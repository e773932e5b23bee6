import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { address as bitcoin, networks as bitcoinNetworks } from 'bitcoinjs-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Report } from '../../src/attest/report.ts';
import { chainsOf } from '../../src/audit/observeDeployments.ts';
import { findAsset } from '../../src/cli/findAsset.ts';
import { runCli } from '../../src/cli/runCli.ts';
import { ChainId } from '../../src/core/caip.ts';
import type { Asset } from '../../src/registry/asset.ts';
import { loadRegistry } from '../../src/registry/loadRegistry.ts';
import { startEsploraServer } from '../support/esploraServer.ts';
import { startSuiGrpcServer } from '../support/suiGrpcServer.ts';
import { createSuiNode, suiCheckpoint } from '../support/suiNode.ts';
import { createSyntheticChain, regtest, syntheticAddress } from '../support/syntheticChain.ts';
import { createTestTerminal } from '../support/testTerminal.ts';
import { startTokenChain } from '../support/tokenChain.ts';

/**
 * `assay reconcile xbtc` for the asset as it ships, with a server of each of its chains and of Bitcoin: the
 * answers have the published formats (see `bench/tokenChain.ts`), the figures are made up.
 */
const shipped = fileURLToPath(new URL('../../addresses', import.meta.url));
const [aptos, xLayer, solana, sui] = [
  ChainId('aptos:1'),
  ChainId('eip155:196'),
  ChainId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'),
  ChainId('sui:mainnet'),
];
const chains = [aptos, xLayer, solana, sui];

/** What is minted on each chain, with 8 decimals. */
const supplies = new Map([
  [aptos, 999_999_999n],
  [xLayer, 123_456_789_012n],
  [solana, 45_600_000_001n],
  [sui, 7_700_000_003n],
]);
const minted = 177_756_789_015n;
/** From 8 to 18 decimals. */
const scale = 10_000_000_000n;

/** Bitcoin's blocks come every 600 seconds; the audited one is the sixth from the tip. */
const bitcoinStart = 1_796_000_000;
const tipHeight = 12;
const auditedHeight = tipHeight - 5;
const auditedTime = bitcoinStart + (auditedHeight - 1) * 600;
/** When the other chains' newest blocks were made, two minutes after Bitcoin's. */
const newest = bitcoinStart + (tipHeight - 1) * 600 + 120;
const now = newest + 60;

/** Nothing listens there, and it is none of the ports to which `fetch` does not go. */
const closed = 'http://127.0.0.1:2';

let folder = '';
let asItShips = '';
let complete = '';
let asset: Asset;
/** What `--rpc` says of each chain. */
const urls = new Map<ChainId, string>();
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-xbtc-'));
  asItShips = join(folder, 'ships');
  complete = join(folder, 'complete');
  await writeRegtestRegistry();
  await writeCompleteRegistry();
  asset = findAsset(await loadRegistry(asItShips), 'xbtc');
  for (const chain of chainsOf(asset.deployments)) {
    const amount = supplies.get(chain);
    const own = asset.deployments.filter((one) => one.chain === chain);
    const figures = { now: newest, supply: () => amount ?? 0n, held: 0n };
    const server = await startTokenChain(chain, own, figures);
    if (amount === undefined || !server) throw new Error(`nobody answers for ${chain}`);
    opened.use(server);
    urls.set(chain, server.url);
  }
});

afterAll(async () => {
  await opened.disposeAsync();
  await rm(folder, { recursive: true, force: true });
});

/**
 * The registry as it ships, but for the network of this asset: nobody can make blocks of the main chain, each
 * of which has its work. The script of the custody address is the same.
 */
async function writeRegtestRegistry(): Promise<void> {
  await cp(shipped, asItShips, { recursive: true });
  const [custody] = findAsset(await loadRegistry(shipped), 'xbtc').custody;
  if (!custody) throw new Error('the asset has no custody address');
  const address = bitcoin.fromOutputScript(
    Buffer.from(custody.script, 'hex'),
    bitcoinNetworks.regtest,
  );
  await changeFile(asItShips, 'asset.json', { reserveChain: regtest.chain });
  const list = join(asItShips, 'xbtc', 'reserves.json');
  const text = await readFile(list, 'utf8');
  await writeFile(list, text.replaceAll(custody.address, address));
}

/** The registry as it would be if nothing of the asset were missing from it. */
async function writeCompleteRegistry(): Promise<void> {
  await cp(asItShips, complete, { recursive: true });
  await changeFile(complete, 'asset.json', { coverage: { status: 'complete' } });
}

async function changeFile(registry: string, name: string, change: object): Promise<void> {
  const file = join(registry, 'xbtc', name);
  const entry = z.looseObject({}).parse(JSON.parse(await readFile(file, 'utf8')));
  await writeFile(file, JSON.stringify({ ...entry, ...change }));
}

/**
 * A chain on which the custody address holds so much at the audited block: two coins, one of them
 * what was left of a payment. A deposit after that block does not count.
 */
async function openBitcoin(held: bigint): Promise<string> {
  const [custody] = asset.custody;
  if (!custody) throw new Error('the asset has no custody address');
  const chain = createSyntheticChain({ start: bitcoinStart });
  const first = chain.send({ to: [{ to: custody, sats: 50_000_000_000n }] });
  chain.send({ to: [{ to: custody, sats: held - 20_000_000_000n }] });
  chain.mine();
  const paid = { to: syntheticAddress('elsewhere'), sats: 30_000_000_000n };
  chain.send({ from: [first.coin(0)], to: [paid, { to: custody, sats: 20_000_000_000n }] });
  chain.mine(auditedHeight);
  chain.send({ to: [{ to: custody, sats: 1_000_000_000n }] });
  chain.mine(tipHeight - chain.height);
  const server = await startEsploraServer({ readView: chain.readView });
  opened.use(server);
  return `esplora+${server.apiUrl}`;
}

interface Setting {
  /** The registry; as it ships unless told. */
  readonly registry?: string;
  /** In custody, in satoshis; as much as is minted unless told. */
  readonly held?: bigint;
  /** Servers in place of those that are there for all. */
  readonly instead?: readonly (readonly [ChainId, url: string])[];
}

async function reconcile({ registry = asItShips, held = minted, instead = [] }: Setting = {}) {
  const rpc = [...new Map([...urls, ...instead])].map(([chain, url]) => `${chain}=${url}`);
  const terminal = createTestTerminal({ now });
  const args = [
    ...['reconcile', 'xbtc', '--json', '--bitcoin', await openBitcoin(held)],
    ...rpc.flatMap((one) => ['--rpc', one]),
    ...['--registry', registry],
  ];
  const exitCode = await runCli(args, '0', terminal);
  const report = Report.parse(JSON.parse(terminal.out()));
  return { exitCode, error: terminal.error(), report };
}

describe('the asset as it ships', () => {
  it('lacks nothing but what the registry says that it lacks', async () => {
    const { exitCode, error, report } = await reconcile();
    expect({ exitCode, error }).toEqual({ exitCode: 2, error: '' });
    const { coverage } = asset;
    if (coverage.status === 'complete') throw new Error('the coverage is complete by now');
    expect(report.reasons).toEqual(
      coverage.missing.map(({ why }) => ({
        code: 'COVERAGE_PARTIAL',
        message: expect.stringContaining(why),
      })),
    );
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      reserves: { sats: `${minted}`, complete: false },
      supply: { amount: `${minted * scale}`, complete: false },
    });
  });

  it('reads each deployment at a final block of its chain', async () => {
    const { report } = await reconcile();
    const read = [
      { chain: aptos, time: auditedTime, finality: '30 blocks deep' },
      { chain: xLayer, time: auditedTime, finality: 'finalized' },
      { chain: solana, time: newest, finality: 'finalized' },
      { chain: sui, time: newest, finality: 'checkpoint' },
    ];
    expect(report.supply.deployments.map(({ token }) => token)).toEqual(
      asset.deployments.map(({ token }) => token),
    );
    expect(report.supply.deployments).toMatchObject(
      read.map(({ chain, time, finality }) => ({
        symbol: 'xBTC',
        amount: `${supplies.get(chain)}`,
        decimals: 8,
        point: { chain, time },
        // As of now: between two blocks, also where these are one.
        around: chain === solana || chain === sui ? { from: { time }, to: { time } } : null,
        finality,
        skewSeconds: auditedTime - time,
        agreement: { operators: 1, of: 1 },
        observations: [{ operator: '127.0.0.1', agrees: true }],
      })),
    );
  });

  it('counts the coins that lie in custody six blocks below the tip', async () => {
    const { report } = await reconcile();
    expect(report.reserves).toMatchObject({
      sats: `${minted}`,
      utxos: 2,
      point: { chain: asset.network.chain, height: auditedHeight, time: auditedTime },
      tip: { height: tipHeight },
      observations: [{ operator: '127.0.0.1', agrees: true }],
    });
    expect(report.window?.reserves).toEqual({
      lowestSats: `${minted}`,
      highestSats: `${minted + 1_000_000_000n}`,
    });
  });
});

describe('the asset if nothing were missing from the registry', () => {
  it('is backed by as many satoshis as there are tokens', async () => {
    const { exitCode, error, report } = await reconcile({ registry: complete });
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
    expect(report).toMatchObject({
      verdict: 'backed',
      restsOnBounds: false,
      reasons: [],
      reserves: { sats: `${minted}`, complete: true },
      supply: { amount: `${minted * scale}`, complete: true },
      surplus: { amount: '0', decimals: 18 },
      ratio: '1.00000000',
    });
  });

  it('is under-backed by one satoshi less', async () => {
    const { exitCode, report } = await reconcile({ registry: complete, held: minted - 1n });
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({
      verdict: 'under-backed',
      reserves: { sats: `${minted - 1n}` },
      surplus: { amount: `${-scale}`, decimals: 18 },
      ratio: '0.99999999',
    });
  });

  it.each(chains)('is indeterminate while nobody answers for %s', async (chain) => {
    const instead = [[chain, closed]] as const;
    const { exitCode, report } = await reconcile({ registry: complete, instead });
    expect(exitCode).toBe(2);
    const unread = asset.deployments.filter((one) => one.chain === chain).map(({ token }) => token);
    expect(report.reasons).toEqual([
      {
        code: 'SOURCE_UNREACHABLE',
        message: `${closed} could not be reached (ECONNREFUSED)`,
        subject: unread[0],
      },
    ]);
    const lacking = report.supply.deployments.filter(({ amount }) => amount === null);
    expect(lacking.map(({ token }) => token)).toEqual(unread);
    const others = minted - (supplies.get(chain) ?? 0n);
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      surplus: null,
      ratio: null,
      reserves: { sats: `${minted}` },
      supply: {
        amount: null,
        atLeast: { amount: `${others * scale}`, deployments: 3, of: 4 },
        atMost: null,
      },
    });
  });

  it('is backed, too, with Sui asked by gRPC, which frames the supply by two checkpoints', async () => {
    const node = createSuiNode();
    const firstSeen = (newest - Number(suiCheckpoint(0).summary.timestamp.seconds)) * 4;
    node.height = firstSeen;
    const coin = asset.deployments.find((one) => one.chain === sui);
    node.coins.set(decodeURIComponent(coin?.reference ?? ''), {
      metadata: { decimals: 8, symbol: 'xBTC' },
      treasury: { totalSupply: supplies.get(sui) ?? 0n },
    });
    const server = await startSuiGrpcServer((call) => node.answer(call));
    opened.use(server);
    const instead = [[sui, `grpc+${server.url}`]] as const;
    const { exitCode, report } = await reconcile({ registry: complete, instead });
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({
      verdict: 'backed',
      supply: { amount: `${minted * scale}` },
      surplus: { amount: '0' },
    });
    const point = { chain: sui, height: firstSeen };
    const read = report.supply.deployments.find(({ token }) => token === coin?.token);
    expect(read).toMatchObject({
      amount: `${supplies.get(sui)}`,
      point,
      around: { from: point, to: { chain: sui, height: firstSeen + node.pace } },
      finality: 'checkpoint',
      observations: [{ source: `grpc+${server.url}`, agrees: true }],
    });
  });
});
