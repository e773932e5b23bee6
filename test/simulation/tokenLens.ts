import type { SourceFault } from './schedule.ts';
import type { TokenBlock, TokenView } from './tokenModel.ts';

/** What a source takes for the token chain, and what its lie is about, if it tells one. */
export interface TokenLens {
  see(view: TokenView): TokenView;
  /** Equal for sources that say the same wrong thing. */
  readonly lie: string | undefined;
}

/** How a source with that fault sees the chain whose state at the beginning is `first`. */
export function createTokenLens(fault: SourceFault | undefined, first: TokenView): TokenLens {
  switch (fault?.kind) {
    case 'lags':
      return { see: (view) => lagging(view, fault.blocks), lie: undefined };
    case 'stuck':
      return { see: () => first, lie: undefined };
    case 'other-network':
      return { see: (view) => ({ ...view, chainId: 5 }), lie: 'other network' };
    case 'forks': {
      const from = Math.max(0, first.blocks.length - 1 - fault.below);
      const see = changing((block) =>
        block.height < from ? block : { ...block, hash: alter(block.hash, fault.scheme) },
      );
      return { see, lie: `fork ${fault.scheme} from ${from}` };
    }
    case 'lies': {
      const see = changing((block) => ({ ...block, supplies: inflate(block, fault.scheme) }));
      return { see, lie: `amount ${fault.scheme}` };
    }
    default:
      return { see: (view) => view, lie: undefined };
  }
}

/** The view that is some blocks behind. */
export function lagging(view: TokenView, count: number): TokenView {
  return {
    ...view,
    blocks: view.blocks.slice(0, Math.max(1, view.blocks.length - count)),
    finalized: Math.max(0, view.finalized - count),
  };
}

function changing(change: (block: TokenBlock) => TokenBlock) {
  return (view: TokenView): TokenView => ({ ...view, blocks: view.blocks.map(change) });
}

function alter(hash: string, scheme: number): string {
  return `${hash.slice(0, -2)}${hash.endsWith(`0${scheme}`) ? 'f' : '0'}${scheme}`;
}

/** More of the first token. */
function inflate({ supplies }: TokenBlock, scheme: number): ReadonlyMap<string, bigint> {
  const [first] = supplies.keys();
  return new Map(
    [...supplies].map(([token, amount]) => [
      token,
      token === first ? amount + 1n + BigInt(scheme) : amount,
    ]),
  );
}
