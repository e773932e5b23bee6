import { TokenId } from '../../src/core/caip.ts';
import type { GraphDeployment, GraphLockbox } from '../../src/reconcile/graphInput.ts';

/** Tokens of a made-up asset: minted by its issuer on Ethereum, and copies of that. */
export const graphTokens = {
  ethereum: TokenId('eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599'),
  bnb: TokenId('eip155:56/erc20:0x0555E30da8f98308EdB960aa94C0Db47230d2B9c'),
  base: TokenId('eip155:8453/erc20:0x0555E30da8f98308EdB960aa94C0Db47230d2B9c'),
  solana: TokenId(
    'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:3NZ9JMVBmGAqocybic2c7LQCJScmgsAZ6vQqTDzcqmJh',
  ),
} as const;

/** 1 BTC with 8 decimals. */
export const coin = 100_000_000n;
/** 1 BTC with 18 decimals. */
export const whole = 10n ** 18n;

/** The issuer's own token on Ethereum, 100 of them, with what the caller changes. */
export function makeCanonical(changes: Partial<GraphDeployment> = {}): GraphDeployment {
  return {
    token: graphTokens.ethereum,
    kind: 'canonical',
    lockbox: null,
    decimals: 8,
    amount: 100n * coin,
    ...changes,
  };
}

/** A copy on Base of which there are 10, with what the caller changes. */
export function makeCopy(changes: Partial<GraphDeployment> = {}): GraphDeployment {
  return {
    ...makeCanonical(),
    token: graphTokens.base,
    kind: 'bridged',
    lockbox: 'oft',
    amount: 10n * coin,
    ...changes,
  };
}

/** A lockbox on Ethereum with 10 of the issuer's tokens, with what the caller changes. */
export function makeLockbox(changes: Partial<GraphLockbox> = {}): GraphLockbox {
  return {
    key: 'oft',
    contract: 'eip155:1:0x0555E30da8f98308EdB960aa94C0Db47230d2B9c',
    locks: graphTokens.ethereum,
    decimals: 8,
    locked: 10n * coin,
    ...changes,
  };
}
