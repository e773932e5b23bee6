import { readFileSync } from 'node:fs';
import { type Hex, parseTransaction, slice } from 'viem';
import { z } from 'zod';
import type { Anvil } from '../../devnet/startAnvil.ts';
import { HexData } from '../../src/supply/evm/hexData.ts';

const file = new URL('../vectors/multicall3/deployment.json', import.meta.url);

/** The transaction that deploys Multicall3 on any chain, and what comes of it. */
export const multicall3Deployment = z
  .object({
    transaction: HexData,
    transactionHash: HexData,
    deployer: z.string(),
    address: z.string(),
    runtimeBytes: z.int(),
    runtimeHash: HexData,
  })
  .parse(JSON.parse(readFileSync(file, 'utf8')));

/** What the transaction's data begin with: it returns the rest. */
const prologueBytes = 32;

/** The code of the contract once it is deployed. */
export function multicall3Code(): Hex {
  const { data } = parseTransaction(multicall3Deployment.transaction);
  if (!data) throw new Error('the transaction has no data');
  return slice(data, prologueBytes);
}

/** Deploys Multicall3 as on public chains, in a block at `at`; answers the block's number. */
export async function deployMulticall3(anvil: Anvil, at: number): Promise<bigint> {
  const { transaction, deployer } = multicall3Deployment;
  await anvil.client.setBalance({ address: `0x${deployer.slice(2)}`, value: 10n ** 18n });
  const receipt = await anvil.transactAt(at, () =>
    anvil.client.sendRawTransaction({ serializedTransaction: transaction }),
  );
  return receipt.blockNumber;
}
