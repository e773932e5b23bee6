import { z } from 'zod';
import {
  broadcastTransaction,
  type Payment,
  resolvePayments,
  serializeOutputs,
  signTransaction,
} from './payment.ts';
import type { Bitcoind } from './startBitcoind.ts';

/** The wallet that receives all block rewards and pays for everything. */
export type Miner = {
  readonly wallet: string;
  /** Where block rewards go. */
  readonly address: string;
  /**
   * Makes exactly one output per payment, also many to one address, in as few transactions as
   * standard sizes allow. They wait in the mempool until a block is mined.
   * @returns the transactions' ids
   */
  pay(payments: readonly Payment[]): Promise<string[]>;
};

const outputsPerTransaction = 2000;
const satsPerVbyte = 2;

/** Creates the miner's wallet on a node. Its coins are spendable 100 blocks after they are mined. */
export async function createMiner(bitcoind: Bitcoind, wallet = 'miner'): Promise<Miner> {
  await bitcoind.rpc('createwallet', [wallet]);
  const address = z.string().parse(await bitcoind.rpc('getnewaddress', [], { wallet }));

  const payOnce = async (payments: readonly Payment[]): Promise<string> => {
    const outputs = serializeOutputs(await resolvePayments(bitcoind, payments));
    const { hex } = z
      .object({ hex: z.string() })
      .parse(
        await bitcoind.rpc(
          'fundrawtransaction',
          [outputs, { fee_rate: satsPerVbyte, changePosition: payments.length }, false],
          { wallet },
        ),
      );
    return broadcastTransaction(bitcoind, await signTransaction(bitcoind, wallet, hex));
  };

  return {
    wallet,
    address,
    pay: async (payments) => {
      const txids: string[] = [];
      for (let start = 0; start < payments.length; start += outputsPerTransaction) {
        txids.push(await payOnce(payments.slice(start, start + outputsPerTransaction)));
      }
      return txids;
    },
  };
}
