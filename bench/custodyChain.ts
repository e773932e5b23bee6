import { z } from 'zod';
import { createCustodian } from '../devnet/createCustodian.ts';
import { createMiner } from '../devnet/createMiner.ts';
import { resolvePayments } from '../devnet/payment.ts';
import { type Bitcoind, startBitcoind } from '../devnet/startBitcoind.ts';
import type { CustodyScript } from '../src/bitcoin/bitcoinSource.ts';

/** A regtest node whose chain holds many custody addresses with many unspent outputs. */
export interface CustodyChain extends AsyncDisposable {
  readonly bitcoind: Bitcoind;
  readonly scripts: readonly CustodyScript[];
  /** The height to audit: so many blocks below the tip, each of which touches the scripts. */
  readonly height: number;
}

const types = ['p2pkh', 'p2sh-p2wpkh', 'p2wpkh', 'p2wsh-multisig', 'p2tr'] as const;

/**
 * Builds the chain. The blocks above the audited one each pay to some of the addresses and spend from
 * others.
 */
export async function buildCustodyChain(size: {
  readonly addresses: number;
  readonly utxos: number;
  readonly blocksAbove: number;
}): Promise<CustodyChain> {
  const bitcoind = await startBitcoind();
  try {
    const miner = await createMiner(bitcoind);
    const mine = (blocks: number) => bitcoind.rpc('generatetoaddress', [blocks, miner.address]);
    await mine(150);
    const custodian = await createCustodian(bitcoind, { name: 'custodian', miner });
    const perType = Math.ceil(size.addresses / types.length);
    const addresses: string[] = [];
    for (const type of types) addresses.push(...(await custodian.addresses(type, perType)));
    addresses.length = size.addresses;

    const payTo = (count: number, offset: number) =>
      miner.pay(
        Array.from({ length: count }, (_, index) => ({
          address: addresses[(index * 7 + offset) % addresses.length] ?? '',
          sats: 100_000n + BigInt((index * 7919) % 1_000_000),
        })),
      );
    await payTo(size.utxos, 0);
    // How much fits a block differs between Core and Knots.
    const waiting = async () => z.array(z.string()).parse(await bitcoind.rpc('getrawmempool'));
    while ((await waiting()).length > 0) await mine(1);
    const height = Number(await bitcoind.rpc('getblockcount'));
    for (let block = 0; block < size.blocksAbove; block++) {
      const from = addresses.slice(block * 20, block * 20 + 20);
      await custodian.sweep({ from, to: addresses.slice(-10) });
      await payTo(200, block);
      await mine(1);
    }
    const outputs = await resolvePayments(
      bitcoind,
      addresses.map((address) => ({ address, sats: 0n })),
    );
    const scripts = addresses.map((address, i) => ({ address, script: outputs[i]?.script ?? '' }));
    return { bitcoind, scripts, height, [Symbol.asyncDispose]: () => bitcoind.stop() };
  } catch (error) {
    await bitcoind.stop();
    throw error;
  }
}
