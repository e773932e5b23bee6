import { createHash } from 'node:crypto';
import type { Random } from './random.ts';

/** A block of a token chain, with the supply of every token after it. */
export interface TokenBlock {
  readonly height: number;
  /** `0x` and 64 digits. */
  readonly hash: string;
  readonly parent: string;
  readonly time: number;
  /** By lower-case address, in the token's own units. */
  readonly supplies: ReadonlyMap<string, bigint>;
}

/** What a node of the chain knows at one moment. */
export interface TokenView {
  readonly chainId: number;
  readonly blocks: readonly TokenBlock[];
  /** The height of the last block that cannot be reorganised. */
  readonly finalized: number;
}

/** The truth about one token chain. */
export interface TokenModel {
  readonly view: TokenView;
  /** Of any chain, abandoned ones too. */
  block(hash: string): TokenBlock | undefined;
  mine(count: number, random: Random): void;
  /** Replaces the newest blocks, never final ones. */
  reorganise(depth: number, random: Random): void;
  finalize(count: number): void;
}

export interface TokenModelOptions {
  readonly chainId: number;
  readonly startTime: number;
  readonly blocks: number;
  readonly final: number;
  /** What each token's supply is after the block in which `alignedTo` falls. */
  readonly supplies: ReadonlyMap<string, bigint>;
  readonly alignedTo: number;
  /** The most that one block mints or burns of a token. */
  readonly largestChange: ReadonlyMap<string, bigint>;
}

/** A chain of so many blocks, the last of them not final. */
export function createTokenModel(options: TokenModelOptions, random: Random): TokenModel {
  const { chainId, startTime } = options;
  const known = new Map<string, TokenBlock>();
  let counter = 0;
  let blocks: readonly TokenBlock[] = [];

  function build(
    parent: TokenBlock | undefined,
    time: number,
    supplies: ReadonlyMap<string, bigint>,
  ): TokenBlock {
    const height = parent ? parent.height + 1 : 0;
    const hash = `0x${createHash('sha256').update(`${chainId}/${counter++}`).digest('hex')}`;
    const none = `0x${'00'.repeat(32)}`;
    const block = { height, hash, parent: parent?.hash ?? none, time, supplies };
    known.set(hash, block);
    return block;
  }

  function changed(supplies: ReadonlyMap<string, bigint>, own: Random): Map<string, bigint> {
    const next = new Map(supplies);
    for (const [token, amount] of supplies) {
      if (!own.chance(0.4)) continue;
      const most = options.largestChange.get(token) ?? 0n;
      const sum = amount + (most * BigInt(own.between(-1000, 1000))) / 1000n;
      next.set(token, sum < 0n ? 0n : sum);
    }
    return next;
  }

  // The aligned block first: what is before it is walked back to, what is after it goes on from it.
  const times: number[] = [];
  for (let time = startTime; times.length < options.blocks; time += random.between(1, 240)) {
    times.push(time);
  }
  const aligned = Math.max(
    0,
    Math.min(
      options.final,
      times.findLastIndex((time) => time <= options.alignedTo),
    ),
  );
  const supplies: ReadonlyMap<string, bigint>[] = [];
  supplies[aligned] = options.supplies;
  for (let height = aligned - 1; height >= 0; height--) {
    supplies[height] = changed(supplies[height + 1] ?? options.supplies, random);
  }
  for (let height = aligned + 1; height < times.length; height++) {
    supplies[height] = changed(supplies[height - 1] ?? options.supplies, random);
  }
  for (const [height, time] of times.entries()) {
    blocks = [...blocks, build(blocks.at(-1), time, supplies[height] ?? options.supplies)];
  }
  let view: TokenView = { chainId, blocks, finalized: options.final };

  const model: TokenModel = {
    get view() {
      return view;
    },
    block: (hash) => known.get(hash),
    mine(count, own) {
      for (let mined = 0; mined < count; mined++) {
        const parent = view.blocks.at(-1);
        if (!parent) throw new Error('the chain is empty');
        const time = parent.time + own.between(1, 240);
        const block = build(parent, time, changed(parent.supplies, own));
        view = { ...view, blocks: [...view.blocks, block] };
      }
    },
    reorganise(depth, own) {
      const left = Math.max(view.finalized + 1, view.blocks.length - depth);
      const taken = view.blocks.length - left;
      view = { ...view, blocks: view.blocks.slice(0, left) };
      model.mine(taken + 1, own);
    },
    finalize(count) {
      view = { ...view, finalized: Math.min(view.finalized + count, view.blocks.length - 1) };
    },
  };
  return model;
}
