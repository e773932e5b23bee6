import { type Abi, type Address, type Hex, parseAbi } from 'viem';
import { compileContracts } from './compileContracts.ts';
import type { Anvil } from './startAnvil.ts';

/** The interface of contracts/WrappedToken.sol, as far as it is used here. */
export const wrappedTokenAbi = parseAbi([
  'constructor(string name, string symbol, uint8 decimals)',
  'function name() view returns (string)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function totalSupply() view returns (uint256)',
  'function balanceOf(address account) view returns (uint256)',
  'function transfer(address to, uint256 amount) returns (bool)',
  'function mint(address to, uint256 amount)',
  'function burn(uint256 amount)',
  'function ownerBurn(address from, uint256 amount)',
]);

/** A deployed token. Amounts are in the token's smallest unit, times in Unix seconds. */
export type Token = {
  readonly address: Address;
  readonly chainId: number;
  readonly decimals: number;
  /** The account that deployed it, may mint, and holds what is minted to nobody else. */
  readonly owner: Address;
  /** Mints in a block at `at`. Answers the block's number. */
  mint(change: {
    readonly amount: bigint;
    readonly at: number;
    readonly to?: Address;
  }): Promise<bigint>;
  /** The owner burns tokens of `from` (default: its own) in a block at `at`. */
  burn(change: {
    readonly amount: bigint;
    readonly at: number;
    readonly from?: Address;
  }): Promise<bigint>;
  /** The supply at the latest block, or at the block with this number. */
  readSupply(blockNumber?: bigint): Promise<bigint>;
};

/** Deploys contracts/WrappedToken.sol in a block at `token.at`. */
export async function deployToken(
  anvil: Anvil,
  token: {
    readonly name: string;
    readonly symbol: string;
    readonly decimals: number;
    readonly at: number;
  },
): Promise<Token> {
  const { name, symbol, decimals, at } = token;
  const owner = ownerOf(anvil);
  const address = await deployContract(anvil, {
    contract: 'WrappedToken',
    abi: wrappedTokenAbi,
    args: [name, symbol, decimals],
    at,
  });
  const change = async (
    functionName: 'mint' | 'ownerBurn',
    args: readonly [Address, bigint],
    timestamp: number,
  ): Promise<bigint> => {
    const receipt = await anvil.transactAt(timestamp, () =>
      anvil.client.writeContract({
        account: owner,
        address,
        abi: wrappedTokenAbi,
        functionName,
        args,
      }),
    );
    return receipt.blockNumber;
  };
  return {
    address,
    chainId: anvil.chainId,
    decimals,
    owner,
    mint: ({ amount, at: time, to = owner }) => change('mint', [to, amount], time),
    burn: ({ amount, at: time, from = owner }) => change('ownerBurn', [from, amount], time),
    readSupply: (blockNumber) =>
      anvil.client.readContract({
        address,
        abi: wrappedTokenAbi,
        functionName: 'totalSupply',
        ...(blockNumber === undefined ? {} : { blockNumber }),
      }),
  };
}

/** Deploys any contract of devnet/contracts in a block at `deployment.at`; answers its address. */
export async function deployContract(
  anvil: Anvil,
  deployment: {
    readonly contract: string;
    readonly at: number;
    readonly abi?: Abi;
    readonly args?: readonly unknown[];
  },
): Promise<Address> {
  const { contract, at, abi = [], args = [] } = deployment;
  const bytecode: Hex | undefined = (await compileContracts())[contract];
  if (bytecode === undefined) throw new Error(`there is no devnet/contracts/${contract}.sol`);
  const receipt = await anvil.transactAt(at, () =>
    anvil.client.deployContract({ account: ownerOf(anvil), abi, bytecode, args }),
  );
  if (!receipt.contractAddress) throw new Error(`deploying ${contract} made no contract`);
  return receipt.contractAddress;
}

function ownerOf(anvil: Anvil): Address {
  const [owner] = anvil.accounts;
  if (owner === undefined) throw new Error('anvil has no accounts');
  return owner;
}
