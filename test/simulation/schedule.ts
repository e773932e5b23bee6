import { createRandom, type Random } from './random.ts';

export type BitcoinKind = 'core' | 'mempool' | 'electrum';

/** What is wrong with a source. Calls are counted from 1, over all that the source is asked. */
export type SourceFault =
  /** Fails at calls `from` to `to`. */
  | {
      readonly kind: 'fails';
      readonly how: 'error' | 'reset' | 'cut' | 'garbage' | 'rate-limited';
      readonly from: number;
      readonly to: number;
    }
  /** Never answers from that call on, or only that one. */
  | { readonly kind: 'hangs'; readonly from: number; readonly to: number }
  /** Takes so many milliseconds for each answer. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** So many blocks behind. */
  | { readonly kind: 'lags'; readonly blocks: number }
  /** Stopped following the chain when the audit began. */
  | { readonly kind: 'stuck' }
  /** Some answers come from a server that is so many blocks behind. */
  | { readonly kind: 'strays'; readonly blocks: number; readonly share: number }
  | { readonly kind: 'other-network' }
  /** Refuses the history of the first script: an Electrum server with a limit. */
  | { readonly kind: 'refuses-script' }
  /** Another hash for every block from so many below the tip of the beginning on. */
  | { readonly kind: 'forks'; readonly below: number; readonly scheme: number }
  /** Equal schemes tell equal lies: sources in league. */
  | {
      readonly kind: 'lies';
      readonly about: 'omission' | 'amount' | 'invention';
      readonly scheme: number;
    };

export interface SourcePlan {
  readonly operator: string;
  readonly fault: SourceFault | undefined;
  /** Bounds of the time that an answer takes, in milliseconds. */
  readonly latency: readonly [number, number];
}

export interface BitcoinPlan extends SourcePlan {
  readonly kind: BitcoinKind;
}

export interface SupplyPlan extends SourcePlan {
  readonly chain: number;
}

/** What happens to the chains while they are read. */
export type Change =
  | { readonly kind: 'blocks'; readonly count: number }
  | { readonly kind: 'moves'; readonly count: number }
  | { readonly kind: 'sweep' }
  | {
      readonly kind: 'reorganisation';
      readonly depth: number;
      readonly fate: 'wait' | 'gone';
      /** How long the chain is short of the blocks that replace the old ones. */
      readonly gapMs: number;
    }
  | { readonly kind: 'token-blocks'; readonly chain: number; readonly count: number }
  | { readonly kind: 'token-reorganisation'; readonly chain: number; readonly depth: number }
  | { readonly kind: 'token-finality'; readonly chain: number; readonly count: number };

export interface Event {
  /** So long after the beginning of the audit, or just before a call of a Bitcoin source. */
  readonly when:
    | { readonly kind: 'time'; readonly ms: number }
    | { readonly kind: 'call'; readonly source: number; readonly call: number };
  readonly change: Change;
}

/** Everything that follows from a seed, but for the content of the blocks: see `createWorld`. */
export interface Schedule {
  readonly seed: number;
  readonly quorum: number;
  readonly confirmations: number;
  readonly pairing: 'aligned' | 'finalized';
  /** How far below the tip the audited height is asked for; undefined: the policy decides. */
  readonly depthAsked: number | undefined;
  readonly scripts: number;
  readonly blocks: number;
  /** Whether one address has a long history. */
  readonly busy: boolean;
  /** More outputs of an address than that an Esplora server does not list. */
  readonly unspentLimit: number;
  readonly tokens: readonly { readonly chain: number; readonly decimals: number }[];
  /** By how much the supply exceeds the reserves at the beginning, in 10^-18. */
  readonly excess: bigint;
  readonly bitcoin: readonly BitcoinPlan[];
  readonly supply: readonly SupplyPlan[];
  readonly events: readonly Event[];
}

/** Draws a schedule. */
export function createSchedule(seed: number): Schedule {
  const random = createRandom(seed);
  const quorum = random.pick([1, 1, 2, 2, 2, 3, 3]);
  const chains = random.chance(0.3) ? [1, 10] : [1];
  const tokens = Array.from({ length: random.between(chains.length, 3) }, (_, index) => ({
    chain: chains[index] ?? random.pick(chains),
    decimals: random.pick([8, 18]),
  }));
  // Some schedules rest, so that whatever is wrong with them is the sources' doing.
  const troubled = random.chance(0.75);
  const bitcoin = drawOperators(quorum, random.fork('bitcoin')).map((operator, index) => {
    const own = random.fork(`bitcoin ${index}`);
    const kind = own.pick<BitcoinKind>(['core', 'core', 'mempool', 'mempool', 'electrum']);
    const fault = troubled && own.chance(0.35) ? drawBitcoinFault(kind, own) : undefined;
    return { kind, operator, fault, latency: drawLatency(own) };
  });
  const supply = chains.flatMap((chain) =>
    drawOperators(quorum, random.fork(`chain ${chain}`)).map((operator, index) => {
      const own = random.fork(`chain ${chain} ${index}`);
      const fault = troubled && own.chance(0.2) ? drawSupplyFault(own) : undefined;
      return { chain, operator, fault, latency: drawLatency(own) };
    }),
  );
  return {
    seed,
    quorum,
    confirmations: random.between(1, 7),
    pairing: random.chance(0.15) ? 'finalized' : 'aligned',
    depthAsked: random.chance(0.1) ? random.between(-1, 12) : undefined,
    scripts: random.between(1, 5),
    blocks: random.between(16, 26),
    busy: random.chance(0.08),
    unspentLimit: random.pick([500, 500, 3]),
    tokens,
    excess: drawExcess(random.fork('excess')),
    bitcoin,
    supply,
    events: random.chance(0.7) ? drawEvents(bitcoin, chains, random.fork('events')) : [],
  };
}

/** At least as many as the quorum as a rule; one of them may run two servers. */
function drawOperators(quorum: number, random: Random): string[] {
  const count = random.chance(0.06)
    ? Math.max(1, quorum - 1)
    : Math.min(4, quorum + random.pick([0, 1, 1, 2]));
  const operators = Array.from({ length: count }, (_, index) => `operator-${index}`);
  if (count < 4 && random.chance(0.1)) operators.push(random.pick(operators));
  return operators;
}

function drawLatency(random: Random): readonly [number, number] {
  return random.pick([
    [1, 5],
    [1, 40],
    [20, 120],
  ]);
}

/** Often within a satoshi or a wei of the reserves, where a wrong block would tip the verdict. */
function drawExcess(random: Random): bigint {
  const satoshi = 10n ** 10n;
  switch (random.below(7)) {
    case 0:
      return 0n;
    case 3:
      // So little supply that a part of the reserves may cover it.
      return -satoshi * BigInt(random.between(0, 20_000_000_000));
    case 1:
      return random.pick([-1n, 1n]);
    case 2:
      return random.pick([-satoshi, satoshi]);
    default:
      return satoshi * BigInt(random.between(-400_000_000, 250_000_000));
  }
}

function drawFailure(random: Random): SourceFault {
  const from = random.between(1, 14);
  const to = random.pick([from, from + 1, from + 6, Number.MAX_SAFE_INTEGER]);
  switch (random.below(4)) {
    case 0:
      return { kind: 'hangs', from, to };
    case 1:
      return { kind: 'slow', ms: random.pick([1_000, 5_000, 30_000]) };
    default: {
      const how = random.pick(['error', 'reset', 'cut', 'garbage', 'rate-limited'] as const);
      return { kind: 'fails', how, from, to };
    }
  }
}

function drawBitcoinFault(kind: BitcoinKind, random: Random): SourceFault {
  switch (random.below(8)) {
    case 0:
      return { kind: 'lags', blocks: random.between(1, 8) };
    case 1:
      return { kind: 'stuck' };
    case 2:
      return { kind: 'strays', blocks: random.between(1, 3), share: 0.15 };
    case 3:
      return random.chance(0.3)
        ? { kind: 'other-network' }
        : { kind: 'forks', below: random.between(0, 12), scheme: random.below(2) };
    case 4:
    case 5:
      // Its transactions hash to their txids: it cannot tell them otherwise.
      return kind === 'electrum' ? { kind: 'refuses-script' } : drawLie(random);
    default:
      return drawFailure(random);
  }
}

function drawLie(random: Random): SourceFault {
  const about = random.pick(['omission', 'amount', 'invention'] as const);
  return { kind: 'lies', about, scheme: random.below(2) };
}

function drawSupplyFault(random: Random): SourceFault {
  switch (random.below(9)) {
    case 0:
      return { kind: 'lags', blocks: random.between(1, 8) };
    case 1:
      return { kind: 'stuck' };
    case 2:
      return { kind: 'other-network' };
    case 3:
      return { kind: 'forks', below: random.between(0, 20), scheme: random.below(2) };
    case 4:
      return { kind: 'lies', about: 'amount', scheme: random.below(2) };
    case 5:
      return { kind: 'strays', blocks: random.between(1, 6), share: 0.15 };
    default:
      return drawFailure(random);
  }
}

function drawEvents(
  bitcoin: readonly BitcoinPlan[],
  chains: readonly number[],
  random: Random,
): Event[] {
  return Array.from({ length: random.between(1, 4) }, () => ({
    when: random.chance(0.5)
      ? { kind: 'time' as const, ms: random.between(0, 600) }
      : {
          kind: 'call' as const,
          source: random.below(bitcoin.length),
          call: random.between(1, 25),
        },
    change: drawChange(random, chains),
  }));
}

function drawChange(random: Random, chains: readonly number[]): Change {
  const chain = random.pick(chains);
  switch (random.below(9)) {
    case 0:
    case 1:
      return { kind: 'blocks', count: random.pick([1, 1, 1, 2, 3]) };
    case 2:
      return { kind: 'moves', count: random.between(1, 6) };
    case 3:
      return { kind: 'sweep' };
    case 4:
    case 5:
      return {
        kind: 'reorganisation',
        depth: random.between(1, 10),
        fate: random.pick(['wait', 'gone']),
        gapMs: random.pick([0, 0, 5, 60]),
      };
    case 6:
      return { kind: 'token-blocks', chain, count: random.between(1, 5) };
    case 7:
      return { kind: 'token-reorganisation', chain, depth: random.between(1, 6) };
    default:
      return { kind: 'token-finality', chain, count: random.between(1, 5) };
  }
}
