import { type Abi, type Address, parseAbi, type TransactionReceipt } from 'viem';
import type { Anvil } from './startAnvil.ts';

const approveAbi = parseAbi(['function approve(address spender, uint256 amount) returns (bool)']);

/** A call of a contract, to be mined in a block at `at` (Unix seconds). */
export type ContractCall = {
  readonly address: Address;
  readonly abi: Abi;
  readonly functionName: string;
  readonly args: readonly unknown[];
  readonly at: number;
};

/** The account that owns everything on a development chain. */
export function ownerOf(anvil: Anvil): Address {
  const [owner] = anvil.accounts;
  if (owner === undefined) throw new Error('anvil has no accounts');
  return owner;
}

/**
 * Calls a contract as the owner of the chain.
 * @throws Error when it reverts
 */
export function callAsOwner(anvil: Anvil, call: ContractCall): Promise<TransactionReceipt> {
  const { at, ...what } = call;
  return anvil.transactAt(at, () =>
    anvil.client.writeContract({ account: ownerOf(anvil), ...what }),
  );
}

/**
 * Calls a contract that takes tokens of the owner, who approves just that in the same block.
 * @throws Error when it reverts
 */
export function lockAsOwner(
  anvil: Anvil,
  tokens: { readonly token: Address; readonly amount: bigint },
  call: ContractCall,
): Promise<TransactionReceipt> {
  const { token, amount } = tokens;
  const { at, ...what } = call;
  const account = ownerOf(anvil);
  return anvil.transactAt(at, async () => {
    await anvil.client.writeContract({
      account,
      address: token,
      abi: approveAbi,
      functionName: 'approve',
      args: [what.address, amount],
    });
    // With its gas: anvil would estimate it on the state before the approval.
    return anvil.client.writeContract({ account, gas: 300_000n, ...what });
  });
}
