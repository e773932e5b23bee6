import { input, passing, upstream } from './errorClasses.ts';
import type { ErrorCodeEntry } from './errorCodeEntry.ts';

/** Errors of what a chain, a token or the history kept of them does not allow. */
export const chainCodes = {
  BITCOIN_HEIGHT_ABOVE_TIP: {
    ...input,
    title: 'The height to be audited is above the tip of the source.',
    fix: 'Ask for a lower height, or wait for the block.',
  },
  BITCOIN_TIME_UNKNOWN: {
    ...input,
    title: 'No Bitcoin block can be named for the moment to be audited.',
    fix: 'Ask for a moment after the first block of the chain, and at least two hours ago.',
  },
  BITCOIN_HEIGHT_PRUNED: {
    ...input,
    title: 'The height to be audited is below what the source still keeps.',
    fix: 'Ask for a later height, or use a source with the whole chain.',
  },
  BITCOIN_REORGANISED: {
    ...passing,
    title: 'The audited block left the best chain while it was read.',
    fix: 'Ask again: nothing of the abandoned chain was counted.',
  },
  BITCOIN_STATE_MOVED: {
    ...passing,
    title: "A source's answers kept changing, so that no two belonged together.",
    fix: 'Ask again, or use a Bitcoin Core source.',
  },
  BITCOIN_RESERVES_PARTIAL: {
    ...upstream,
    title: 'Some custody addresses could be read, and some could not.',
    fix: 'See which failed; use a Bitcoin Core source, which reads all at once.',
  },
  BITCOIN_OUTPUT_SHARED: {
    ...upstream,
    title: 'One unspent output is said to lie at two addresses.',
    fix: 'An output has one address: remove the source that says so.',
  },
  BITCOIN_SOURCES_DISAGREE: {
    ...upstream,
    title: 'Bitcoin sources give different answers for the same block.',
    fix: 'See who said what in the observations; remove the source that is wrong.',
  },
  BITCOIN_QUORUM_NOT_MET: {
    ...upstream,
    title: 'Fewer Bitcoin operators answered than the quorum asks for.',
    fix: 'Add sources of other operators, or see why they failed.',
  },
  SUPPLY_CHAIN_UNSUPPORTED: {
    ...upstream,
    title: 'assay cannot read tokens on this chain yet.',
    fix: 'The supply on this chain stays unknown, and with it the verdict.',
  },
  SUPPLY_BLOCK_UNAVAILABLE: {
    ...upstream,
    title: 'A source has no block for the moment to be read.',
    fix: 'Use a source that keeps the history, or an earlier or later moment.',
  },
  SUPPLY_STATE_UNAVAILABLE: {
    ...upstream,
    title: 'A source no longer has the state of the block to be read.',
    fix: 'Use an archive node, or --pairing finalized.',
  },
  SUPPLY_REORGANISED: {
    ...passing,
    title: 'The block at which the supply was read left the best chain.',
    fix: 'Ask again: nothing of the abandoned chain was counted.',
  },
  SUPPLY_SOURCES_DISAGREE: {
    ...upstream,
    title: 'Sources give different supplies or blocks for the same moment.',
    fix: 'See who said what in the observations; remove the source that is wrong.',
  },
  SUPPLY_QUORUM_NOT_MET: {
    ...upstream,
    title: 'Fewer operators answered for a deployment than the quorum asks for.',
    fix: 'Add sources of other operators, or see why they failed.',
  },
  SUPPLY_RATE_STALE: {
    ...upstream,
    title:
      'The rate of a token is older than its feed promises, so that what is owed is not known.',
    fix: 'Wait for the feed to be updated; see the registry for its heartbeat.',
  },
  TOKEN_NO_CODE: {
    ...upstream,
    title: 'There is no contract at the token address.',
    fix: 'Check chain and address of the deployment in the registry.',
  },
  TOKEN_REVERTED: {
    ...upstream,
    title: 'The token contract refused the call, or has no such function.',
    fix: 'Check that the address is a token with the interface that its chain asks for, such as ERC-20.',
  },
  TOKEN_NOT_A_MINT: {
    ...upstream,
    title: 'The account at the token address is not the mint of a token.',
    fix: 'Check that the address is the mint, not a holding, a program or another account.',
  },
  TOKEN_DECIMALS_MISMATCH: {
    ...upstream,
    title: 'The token has other decimals than the registry says.',
    fix: 'Correct the registry: with wrong decimals every figure would be wrong.',
  },
  TOKEN_SYMBOL_MISMATCH: {
    ...upstream,
    title: 'The token has another symbol than the registry says.',
    fix: 'Check that the address is the right token, then correct the registry.',
  },
  TOKEN_MISSING: {
    ...upstream,
    title: 'The chain has no such token.',
    fix: 'Check chain and identifier of the deployment in the registry.',
  },
  TOKEN_SUPPLY_UNKNOWN: {
    ...upstream,
    title: 'The chain does not say how many of the token there are.',
    fix: 'Its supply stays unknown: it is not counted, and never taken for zero.',
  },
  TOKEN_HOLDING_UNKNOWN: {
    ...upstream,
    title: 'The chain does not say how much of the token a holder has.',
    fix: 'What it holds stays unknown: it is not counted, and never taken for zero.',
  },
  TOKEN_DECIMALS_UNKNOWN: {
    ...upstream,
    title: 'The chain does not say how many decimals the token has.',
    fix: 'Its supply stays unknown: with wrong decimals every figure would be wrong.',
  },
  TOKEN_UNKNOWN: {
    status: 404,
    exit: 3,
    retry: false,
    title: 'No asset of the registry has that token.',
    fix: 'Check chain (CAIP-2) and address; GET /v1/assets lists all deployments.',
  },
} as const satisfies Record<string, ErrorCodeEntry>;
