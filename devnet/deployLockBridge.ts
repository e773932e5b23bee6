import { parseAbi, type TransactionReceipt } from 'viem';
import type { Bridge, BridgeDeployment, Moved } from './bridge.ts';
import { callAsOwner, lockAsOwner, ownerOf } from './callAsOwner.ts';
import { deployContract } from './deployToken.ts';
import type { Anvil } from './startAnvil.ts';

/** The interface of contracts/LockBridge.sol. */
export const lockBridgeAbi = parseAbi([
  'constructor(address token, address remoteToken)',
  'function token() view returns (address)',
  'function remoteToken() view returns (address)',
  'function deposit(uint256 amount, address to)',
  'function withdraw(address from, address to, uint256 amount)',
  'event ERC20BridgeInitiated(address indexed localToken, address indexed remoteToken, address indexed from, address to, uint256 amount, bytes extraData)',
  'event ERC20BridgeFinalized(address indexed localToken, address indexed remoteToken, address indexed from, address to, uint256 amount, bytes extraData)',
]);

/** The interface of contracts/BridgedToken.sol, besides ERC-20. */
export const bridgedTokenAbi = parseAbi([
  'constructor(string name, string symbol, uint8 decimals, address remoteToken)',
  'function remoteToken() view returns (address)',
  'function bridge() view returns (address)',
  'function mint(address to, uint256 amount)',
  'function burn(address from, uint256 amount)',
]);

/**
 * Deploys contracts/LockBridge.sol for a token of `home` and contracts/BridgedToken.sol on `away`. What
 * its moves are told by is the transaction: this bridge numbers no messages.
 */
export async function deployLockBridge(
  home: Anvil,
  away: Anvil,
  { token, name, symbol, decimals, at }: BridgeDeployment,
): Promise<Bridge> {
  const copy = await deployContract(away, {
    contract: 'BridgedToken',
    abi: bridgedTokenAbi,
    args: [name, symbol, decimals, token],
    at,
  });
  const lockbox = await deployContract(home, {
    contract: 'LockBridge',
    abi: lockBridgeAbi,
    args: [token, copy],
    at,
  });
  return {
    lockbox,
    copy,
    lock: async ({ amount, at: time }) =>
      movedBy(
        await lockAsOwner(
          home,
          { token, amount },
          {
            address: lockbox,
            abi: lockBridgeAbi,
            functionName: 'deposit',
            args: [amount, ownerOf(away)],
            at: time,
          },
        ),
      ),
    mint: ({ amount, at: time }) => callCopy('mint', amount, time),
    burn: ({ amount, at: time }) => callCopy('burn', amount, time),
    release: async ({ amount, at: time }) =>
      movedBy(
        await callAsOwner(home, {
          address: lockbox,
          abi: lockBridgeAbi,
          functionName: 'withdraw',
          args: [ownerOf(away), ownerOf(home), amount],
          at: time,
        }),
      ),
  };

  async function callCopy(functionName: 'mint' | 'burn', amount: bigint, time: number) {
    return movedBy(
      await callAsOwner(away, {
        address: copy,
        abi: bridgedTokenAbi,
        functionName,
        args: [ownerOf(away), amount],
        at: time,
      }),
    );
  }
}

function movedBy({ blockNumber, transactionHash }: TransactionReceipt): Moved {
  return { blockNumber, message: transactionHash };
}
