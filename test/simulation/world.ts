import { ChainId, TokenId } from '../../src/core/caip.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import type { Asset, CustodyAddress, Deployment } from '../../src/registry/asset.ts';
import { regtest, syntheticAddress } from '../support/syntheticChain.ts';
import { type BitcoinModel, createBitcoinModel, type MoveKind } from './bitcoinModel.ts';
import { createRandom, type Random } from './random.ts';
import type { Change, Schedule } from './schedule.ts';
import { createTokenModel, type TokenModel } from './tokenModel.ts';

/** The models of a schedule and the asset whose audit they are for. */
export interface World {
  readonly asset: Asset;
  readonly bitcoin: BitcoinModel;
  /** By chain id. */
  readonly tokens: ReadonlyMap<number, TokenModel>;
  /** When the audit is made. */
  readonly now: UnixTime;
  /** The height to ask for; undefined: the policy decides. */
  readonly atHeight: number | undefined;
  /** The last final height of a token chain when the audit begins. */
  finalAtBegin(chain: number): number;
  /** Does a change; `later` has the rest of it done after a time. */
  apply(change: Change, random: Random, later: (ms: number, rest: () => void) => void): void;
}

const startTime = 1_767_225_600;
const satoshi = 10n ** 10n;
const moves: readonly MoveKind[] = [
  'deposit',
  'deposit',
  'deposit',
  'redemption',
  'sweep',
  'sweepAll',
  'dust',
];

/** Builds what there is when the audit begins. */
export function createWorld(schedule: Schedule): World {
  const random = createRandom(schedule.seed).fork('world');
  const custody = Array.from({ length: schedule.scripts }, (_, index) =>
    makeCustody(`custody ${index}`),
  );
  const bitcoin = createBitcoinModel(custody, startTime);
  if (schedule.busy) for (let count = 0; count < 80; count++) bitcoin.move('deposit', random);
  for (let block = 0; block < schedule.blocks; block++) {
    addMoves(bitcoin, random.below(4), random);
    bitcoin.mine(1, random);
  }
  addMoves(bitcoin, random.below(4), random);

  const { blocks } = bitcoin.view;
  const tip = blocks.length - 1;
  const atHeight = schedule.depthAsked === undefined ? undefined : tip - schedule.depthAsked;
  const audited = blocks[atHeight ?? tip - (schedule.confirmations - 1)] ?? blocks[tip];
  if (!audited) throw new Error('the chain is empty');
  let reserves = 0n;
  for (const { sats } of bitcoin.coinsAt(audited.header.id).values()) reserves += sats;

  const deployments = schedule.tokens.map(makeDeployment);
  const supplies = shareOut(reserves * satoshi + schedule.excess, deployments);
  const latest = bitcoin.minedAt(blocks[tip]?.header.id ?? '');
  const { height, id } = audited.header;
  const [moment = startTime] = bitcoin.momentsOf(id, Math.min(5, tip - height));
  const tokens = new Map<number, TokenModel>();
  for (const { chain } of schedule.tokens) {
    if (tokens.has(chain)) continue;
    const own = random.fork(`chain ${chain}`);
    const mine = deployments.filter((one) => one.chain === `eip155:${chain}`);
    // Begins well before the audited block and ends about at the tip.
    const begin = moment - own.between(8_000, 12_000);
    const count = Math.max(12, Math.ceil((latest - begin) / 120));
    const entries = mine.map(({ reference, decimals }) => {
      const key = reference.toLowerCase();
      return { key, supply: supplies.get(reference) ?? 0n, unit: 10n ** BigInt(decimals) };
    });
    const options = {
      chainId: chain,
      startTime: begin,
      blocks: count,
      final: count - own.between(2, 8),
      supplies: new Map(entries.map(({ key, supply }) => [key, supply])),
      alignedTo: moment,
      largestChange: new Map(entries.map(({ key, unit }) => [key, unit / 2n])),
    };
    tokens.set(chain, createTokenModel(options, own));
  }

  const now = UnixTime(latest + 300);
  bitcoin.stopClock(now);
  const final = new Map([...tokens].map(([chain, { view }]) => [chain, view.finalized]));

  return {
    finalAtBegin: (chain) => final.get(chain) ?? 0,
    asset: makeAsset(schedule, custody, deployments),
    bitcoin,
    tokens,
    now,
    atHeight,
    apply(change, own, later) {
      applyChange(change, bitcoin, tokens, own, later);
    },
  };
}

function addMoves(bitcoin: BitcoinModel, count: number, random: Random): void {
  for (let moved = 0; moved < count; moved++) bitcoin.move(random.pick(moves), random);
}

function applyChange(
  change: Change,
  bitcoin: BitcoinModel,
  tokens: ReadonlyMap<number, TokenModel>,
  random: Random,
  later: (ms: number, rest: () => void) => void,
): void {
  const token = 'chain' in change ? tokens.get(change.chain) : undefined;
  switch (change.kind) {
    case 'blocks':
      addMoves(bitcoin, random.below(4), random);
      bitcoin.mine(change.count, random);
      break;
    case 'moves':
      addMoves(bitcoin, change.count, random);
      break;
    case 'sweep':
      bitcoin.move('sweepAll', random);
      bitcoin.mine(1, random);
      break;
    case 'reorganisation': {
      bitcoin.disconnect(change.depth, change.fate);
      const rest = () => {
        addMoves(bitcoin, random.below(3), random);
        bitcoin.mine(change.depth + 1, random);
      };
      if (change.gapMs === 0) rest();
      else later(change.gapMs, rest);
      break;
    }
    case 'token-blocks':
      token?.mine(change.count, random);
      break;
    case 'token-reorganisation':
      token?.reorganise(change.depth, random);
      break;
    case 'token-finality':
      token?.finalize(change.count);
  }
}

/** Any amount in units of 10^-18, over tokens of fewer decimals as far as those can express it. */
function shareOut(total: bigint, deployments: readonly Deployment[]): Map<string, bigint> {
  const shares = new Map<string, bigint>();
  // The finest token comes last: what the others cannot express falls to it.
  const ordered = [...deployments].sort((a, b) => a.decimals - b.decimals);
  let left = total < 0n ? 0n : total;
  for (const [index, { reference, decimals }] of ordered.entries()) {
    const unit = 10n ** BigInt(18 - decimals);
    const share = index === ordered.length - 1 ? left : left / 3n;
    shares.set(reference, share / unit);
    left -= (share / unit) * unit;
  }
  return shares;
}

function makeCustody(name: string): CustodyAddress & { readonly address: string } {
  const { address, script } = syntheticAddress(name);
  return { address, script, scriptType: 'p2wpkh', custodian: 'Custodian', provenance: [] };
}

function makeDeployment(
  { chain, decimals }: { readonly chain: number; readonly decimals: number },
  index: number,
): Deployment {
  const reference = `0x${(index + 1).toString(16).padStart(40, '0')}`;
  return {
    token: TokenId(`eip155:${chain}/erc20:${reference}`),
    chain: ChainId(`eip155:${chain}`),
    standard: 'erc20',
    reference,
    kind: 'canonical',
    decimals,
    symbol: `TOKEN${index}`,
    provenance: [],
  };
}

function makeAsset(
  { quorum, confirmations }: Schedule,
  custody: readonly CustodyAddress[],
  deployments: readonly Deployment[],
): Asset {
  return {
    id: 'simulated',
    name: 'Simulated bitcoin',
    symbol: 'SIM',
    issuer: 'Issuer',
    network: regtest,
    policy: {
      confirmations,
      // With the doubt of a moment that has fewer than five blocks above it.
      maxSkewSeconds: 10_800,
      maxAgeSeconds: 43_200,
      validForSeconds: 3_600,
      quorum,
      maxProofAgeDays: 90,
    },
    coverage: { status: 'complete', missing: [] },
    deployments,
    custody,
    digest: `0x${'0'.repeat(64)}`,
    listsDigest: `0x${'0'.repeat(64)}`,
  };
}
