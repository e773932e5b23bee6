import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseBtc } from '../../devnet/btcText.ts';
import type { Custodian } from '../../devnet/createCustodian.ts';
import { custodyTypes } from '../../devnet/custodyDescriptors.ts';
import { type Devnet, startDevnet } from '../../devnet/startDevnet.ts';
import type {
  BitcoinSource,
  CustodyScript,
  ScriptReserve,
} from '../../src/bitcoin/bitcoinSource.ts';
import { createCoreSource } from '../../src/bitcoin/coreSource.ts';
import { parseBitcoinSourceUrl } from '../../src/bitcoin/parseBitcoinSourceUrl.ts';
import { Sats, sumSats } from '../../src/core/sats.ts';
import type { EsploraServer } from '../support/esploraServer.ts';
import { mempoolSourceOf } from '../support/mempoolSourceOf.ts';
import { startRegtestEsplora } from '../support/regtestEsplora.ts';
import { rejectionCode } from '../support/rejection.ts';
import { regtest } from '../support/syntheticChain.ts';

const Scan = z.object({
  success: z.literal(true),
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

describe('a mempool source over a regtest node', () => {
  let devnet: Devnet;
  let custodian: Custodian;
  let server: EsploraServer;
  let source: BitcoinSource;
  let core: BitcoinSource;
  /** Runs once, at the first request for the path that it names. */
  let incident: { readonly path: string; run(): Promise<unknown> } | undefined;

  beforeAll(async () => {
    devnet = await startDevnet({ chainIds: [] });
    custodian = await devnet.createCustodian({ name: 'custodian' });
    server = await startRegtestEsplora(devnet.bitcoind.rpcUrl, {
      intercept: async (path) => {
        if (incident?.path !== path) return undefined;
        const { run } = incident;
        incident = undefined;
        await run();
        return undefined;
      },
    });
    source = mempoolSourceOf(server);
    const url = parseBitcoinSourceUrl(devnet.bitcoind.coreSourceUrl);
    core = createCoreSource({ url, network: regtest });
  });
  afterAll(async () => {
    await core?.close();
    await source?.close();
    await server?.stop();
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

  /** What the node's own scan of its UTXO set says, at its tip. */
  async function scan(scripts: readonly CustodyScript[]): Promise<ScriptReserve[]> {
    const objects = scripts.map(({ address }) => `addr(${address})`);
    const { unspents } = Scan.parse(await devnet.bitcoind.rpc('scantxoutset', ['start', objects]));
    return scripts.map(({ script }) => {
      const utxos = unspents
        .filter(({ scriptPubKey }) => scriptPubKey === script)
        .map(({ txid, vout, amount, height }) => ({ txid, vout, sats: Sats(amount), height }))
        .sort((a, b) => (a.txid === b.txid ? a.vout - b.vout : a.txid < b.txid ? -1 : 1));
      return { script, sats: sumSats(utxos.map(({ sats }) => sats)), utxos };
    });
  }

  it('agrees with the node on every script type, whatever happened above the block', async () => {
    const lists: string[][] = [];
    for (const type of custodyTypes) lists.push(await custodian.addresses(type, 3));
    const used = lists.flatMap((list) => list.slice(0, 2));
    for (const [index, address] of used.entries()) {
      await custodian.fund(address, 1_000_000n + BigInt(index), 1 + (index % 4));
    }
    await devnet.advance({ bitcoinBlocks: 2 });
    for (const [first = '', second = ''] of lists) {
      await custodian.spend({ from: [first], to: [{ address: second, sats: 123_456n }] });
    }
    await devnet.advance({ bitcoinBlocks: 1 });
    const scripts = await custodyScripts(lists.flat());
    const expected = await scan(scripts);
    const { height } = await devnet.readBitcoinTip();
    const point = await source.readPoint(height);

    // At the tip, with payments in the mempool, after them, and after a sweep of everything.
    const steps = [
      async () => undefined,
      () => custodian.spend({ from: used, to: [{ address: used[3] ?? '', sats: 3_000_000n }] }),
      () => devnet.advance({ bitcoinBlocks: 2 }),
      () => custodian.sweep({ from: used, to: used.slice(4, 6) }),
      () => devnet.advance({ bitcoinBlocks: 3 }),
    ];
    for (const step of steps) {
      await step();
      const seen = await source.readReserves({ point, scripts });
      expect(seen.scripts).toEqual(expected);
      expect(seen.total).toBe(expected.reduce((sum, { sats }) => sum + sats, 0n));
      expect(seen.tip.height).toBe((await devnet.readBitcoinTip()).height);
      const { tip, window } = await core.readReserves({ point, scripts });
      expect({ tip: seen.tip, window: seen.window }).toEqual({ tip, window });
    }
  });

  it('counts a sweep once that is mined while it reads', async () => {
    const [from = '', to = ''] = (await custodian.addresses('p2wpkh', 5)).slice(3);
    await custodian.fund(from, 40_000_000n, 30);
    await devnet.advance({ bitcoinBlocks: 1 });
    const scripts = await custodyScripts([from, to]);
    const expected = await scan(scripts);
    const point = await source.readTip();
    for (const path of [`/address/${from}/txs/chain`, `/address/${to}`]) {
      const [payer, payee] = path.includes(from) ? [from, to] : [to, from];
      incident = {
        path,
        run: async () => {
          await custodian.sweep({ from: [payer], to: [payee] });
          await devnet.advance({ bitcoinBlocks: 1 });
        },
      };
      const { total, scripts: held } = await source.readReserves({ point, scripts });
      expect(incident).toBeUndefined();
      expect(total).toBe(40_000_000n);
      expect(held).toEqual(expected);
    }
  });

  it('gives the exact sum of an address with more than 500 outputs', async () => {
    const [big = '', other = ''] = (await custodian.addresses('p2tr', 5)).slice(3);
    // 90 payments, so that the whole history is not worth reading, and 510 outputs.
    for (let payment = 0; payment < 89; payment++) await custodian.fund(big, 20_000n);
    await custodian.fund(big, 421_000_000n, 421);
    await devnet.advance({ bitcoinBlocks: 1 });
    const scripts = await custodyScripts([big, other]);
    const expected = await scan(scripts);
    const point = await source.readTip();
    await custodian.spend({ from: [big], to: [{ address: other, sats: 5_000_000n }] });
    await devnet.advance({ bitcoinBlocks: 2 });
    await custodian.spend({ from: [big], to: [{ address: other, sats: 7_000_000n }] });

    const { total, scripts: held } = await source.readReserves({ point, scripts });
    expect(total).toBe(422_780_000n);
    expect(expected[0]?.sats).toBe(total);
    expect(held[0]).toEqual({ ...expected[0], utxos: null });
    expect(held[1]).toEqual(expected[1]);
  });

  it('never answers for a block that is reorganised away while it reads', async () => {
    const [address = ''] = await custodian.addresses('p2wpkh', 1);
    const scripts = await custodyScripts([address]);
    const point = await source.readTip();
    incident = {
      path: `/address/${address}`,
      run: () => devnet.reorgBitcoin({ depth: 1, transactions: 'kept' }),
    };
    const work = () => source.readReserves({ point, scripts });
    expect(await rejectionCode(work)).toBe('BITCOIN_REORGANISED');
    // It knows the new chain from then on.
    const next = await source.readTip();
    expect(next.height).toBe(point.height + 1);
    const seen = await source.readReserves({ point: next, scripts });
    expect(seen.scripts).toEqual(await scan(scripts));
  });

  it('refuses a height above the tip', async () => {
    const { height } = await source.readTip();
    const code = await rejectionCode(() => source.readPoint(height + 1));
    expect(code).toBe('BITCOIN_HEIGHT_ABOVE_TIP');
  });
});
