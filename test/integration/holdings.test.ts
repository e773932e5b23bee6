import { type Abi, type Address, getAddress, type Hash } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bridge, noMessage } from '../../devnet/bridge.ts';
import { bridgedTokenAbi, deployLockBridge, lockBridgeAbi } from '../../devnet/deployLockBridge.ts';
import { deployOft, oftAbi, oftAdapterAbi, oftCopyAbi } from '../../devnet/deployOft.ts';
import {
  deployContract,
  deployToken,
  type Token,
  wrappedTokenAbi,
} from '../../devnet/deployToken.ts';
import { type Anvil, startAnvil } from '../../devnet/startAnvil.ts';
import { TokenId } from '../../src/core/caip.ts';
import type { ChainPoint } from '../../src/core/chainPoint.ts';
import { createEvmSource } from '../../src/supply/evm/evmSource.ts';
import type { HoldingToRead } from '../../src/supply/holdingReader.ts';
import { parseRpcOption } from '../../src/supply/parseRpcOption.ts';
import type { SupplySource } from '../../src/supply/supplySource.ts';
import { rejectionCode } from '../support/rejection.ts';
import { postRpc, RpcReply, startRpcProxy } from '../support/rpcProxy.ts';

const genesis = 1_700_000_000;
const homeId = 31_337;
const awayId = 31_338;

type ContractToCall = {
  readonly abi: Abi;
  readonly functionName: string;
  readonly args: readonly unknown[];
};

let home: Anvil;
let away: Anvil;
let proxy: Awaited<ReturnType<typeof startRpcProxy>>;
let homeSource: SupplySource;
let awaySource: SupplySource;
let token: Token;
let now = genesis;

/** The moment of the next block, the same count on both chains. */
function next(): number {
  now += 12;
  return now;
}

beforeAll(async () => {
  [home, away] = await Promise.all([
    startAnvil({ chainId: homeId, genesisTime: genesis }),
    startAnvil({ chainId: awayId, genesisTime: genesis }),
  ]);
  proxy = await startRpcProxy(home.url);
  homeSource = connect(homeId, proxy.url);
  awaySource = connect(awayId, away.url);
  token = await deployToken(home, { name: 'D', symbol: 'dBTC', decimals: 8, at: next() });
  await token.mint({ amount: 1_000_000_000n, at: next() });
});
afterAll(async () => {
  await Promise.all([homeSource?.close(), awaySource?.close(), proxy?.close()]);
  await Promise.all([home?.stop(), away?.stop()]);
});

function connect(chainId: number, url: string): SupplySource {
  return createEvmSource({ ...parseRpcOption(`eip155:${chainId}=${url}`), timeoutMs: 20_000 });
}

function idOf(chainId: number, address: Address): TokenId {
  return TokenId(`eip155:${chainId}/erc20:${address}`);
}

async function latestOf(chain: Anvil, source: SupplySource): Promise<ChainPoint> {
  return source.readPoint(Number((await chain.readLatest()).number));
}

async function readAt(point: ChainPoint, holdings: readonly HoldingToRead[]) {
  const readings = await homeSource.holdings?.readHoldings(holdings, point);
  return readings?.map((one) => ('error' in one ? one.error.code : one.amount));
}

async function readLatest(holdings: readonly HoldingToRead[]) {
  return readAt(await latestOf(home, homeSource), holdings);
}

/** What is locked and what goes round in its place, each at the latest block of its chain. */
async function readEdge({ lockbox, copy }: Bridge) {
  const [locked] =
    (await readLatest([{ token: idOf(homeId, token.address), holder: lockbox }])) ?? [];
  const point = await latestOf(away, awaySource);
  const toRead = { token: idOf(awayId, copy), decimals: 8, symbol: 'dBTC.x' };
  const { tokens } = await awaySource.readSupplies({ point, tokens: [toRead] });
  const [supply] = tokens.map((one) => ('error' in one ? one.error.code : one.amount));
  return { locked, supply };
}

const stranger = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
/** Selector of the error OwnableUnauthorizedAccount(address). */
const notTheOwner = '0x118cdaa7';

const kinds = [
  {
    kind: 'an OFT adapter',
    deploy: deployOft,
    takeOut: { abi: oftAdapterAbi, functionName: 'release', args: [noMessage, 1, stranger, 1n] },
    mint: { abi: oftCopyAbi, functionName: 'oftMint', args: [noMessage, stranger, 1n] },
  },
  {
    kind: 'a lock-and-mint bridge',
    deploy: deployLockBridge,
    takeOut: { abi: lockBridgeAbi, functionName: 'withdraw', args: [stranger, stranger, 1n] },
    mint: { abi: bridgedTokenAbi, functionName: 'mint', args: [stranger, 1n] },
  },
];

describe.each(kinds)('what lies in $kind', ({ deploy, takeOut, mint }) => {
  let bridge: Bridge;

  beforeAll(async () => {
    bridge = await deploy(home, away, {
      token: token.address,
      name: 'Copy',
      symbol: 'dBTC.x',
      decimals: 8,
      at: next(),
    });
  });

  it('is nothing at first, and not there as long as its token is not', async () => {
    expect(await readEdge(bridge)).toEqual({ locked: 0n, supply: 0n });
    const holding = { token: idOf(homeId, token.address), holder: bridge.lockbox };
    expect(await readAt(await homeSource.readPoint(0), [holding])).toEqual(['TOKEN_NO_CODE']);
  });

  it('equals the supply of the copy, and is more while a message is under way', async () => {
    const { message } = await bridge.lock({ amount: 70_000_001n, at: next() });
    expect(await readEdge(bridge)).toEqual({ locked: 70_000_001n, supply: 0n });
    await bridge.mint({ amount: 70_000_001n, at: next(), message });
    expect(await readEdge(bridge)).toEqual({ locked: 70_000_001n, supply: 70_000_001n });

    const burnt = await bridge.burn({ amount: 1n, at: next() });
    expect(await readEdge(bridge)).toEqual({ locked: 70_000_001n, supply: 70_000_000n });
    await bridge.release({ amount: 1n, at: next(), message: burnt.message });
    expect(await readEdge(bridge)).toEqual({ locked: 70_000_000n, supply: 70_000_000n });
  });

  it('is less than the supply of the copy if the bridge mints unbacked ones', async () => {
    const before = await latestOf(away, awaySource);
    await bridge.mint({ amount: 5n, at: next() });
    expect(await readEdge(bridge)).toEqual({ locked: 70_000_000n, supply: 70_000_005n });
    const toRead = { token: idOf(awayId, bridge.copy), decimals: 8, symbol: 'dBTC.x' };
    const { tokens } = await awaySource.readSupplies({ point: before, tokens: [toRead] });
    expect(tokens).toEqual([{ token: toRead.token, amount: 70_000_000n }]);
  });

  it('is what it was at an older block', async () => {
    const older = await latestOf(home, homeSource);
    await bridge.lock({ amount: 11n, at: next() });
    const holding = { token: idOf(homeId, token.address), holder: bridge.lockbox };
    expect(await readAt(older, [holding])).toEqual([70_000_000n]);
    expect(await readLatest([holding])).toEqual([70_000_011n]);
  });

  it('is given out, and copies are minted, by the owner alone', async () => {
    const calls: readonly (readonly [Anvil, Address, ContractToCall])[] = [
      [home, bridge.lockbox, takeOut],
      [away, bridge.copy, mint],
    ];
    for (const [{ client, accounts }, address, call] of calls) {
      const [owner] = accounts;
      if (!owner) throw new Error('anvil has no accounts');
      const run = (account: Address) => client.simulateContract({ account, address, ...call });
      await expect(run(stranger)).rejects.toThrow(notTheOwner);
      await expect(run(owner)).resolves.toBeDefined();
    }
  });
});

describe('the contracts of the development bridges', () => {
  it('tell of a message under one identifier on both chains, as IOFT does', async () => {
    const oft = await deployOft(home, away, {
      token: token.address,
      name: 'Copy',
      symbol: 'dBTC.x',
      decimals: 8,
      at: next(),
    });
    const [first, second] = [
      await oft.lock({ amount: 3n, at: next() }),
      await oft.lock({ amount: 3n, at: next() }),
    ];
    expect(first.message).not.toBe(second.message);
    const minted = await oft.mint({ amount: 3n, at: next(), message: first.message });
    const read = (chain: Anvil, address: Address, blockNumber: bigint) =>
      chain.client.getContractEvents({
        address,
        abi: oftAbi,
        fromBlock: blockNumber,
        toBlock: blockNumber,
      });
    const [sent] = await read(home, oft.lockbox, first.blockNumber);
    expect(sent).toMatchObject({
      eventName: 'OFTSent',
      args: {
        guid: first.message,
        dstEid: awayId,
        fromAddress: token.owner,
        amountSentLD: 3n,
        amountReceivedLD: 3n,
      },
    });
    const [received] = await read(away, oft.copy, minted.blockNumber);
    expect(received).toMatchObject({
      eventName: 'OFTReceived',
      args: { guid: first.message, srcEid: homeId, amountReceivedLD: 3n },
    });
    // Keccak-256 of OFTReceived(bytes32,uint32,address,uint256), as it is found on public chains.
    const topic: Hash = '0xefed6d3500546b29533b128a29e3a94d70788727f0507505ac12eaf2e578fd9c';
    expect(received?.topics[0]).toBe(topic);
    const view = { abi: oftAbi, functionName: 'token' } as const;
    const adapted = await home.client.readContract({ address: oft.lockbox, ...view });
    expect(adapted).toBe(getAddress(token.address));
    const copied = await away.client.readContract({ address: oft.copy, ...view });
    expect(copied).toBe(getAddress(oft.copy));
  });

  it('tell of a deposit as the OP Stack’s standard bridge does, and name each other', async () => {
    const bridge = await deployLockBridge(home, away, {
      token: token.address,
      name: 'Copy',
      symbol: 'dBTC.x',
      decimals: 8,
      at: next(),
    });
    const { blockNumber } = await bridge.lock({ amount: 3n, at: next() });
    const [event] = await home.client.getContractEvents({
      address: bridge.lockbox,
      abi: lockBridgeAbi,
      fromBlock: blockNumber,
      toBlock: blockNumber,
    });
    expect(event).toMatchObject({
      eventName: 'ERC20BridgeInitiated',
      args: {
        localToken: getAddress(token.address),
        remoteToken: getAddress(bridge.copy),
        from: token.owner,
        amount: 3n,
        extraData: '0x',
      },
    });
    // Keccak-256 of ERC20BridgeInitiated(address,address,address,address,uint256,bytes).
    expect(event?.topics[0]).toBe(
      '0x7ff126db8024424bbfd9826e8ab82ff59136289ea440b04b39a0df1b03b9cabf',
    );
    const original = await away.client.readContract({
      address: bridge.copy,
      abi: bridgedTokenAbi,
      functionName: 'remoteToken',
    });
    expect(original).toBe(getAddress(token.address));
  });
});

describe('a holding', () => {
  it('may be that of an account, of which there may be nothing yet on the chain', async () => {
    const custodian = home.accounts[5];
    if (!custodian) throw new Error('anvil has no accounts');
    await token.mint({ amount: 42n, at: next(), to: custodian });
    const unused = '0x99C9fc46f92E8a1c0deC1b1747d010903E884bE1';
    const holders = [custodian, unused].map((holder) => ({
      token: idOf(homeId, token.address),
      holder,
    }));
    expect(await readLatest(holders)).toEqual([42n, 0n]);
  });

  it('of what is no token is an error of its own', async () => {
    const none = await deployContract(home, { contract: 'NotAToken', at: next() });
    const odd = await deployContract(home, { contract: 'RevertingToken', at: next() });
    const holder = token.owner;
    const at = (address: Address) => ({ token: idOf(homeId, address), holder });
    const amounts = await readLatest([at(none), at(odd), at(token.owner), at(token.address)]);
    expect(amounts?.slice(0, 3)).toEqual(['TOKEN_REVERTED', 'TOKEN_REVERTED', 'TOKEN_NO_CODE']);
    expect(amounts?.[3]).toBe(
      await home.client.readContract({
        address: token.address,
        abi: wrappedTokenAbi,
        functionName: 'balanceOf',
        args: [holder],
      }),
    );
  });
});

describe('holdings in a reorganisation', () => {
  const own = () => [{ token: idOf(homeId, token.address), holder: token.owner }];

  it('are refused if their block was reorganised away before', async () => {
    const point = await latestOf(home, homeSource);
    await reorganise();
    expect((await homeSource.readPoint(point.height)).hash).not.toBe(point.hash);
    expect(await rejectionCode(() => readAt(point, own()))).toBe('SUPPLY_REORGANISED');
    expect(await readLatest(own())).toEqual([expect.any(BigInt)]);
  });

  it('are refused if their block is reorganised away while they are read', async () => {
    await token.mint({ amount: 1n, at: next() });
    const point = await latestOf(home, homeSource);
    proxy.behave({ afterCall: 1, act: reorganise });
    expect(await rejectionCode(() => readAt(point, own()))).toBe('SUPPLY_REORGANISED');
    proxy.behave({});
  });

  it('are refused at a block above a chain that was rolled back', async () => {
    const snapshot = await call('evm_snapshot', []);
    await token.mint({ amount: 1n, at: next() });
    const point = await latestOf(home, homeSource);
    await call('evm_revert', [snapshot]);
    expect(await rejectionCode(() => readAt(point, own()))).toBe('SUPPLY_REORGANISED');
  });
});

async function reorganise(): Promise<void> {
  await call('anvil_reorg', [3, []]);
}

async function call(method: string, params: readonly unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const { result } = RpcReply.parse(await postRpc(home.url, body));
  if (result === undefined) throw new Error(`anvil refused ${method}`);
  return result;
}
