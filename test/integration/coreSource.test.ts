import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseBtc } from '../../devnet/btcText.ts';
import type { Custodian } from '../../devnet/createCustodian.ts';
import { custodyTypes } from '../../devnet/custodyDescriptors.ts';
import { type Bitcoind, startBitcoind } from '../../devnet/startBitcoind.ts';
import { type Devnet, startDevnet } from '../../devnet/startDevnet.ts';
import type {
  BitcoinSource,
  CustodyScript,
  ScriptReserve,
} from '../../src/bitcoin/bitcoinSource.ts';
import { createCoreSource } from '../../src/bitcoin/coreSource.ts';
import { parseBitcoinSourceUrl } from '../../src/bitcoin/parseBitcoinSourceUrl.ts';
import { bitcoinNetworks } from '../../src/core/bitcoinNetwork.ts';
import { Sats, sumSats } from '../../src/core/sats.ts';
import { expectProven, hashHeaders } from '../support/inclusionProofs.ts';
import { rejection, rejectionCode } from '../support/rejection.ts';
import { regtest } from '../support/syntheticChain.ts';

const Scan = z.object({
  unspents: z.array(
    z.object({
      txid: z.string(),
      vout: z.int(),
      scriptPubKey: z.string(),
      amount: z.string().transform(parseBtc),
      height: z.int(),
    }),
  ),
});

function open(url: string): BitcoinSource {
  return createCoreSource({ url: parseBitcoinSourceUrl(url), network: regtest });
}

/** What the node itself says of the scripts, at its tip. */
async function scanTip(
  bitcoind: Bitcoind,
  scripts: readonly CustodyScript[],
): Promise<ScriptReserve[]> {
  const descriptors = scripts.map(({ script }) => `raw(${script})`);
  const { unspents } = Scan.parse(await bitcoind.rpc('scantxoutset', ['start', descriptors]));
  return scripts.map(({ script }) => {
    const utxos = unspents
      .filter(({ scriptPubKey }) => scriptPubKey === script)
      .map(({ txid, vout, amount, height }) => ({ txid, vout, sats: Sats(amount), height }))
      .sort((a, b) => (a.txid === b.txid ? a.vout - b.vout : a.txid < b.txid ? -1 : 1));
    return { script, sats: sumSats(utxos.map(({ sats }) => sats)), utxos };
  });
}

describe('a Core source over a regtest node', () => {
  let devnet: Devnet;
  let custodian: Custodian;
  let source: BitcoinSource;

  beforeAll(async () => {
    devnet = await startDevnet({ chainIds: [] });
    custodian = await devnet.createCustodian({ name: 'custodian' });
    source = open(devnet.bitcoind.coreSourceUrl);
  });
  afterAll(async () => {
    await source?.close();
    await devnet?.stop();
  });

  async function custodyScripts(addresses: readonly string[]): Promise<CustodyScript[]> {
    return Promise.all(
      addresses.map(async (address) => {
        const info = await devnet.bitcoind.rpc('validateaddress', [address]);
        return { address, script: z.object({ scriptPubKey: z.string() }).parse(info).scriptPubKey };
      }),
    );
  }

  it('gives every script type as of each block, whatever happens above it', async () => {
    const addresses: string[] = [];
    for (const type of custodyTypes) addresses.push(...(await custodian.addresses(type, 3)));
    const [rich = '', second = '', ...others] = addresses;
    const scripts = await custodyScripts(addresses);
    const truths = new Map<number, { reserves: ScriptReserve[]; sum: bigint }>();
    async function mine(): Promise<void> {
      await devnet.mineBitcoin(1, 600);
      const { height } = await source.readTip();
      const reserves = await scanTip(devnet.bitcoind, scripts);
      truths.set(height, { reserves, sum: sumSats(reserves.map(({ sats }) => sats)) });
    }

    await custodian.fund(rich, 1_234_567_891n, 40);
    for (const [index, address] of [second, ...others].entries()) {
      await custodian.fund(address, 10_000_000n + BigInt(index));
    }
    await mine();
    // One output is created and spent in the block, another leaves for good.
    await custodian.fund(second, 7_000_000n);
    await custodian.sweep({ from: [second], to: others.slice(0, 3) });
    await mine();
    await custodian.spend({
      from: [rich],
      to: [{ address: devnet.miner.address, sats: 600_000_000n }],
    });
    await mine();
    await custodian.sweep({ from: [rich, ...others], to: [second] });
    await mine();
    // Waits in the mempool, and does not count.
    await custodian.fund(rich, 50_000_000n);

    const sums = [...truths.values()].map(({ sum }) => sum);
    expect(new Set(sums).size).toBe(4);
    const tip = await source.readTip();
    for (const [index, [height, truth]] of [...truths].entries()) {
      const point = await source.readPoint(height);
      const observation = await source.readReserves({ point, scripts });
      const after = sums.slice(index);
      expect(observation).toEqual({
        source: source.source,
        point,
        tip,
        total: truth.sum,
        scripts: truth.reserves,
        window: {
          lowest: after.reduce((a, b) => (a < b ? a : b)),
          highest: after.reduce((a, b) => (a > b ? a : b)),
        },
      });
    }
  });

  it('lets itself in with the cookie file of the node', async () => {
    const { port, cookieFile } = devnet.bitcoind;
    const withCookie = open(
      `core+http://127.0.0.1:${port}?cookie=${encodeURIComponent(cookieFile)}`,
    );
    try {
      expect(await withCookie.readTip()).toEqual(await source.readTip());
    } finally {
      await withCookie.close();
    }
  });

  it('reports a wrong password', async () => {
    const locked = open(`core+http://assay:wrong@127.0.0.1:${devnet.bitcoind.port}`);
    expect(await rejectionCode(() => locked.readTip())).toBe('SOURCE_UNAUTHORIZED');
    await locked.close();
  });

  it('refuses a node of another network', async () => {
    const url = parseBitcoinSourceUrl(devnet.bitcoind.coreSourceUrl);
    for (const network of bitcoinNetworks.filter(({ name }) => name !== 'regtest')) {
      const other = createCoreSource({ url, network });
      expect(await rejectionCode(() => other.readTip())).toBe('SOURCE_WRONG_CHAIN');
      await other.close();
    }
  });

  it('refuses a height above the tip', async () => {
    const tip = await source.readTip();
    const error = await rejection(() => source.readPoint(tip.height + 1));
    expect(error.code).toBe('BITCOIN_HEIGHT_ABOVE_TIP');
    expect(error.facts).toMatchObject({ tipHeight: tip.height });
  });

  it('refuses a block that was reorganised away, and reads the one in its place', async () => {
    const [address = ''] = await custodian.addresses('p2tr', 1);
    const scripts = await custodyScripts([address]);
    await custodian.fund(address, 31_337n);
    await devnet.mineBitcoin(3, 600);
    const tip = await source.readTip();
    const point = await source.readPoint(tip.height - 2);
    const before = await source.readReserves({ point, scripts });

    await devnet.bitcoind.rpc('invalidateblock', [point.hash]);
    const reading = () => source.readReserves({ point, scripts });
    expect(await rejectionCode(reading)).toBe('BITCOIN_REORGANISED');
    await devnet.mineBitcoin(4, 600);
    expect(await rejectionCode(reading)).toBe('BITCOIN_REORGANISED');

    const inPlace = await source.readPoint(point.height);
    expect(inPlace.hash).not.toBe(point.hash);
    const after = await source.readReserves({ point: inPlace, scripts });
    // The same transactions were mined again: the same coins, of another block.
    expect(after.scripts).toEqual(before.scripts);
  });

  it('reports a node that has gone', async () => {
    const gone = await startBitcoind();
    const last = open(gone.coreSourceUrl);
    expect((await last.readTip()).height).toBe(0);
    await gone.kill();
    expect(await rejectionCode(() => last.readTip())).toBe('SOURCE_UNREACHABLE');
    await last.close();
  });
});

describe('a Core source over a pruned regtest node', () => {
  it('reads as deep as the node keeps blocks, and says how deep that is', async () => {
    await using pruned = await startBitcoind({ extraArgs: ['-prune=1', '-fastprune'] });
    const script = '51';
    await pruned.rpc('generatetodescriptor', [1000, `raw(${script})`]);
    const lastPruned = z.int().parse(await pruned.rpc('pruneblockchain', [700]));
    expect(lastPruned).toBeGreaterThan(0);
    const source = open(pruned.coreSourceUrl);
    const scripts = [{ address: 'anyone can spend', script }];
    try {
      const point = await source.readPoint(lastPruned);
      const { total, scripts: reserves } = await source.readReserves({ point, scripts });
      // 50 BTC for each of the first 149 blocks, half of that for each 150 after them, and so on.
      let subsidies = 0n;
      for (let height = 1n; height <= BigInt(lastPruned); height++) {
        subsidies += 5_000_000_000n >> (height / 150n);
      }
      expect(total).toBe(subsidies);
      expect(reserves[0]?.utxos).toHaveLength(lastPruned);

      const deeper = await source.readPoint(lastPruned - 1);
      const error = await rejection(() => source.readReserves({ point: deeper, scripts }));
      expect(error.code).toBe('BITCOIN_HEIGHT_PRUNED');
      expect(error.facts).toMatchObject({ height: lastPruned - 1, lowestHeight: lastPruned });

      // It has the headers of all blocks, and proofs from those that it kept.
      const { inclusion } = source;
      if (!inclusion) throw new Error('the source reads no proofs');
      const headers = await source.readHeaders(0, 1001);
      expect(hashHeaders(headers)[deeper.height]).toBe(deeper.hash);
      const coinbaseAt = (height: number): string =>
        reserves[0]?.utxos?.find((utxo) => utxo.height === height)?.txid ?? '';
      const gone = await rejection(() =>
        inclusion.readTransactionProofs(deeper, [coinbaseAt(deeper.height)]),
      );
      expect(gone.code).toBe('BITCOIN_HEIGHT_PRUNED');
      const kept = await source.readPoint(900);
      const block = await pruned.rpc('getblock', [kept.hash]);
      const { tx } = z.object({ tx: z.array(z.string()) }).parse(block);
      const proofs = await inclusion.readTransactionProofs(kept, tx);
      expect(proofs.map(({ txid, branch }) => ({ txid, branch }))).toEqual([
        { txid: tx[0], branch: [] },
      ]);
      for (const proof of proofs) expectProven(proof, headers.subarray(80 * 900, 80 * 901));
      const missing = await rejection(() =>
        inclusion.readTransactionProofs(kept, [coinbaseAt(deeper.height)]),
      );
      expect(missing.code).toBe('BITCOIN_REORGANISED');
    } finally {
      await source.close();
    }
  });
});
