import type { Custodian, Spent } from '../devnet/createCustodian.ts';
import { type CustodyType, custodyTypes } from '../devnet/custodyDescriptors.ts';
import { type Payment, splitSats } from '../devnet/payment.ts';
import type { Devnet, DevnetToken } from '../devnet/startDevnet.ts';
import { type AssetBook, createAssetBook } from './assetBook.ts';
import { type BridgePlan, type DemoBridge, openBridge } from './demoBridge.ts';

/** What a wrapped asset of the demo is to be. */
export interface AssetPlan {
  readonly id: string;
  readonly name: string;
  readonly symbol: string;
  /** Of all its deployments. */
  readonly decimals: number;
  readonly chainIds: readonly number[];
  /** How many custody addresses of each type. */
  readonly custody: Readonly<Record<CustodyType, number>>;
}

/** Coins that come to a custody address, as `outputs` of about the same size. */
export interface Deposit {
  readonly address: string;
  readonly sats: bigint;
  /** Default 1. */
  readonly outputs?: number;
}

/**
 * A wrapped asset that lives on the devnet: real addresses, real coins, real tokens. All that is done
 * to it goes through here, so that `book` knows it. Bitcoin transactions wait for the next block;
 * token changes are mined at once, in a block of their own.
 */
export interface DemoAsset extends Omit<AssetPlan, 'custody'> {
  readonly custodian: string;
  readonly addresses: readonly string[];
  /** One per chain. */
  readonly tokens: readonly DevnetToken[];
  readonly book: AssetBook;
  /** In the order in which they were opened. */
  readonly bridges: readonly DemoBridge[];
  /** The custody addresses of one type. */
  addressesOf(type: CustodyType): readonly string[];
  /** Customers send coins. */
  receive(deposits: readonly Deposit[]): Promise<void>;
  /** The custodian pays exactly `sats` to somebody outside; the change goes back to `from`. */
  payOut(from: string, sats: bigint): Promise<Spent>;
  /** The custodian moves all coins of `from` to `to`, in even shares, less the fee. */
  sweep(from: readonly string[], to: readonly string[]): Promise<void>;
  mint(chainId: number, amount: bigint): Promise<void>;
  burn(chainId: number, amount: bigint): Promise<void>;
  /** Opens a bridge for the token on the asset's first chain. */
  openBridge(plan: BridgePlan): Promise<DemoBridge>;
}

/** Deploys the tokens and derives the custody addresses; there are no coins and no supply yet. */
export async function createDemoAsset(plan: AssetPlan, devnet: Devnet): Promise<DemoAsset> {
  const { custody, ...described } = plan;
  const { id, name, symbol, decimals, chainIds } = described;
  const custodian = await devnet.createCustodian({ name: `${id} custodian` });
  const byType = new Map<CustodyType, readonly string[]>();
  for (const type of custodyTypes) {
    byType.set(type, await custodian.addresses(type, custody[type]));
  }
  const tokens: DevnetToken[] = [];
  for (const chainId of chainIds) {
    tokens.push(await devnet.deployToken(chainId, { name, symbol, decimals }));
  }
  const book = createAssetBook();
  const bridges: DemoBridge[] = [];
  return {
    ...described,
    custodian: custodian.wallet,
    addresses: [...byType.values()].flat(),
    tokens,
    book,
    bridges,
    openBridge: async (bridge) => {
      const [home] = tokens;
      if (!home) throw new Error(`${id} has no token that a bridge could lock`);
      const opened = await openBridge(bridge, home, devnet);
      bridges.push(opened);
      return opened;
    },
    addressesOf: (type) => byType.get(type) ?? [],
    ...moveCoins(custodian, book, devnet),
    ...changeSupply(tokens, book),
  };
}

function moveCoins(
  custodian: Custodian,
  book: AssetBook,
  devnet: Devnet,
): Pick<DemoAsset, 'receive' | 'payOut' | 'sweep'> {
  const writeSpent = ({ inputs }: Spent): void => {
    for (const { address, sats } of inputs) book.writeCoins(address, -sats);
  };
  return {
    receive: async (deposits) => {
      await devnet.miner.pay(
        deposits.flatMap(({ address, sats, outputs = 1 }): Payment[] =>
          splitSats(sats, outputs).map((part) => ({ address, sats: part })),
        ),
      );
      for (const { address, sats } of deposits) book.writeCoins(address, sats);
    },
    payOut: async (from, sats) => {
      const to = [{ address: devnet.miner.address, sats }];
      const spent = await custodian.spend({ from: [from], to, change: from });
      writeSpent(spent);
      if (spent.change > 0n) book.writeCoins(from, spent.change);
      return spent;
    },
    sweep: async (from, to) => {
      for (const spent of await custodian.sweep({ from, to })) {
        writeSpent(spent);
        const moved = spent.inputs.reduce((sum, { sats }) => sum + sats, 0n) - spent.fee;
        splitSats(moved, to.length).forEach((sats, index) => {
          book.writeCoins(to[index] ?? '', sats);
        });
      }
    },
  };
}

function changeSupply(
  tokens: readonly DevnetToken[],
  book: AssetBook,
): Pick<DemoAsset, 'mint' | 'burn'> {
  const findToken = (chainId: number): DevnetToken => {
    const token = tokens.find((one) => one.chainId === chainId);
    if (token) return token;
    throw new Error(`the asset has no token on chain ${chainId}`);
  };
  return {
    mint: async (chainId, amount) => {
      book.writeTokens(chainId, await findToken(chainId).mint(amount), amount);
    },
    burn: async (chainId, amount) => {
      book.writeTokens(chainId, await findToken(chainId).burn(amount), -amount);
    },
  };
}
