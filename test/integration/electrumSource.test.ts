import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Custodian } from '../../devnet/createCustodian.ts';
import { custodyTypes } from '../../devnet/custodyDescriptors.ts';
import { type Devnet, startDevnet } from '../../devnet/startDevnet.ts';
import type { BitcoinSource, CustodyScript } from '../../src/bitcoin/bitcoinSource.ts';
import { createCoreSource } from '../../src/bitcoin/coreSource.ts';
import { parseBitcoinSourceUrl } from '../../src/bitcoin/parseBitcoinSourceUrl.ts';
import { coinbaseHeight } from '../../src/evidence/coinbaseHeight.ts';
import { startRegtestElectrum } from '../support/electrumRegtest.ts';
import type { ElectrumServer } from '../support/electrumServer.ts';
import { electrumSourceOf } from '../support/electrumSourceOf.ts';
import type { EsploraServer } from '../support/esploraServer.ts';
import { expectProven, hashHeaders } from '../support/inclusionProofs.ts';
import { mempoolSourceOf } from '../support/mempoolSourceOf.ts';
import { startRegtestEsplora } from '../support/regtestEsplora.ts';
import { rejection, rejectionCode } from '../support/rejection.ts';
import { regtest } from '../support/syntheticChain.ts';

describe('Electrum, Esplora and Bitcoin Core over one regtest node', () => {
  let devnet: Devnet;
  let custodian: Custodian;
  let electrumServer: ElectrumServer;
  let esploraServer: EsploraServer;
  let electrum: BitcoinSource;
  let esplora: BitcoinSource;
  let core: BitcoinSource;
  /** Runs once, at the first request of the method that it names. */
  let incident: { readonly method: string; run(): Promise<unknown> } | undefined;

  beforeAll(async () => {
    devnet = await startDevnet({ chainIds: [] });
    custodian = await devnet.createCustodian({ name: 'custodian' });
    electrumServer = await startRegtestElectrum(devnet.bitcoind.rpcUrl, {
      protocol: '1.6',
      intercept: async (method) => {
        if (incident?.method !== method) return undefined;
        const { run } = incident;
        incident = undefined;
        await run();
        return undefined;
      },
    });
    esploraServer = await startRegtestEsplora(devnet.bitcoind.rpcUrl);
    electrum = electrumSourceOf(electrumServer);
    esplora = mempoolSourceOf(esploraServer, { api: 'esplora' });
    core = createCoreSource({
      url: parseBitcoinSourceUrl(devnet.bitcoind.coreSourceUrl),
      network: regtest,
    });
  });
  afterAll(async () => {
    for (const source of [electrum, esplora, core]) await source?.close();
    await electrumServer?.stop();
    await esploraServer?.stop();
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

  /** A public key that everybody knows, and so a script without an address. */
  const withoutAddress: CustodyScript = {
    address: null,
    script: '210279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798ac',
  };

  async function payToPublicKey(): Promise<void> {
    await devnet.bitcoind.rpc('generatetodescriptor', [1, `raw(${withoutAddress.script})`]);
  }

  it('agree on every script type to the outpoint, whatever happens above the block', async () => {
    const lists: string[][] = [];
    for (const type of custodyTypes) lists.push(await custodian.addresses(type, 3));
    const used = lists.flatMap((list) => list.slice(0, 2));
    for (const [index, address] of used.entries()) {
      await custodian.fund(address, 1_000_000n + BigInt(index), 1 + (index % 4));
    }
    await custodian.fund(lists[0]?.[2] ?? '', 600n);
    await payToPublicKey();
    await devnet.advance({ bitcoinBlocks: 1 });
    for (const [first = '', second = ''] of lists) {
      await custodian.spend({ from: [first], to: [{ address: second, sats: 123_456n }] });
    }
    await devnet.advance({ bitcoinBlocks: 1 });
    const scripts = [...(await custodyScripts(lists.flat())), withoutAddress];
    const point = await electrum.readTip();
    expect(point).toEqual(await core.readTip());

    // At the tip, with payments in the mempool, after them, and after a sweep of everything.
    const steps = [
      async () => undefined,
      () => custodian.spend({ from: used, to: [{ address: used[3] ?? '', sats: 3_000_000n }] }),
      () => devnet.advance({ bitcoinBlocks: 2 }),
      () => custodian.sweep({ from: used, to: used.slice(4, 6) }),
      payToPublicKey,
      () => devnet.advance({ bitcoinBlocks: 2 }),
    ];
    for (const step of steps) {
      await step();
      const expected = await core.readReserves({ point, scripts });
      for (const source of [electrum, esplora]) {
        const seen = await source.readReserves({ point, scripts });
        expect(seen).toEqual({ ...expected, source: source.source });
      }
      expect(expected.scripts.at(-1)?.utxos).toHaveLength(1);
    }
  });

  it('agree on a sweep that is mined while the list of unspent outputs is read', async () => {
    const [from = '', to = ''] = (await custodian.addresses('p2wpkh', 5)).slice(3);
    await custodian.fund(from, 40_000_000n, 30);
    await devnet.advance({ bitcoinBlocks: 1 });
    const scripts = await custodyScripts([from, to]);
    const point = await electrum.readTip();
    const expected = await core.readReserves({ point, scripts });
    incident = {
      method: 'blockchain.scripthash.listunspent',
      run: async () => {
        await custodian.sweep({ from: [from], to: [to] });
        await devnet.advance({ bitcoinBlocks: 1 });
      },
    };
    const { total, scripts: held } = await electrum.readReserves({ point, scripts });
    expect(incident).toBeUndefined();
    expect(total).toBe(40_000_000n);
    expect(held).toEqual(expected.scripts);
  });

  it('never answer for a block that is reorganised away while they read', async () => {
    const [address = ''] = await custodian.addresses('p2wpkh', 1);
    const scripts = await custodyScripts([address]);
    const point = await electrum.readTip();
    incident = {
      method: 'blockchain.scripthash.listunspent',
      run: () => devnet.reorgBitcoin({ depth: 1, transactions: 'kept' }),
    };
    const work = () => electrum.readReserves({ point, scripts });
    expect(await rejectionCode(work)).toBe('BITCOIN_REORGANISED');
    const next = await electrum.readTip();
    const seen = await electrum.readReserves({ point: next, scripts });
    expect(seen.scripts).toEqual((await core.readReserves({ point: next, scripts })).scripts);
  });

  it('a mempool source says that it cannot find a script without an address', async () => {
    const source = mempoolSourceOf(esploraServer);
    const point = await source.readTip();
    const error = await rejection(() => source.readReserves({ point, scripts: [withoutAddress] }));
    expect(error.code).toBe('SOURCE_RPC_ERROR');
    expect(error.message).toContain('has no address');
    await source.close();
  });

  it('give the same headers and the same proofs, which hash to the block', async () => {
    const addresses = await custodian.addresses('p2tr', 3);
    for (const address of addresses) await custodian.fund(address, 50_000n);
    await devnet.advance({ bitcoinBlocks: 2 });
    const tip = await core.readTip();
    const block = await core.readPoint(tip.height - 1);
    const { tx } = z
      .object({ tx: z.array(z.string()) })
      .parse(await devnet.bitcoind.rpc('getblock', [block.hash]));
    expect(tx.length).toBeGreaterThan(3);
    const [coinbase = '', ...payments] = tx;
    const txids = [...payments.toReversed(), coinbase];

    const answers = await Promise.all(
      [core, esplora, electrum].map(async (one) => {
        const { inclusion } = one;
        if (!inclusion) throw new Error('the source reads no proofs');
        const headers = await one.readHeaders(0, tip.height + 1);
        const proofs = await inclusion.readTransactionProofs(block, txids);
        const early = await rejectionCode(() => one.readHeaders(tip.height, 2));
        const gone = { height: block.height, hash: tip.hash };
        const other = await rejectionCode(() => inclusion.readTransactionProofs(gone, txids));
        const first = await inclusion.readCoinbase(block);
        return { headers, proofs, early, other, first };
      }),
    );
    const [first] = answers;
    if (!first) throw new Error('there is no answer');
    for (const answer of answers) expect(answer).toEqual(first);
    expect([first.early, first.other]).toEqual(['BITCOIN_HEIGHT_ABOVE_TIP', 'BITCOIN_REORGANISED']);
    expect(first.first).toEqual(first.proofs.at(-1));
    expect(coinbaseHeight(first.first.transaction)).toBe(block.height);
    const hashes = hashHeaders(first.headers);
    expect(hashes).toHaveLength(tip.height + 1);
    expect([hashes[0], hashes.at(-2), hashes.at(-1)]).toEqual([
      regtest.genesisHash,
      block.hash,
      tip.hash,
    ]);
    const header = first.headers.subarray(80 * block.height, 80 * (block.height + 1));
    expect(first.proofs.map(({ txid }) => txid)).toEqual(txids);
    expect(first.proofs.at(-1)?.position).toBe(0);
    for (const proof of first.proofs) expectProven(proof, header);
  });
});
