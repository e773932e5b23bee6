import { parseAbi, parseEventLogs, type TransactionReceipt } from 'viem';
import { type Bridge, type BridgeDeployment, type Moved, noMessage } from './bridge.ts';
import { callAsOwner, lockAsOwner, ownerOf } from './callAsOwner.ts';
import { deployContract } from './deployToken.ts';
import type { Anvil } from './startAnvil.ts';

/** The interface of contracts/OftAdapter.sol and contracts/OftCopy.sol that IOFT documents. */
export const oftAbi = parseAbi([
  'function token() view returns (address)',
  'function approvalRequired() view returns (bool)',
  'function send(uint32 dstEid, address to, uint256 amount) returns (bytes32 guid)',
  'event OFTSent(bytes32 indexed guid, uint32 dstEid, address indexed fromAddress, uint256 amountSentLD, uint256 amountReceivedLD)',
  'event OFTReceived(bytes32 indexed guid, uint32 srcEid, address indexed toAddress, uint256 amountReceivedLD)',
]);

/** What only the owner calls of contracts/OftAdapter.sol. */
export const oftAdapterAbi = parseAbi([
  'constructor(address token)',
  'function release(bytes32 guid, uint32 srcEid, address to, uint256 amount)',
]);
/** What only the owner calls of contracts/OftCopy.sol. */
export const oftCopyAbi = parseAbi([
  'constructor(string name, string symbol, uint8 decimals, uint32 adapterEid)',
  'function oftMint(bytes32 guid, address to, uint256 amount)',
]);

/**
 * Deploys contracts/OftAdapter.sol for a token of `home` and contracts/OftCopy.sol on `away`. A chain's
 * id serves as its endpoint id.
 */
export async function deployOft(
  home: Anvil,
  away: Anvil,
  { token, name, symbol, decimals, at }: BridgeDeployment,
): Promise<Bridge> {
  const lockbox = await deployContract(home, {
    contract: 'OftAdapter',
    abi: oftAdapterAbi,
    args: [token],
    at,
  });
  const copy = await deployContract(away, {
    contract: 'OftCopy',
    abi: oftCopyAbi,
    args: [name, symbol, decimals, home.chainId],
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
            abi: oftAbi,
            functionName: 'send',
            args: [away.chainId, ownerOf(away), amount],
            at: time,
          },
        ),
      ),
    mint: async ({ amount, at: time, message = noMessage }) =>
      movedBy(
        await callAsOwner(away, {
          address: copy,
          abi: oftCopyAbi,
          functionName: 'oftMint',
          args: [message, ownerOf(away), amount],
          at: time,
        }),
      ),
    burn: async ({ amount, at: time }) =>
      movedBy(
        await callAsOwner(away, {
          address: copy,
          abi: oftAbi,
          functionName: 'send',
          args: [home.chainId, ownerOf(home), amount],
          at: time,
        }),
      ),
    release: async ({ amount, at: time, message = noMessage }) =>
      movedBy(
        await callAsOwner(home, {
          address: lockbox,
          abi: oftAdapterAbi,
          functionName: 'release',
          args: [message, away.chainId, ownerOf(home), amount],
          at: time,
        }),
      ),
  };
}

function movedBy({ blockNumber, logs, transactionHash }: TransactionReceipt): Moved {
  const [event] = parseEventLogs({ abi: oftAbi, logs: [...logs] });
  if (!event) throw new Error(`transaction ${transactionHash} told of no message`);
  return { blockNumber, message: event.args.guid };
}
