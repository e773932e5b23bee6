import { type ChainId, chainNamespace, tokenIdParts } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../../core/source.ts';
import { sourceRpcError, sourceWrongChain } from '../../core/sourceErrors.ts';
import type { AnswerBudget } from '../../http/answerBudget.ts';
import { isBase58Key } from '../base58.ts';
import { chainKindInvalid, sourceTipWentBack, supplyRequestInvalid } from '../errors.ts';
import type { RpcAnswer } from '../evm/matchAnswers.ts';
import type { LatestSupplySource } from '../latestSupplySource.ts';
import { type PatientPosterOptions, pauseReading } from '../patientPoster.ts';
import type { TokenToRead } from '../supplySource.ts';
import { findSolanaPoints } from './findSolanaPoints.ts';
import { readSolanaHoldings } from './readSolanaHoldings.ts';
import { readSolanaMint } from './readSolanaMint.ts';
import {
  accountSliceBytes,
  parseAccounts,
  parseGenesisHash,
  parseOwnedAccounts,
} from './solanaAnswers.ts';
import { createSolanaRpc } from './solanaRpc.ts';

export interface SolanaSourceOptions {
  /** HTTP(S) JSON-RPC, with its keys. */
  readonly url: string;
  /** How the server is named in observations and errors. */
  readonly source: SourceRef;
  /** `solana:` and the first 32 characters of the genesis hash, as CAIP-2 has it. */
  readonly chain: ChainId;
  /** For one HTTP request; 20 seconds unless told. */
  readonly timeoutMs?: number;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  /** Waits before another try; for tests. */
  readonly wait?: PatientPosterOptions['wait'];
}

/** Of `getMultipleAccounts`. */
const accountsPerCall = 100;

/**
 * Holdings are asked for right after the supplies, when of the nodes behind one address some may still
 * be a few slots behind the one that answered then.
 */
const tries = 3;
const pauseMs = 1_000;

/** How accounts are asked for. */
const accountConfig = {
  commitment: 'finalized',
  encoding: 'base64',
  dataSlice: { offset: 0, length: accountSliceBytes },
};

/**
 * A `LatestSupplySource` over the JSON-RPC of one Solana node. All mints are read by one
 * `getMultipleAccounts` at `finalized`, so that supply, decimals and owning program of all of them are
 * of one slot, and `from` and `to` are the block of that slot. `getTokenSupply` is not asked besides:
 * it is the same field of the same node, at another slot. Only more than a hundred tokens, or a slot
 * whose block the node cannot show, make `from` and `to` two blocks. The `height` of a point is its
 * slot; its `hash` the blockhash in base58; its `time` the validators' estimate.
 *
 * Holdings take one more call for each owner, `getTokenAccountsByOwner`, each of a slot of its own: `from`
 * and `to` are then the blocks of the lowest and the highest of them.
 *
 * The genesis hash must be the chain's before any figure counts. Symbols are not checked.
 *
 * @throws AssayError SOURCE_URL_INVALID, CHAIN_ID_INVALID
 */
export function createSolanaSource(options: SolanaSourceOptions): LatestSupplySource {
  const { url, source, chain, timeoutMs = 20_000, wait } = options;
  if (chainNamespace(chain) !== 'solana') throw chainKindInvalid(chain, 'Solana');
  const rpc = createSolanaRpc({ url, source, timeoutMs, budget: options.budget, wait });
  let chainChecked = false;
  let seenSlot = 0;

  async function checkChain(signal: AbortSignal | undefined): Promise<void> {
    if (chainChecked) return;
    const answer = await rpc.call('getGenesisHash', [], signal);
    const hash = parseGenesisHash(resultOf(answer, 'getGenesisHash'), source);
    const found = `solana:${hash.slice(0, 32)}`;
    if (found !== chain) throw sourceWrongChain(source, chain, found);
    chainChecked = true;
  }

  async function readAccounts(keys: readonly string[], signal: AbortSignal | undefined) {
    const answer = await rpc.call('getMultipleAccounts', [keys, accountConfig], signal);
    return parseAccounts(resultOf(answer, 'getMultipleAccounts'), keys.length, source);
  }

  /** Any number of accounts, each with the slot of its call. */
  async function readAllAccounts(keys: readonly string[], signal: AbortSignal | undefined) {
    const chunks = chunk(keys, accountsPerCall);
    const rounds = await Promise.all(chunks.map((some) => readAccounts(some, signal)));
    const accounts = rounds.flatMap(({ slot, accounts }) =>
      accounts.map((account) => ({ account, slot })),
    );
    return { accounts, slots: rounds.map(({ slot }) => slot) };
  }

  async function readOwned(owner: string, mint: string, signal: AbortSignal | undefined) {
    const params = [owner, { mint }, accountConfig];
    const answer = await rpc.call('getTokenAccountsByOwner', params, signal);
    return parseOwnedAccounts(resultOf(answer, 'getTokenAccountsByOwner'), source);
  }

  function resultOf(answer: RpcAnswer, method: string): unknown {
    if ('fault' in answer) throw sourceRpcError(source, method, answer.fault.code);
    return answer.result;
  }

  /** Taken before asking: of two readings under way the older one may end last. */
  function checkProgress(before: number, slots: readonly number[]): void {
    const lowest = Math.min(...slots);
    seenSlot = Math.max(...slots);
    if (lowest < before) throw sourceTipWentBack(source, before, lowest);
  }

  async function findPoints(
    slots: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<{ readonly from: ChainPoint; readonly to: ChainPoint }> {
    const call = (method: string, params: readonly unknown[]) => rpc.call(method, params, signal);
    const find = (slot: number) => findSolanaPoints(slot, { source, chain, call, wait, signal });
    const [lowest, highest] = [Math.min(...slots), Math.max(...slots)];
    const first = find(lowest);
    const [low, high] = await Promise.all([first, highest === lowest ? first : find(highest)]);
    return { from: low.from, to: high.to };
  }

  return {
    reach: 'latest',
    source,
    chain,
    finality: 'finalized',

    async readLatest(tokens, context: ReadContext = {}) {
      const { signal } = context;
      const report = (done: number) =>
        context.onProgress?.({ source, phase: 'supply', done, total: tokens.length });
      const mints = tokens.map((token) => mintOf(token, chain));
      report(0);
      const before = seenSlot;
      const [{ accounts, slots }] = await Promise.all([
        readAllAccounts(mints, signal),
        checkChain(signal),
      ]);
      checkProgress(before, slots);
      const { from, to } = await findPoints(slots, signal);
      const readings = tokens.map((token, index) => {
        const found = accounts[index];
        if (!found) throw supplyRequestInvalid(`has no account for ${token.token}`);
        return readSolanaMint(token, found.account, found.slot, source);
      });
      report(tokens.length);
      return { source, from, to, tokens: readings };
    },

    holdings: {
      async readLatestHoldings(holdings, { signal } = {}) {
        const before = seenSlot;
        const reader = {
          source,
          chain,
          readAccounts: (keys: readonly string[]) => readAllAccounts(keys, signal),
          readOwned: (owner: string, mint: string) => readOwned(owner, mint, signal),
        };
        await checkChain(signal);
        let { readings, slots } = await readSolanaHoldings(holdings, reader);
        for (let attempt = 1; attempt < tries && Math.min(...slots) < before; attempt++) {
          await pauseReading(pauseMs, source, signal, wait);
          ({ readings, slots } = await readSolanaHoldings(holdings, reader));
        }
        checkProgress(before, slots);
        const { from, to } = await findPoints(slots, signal);
        return { from, to, holdings: readings };
      },
    },

    close: () => rpc.close(),
  };
}

function mintOf({ token }: TokenToRead, chain: ChainId): string {
  const parts = tokenIdParts(token);
  if (parts.chain !== chain || parts.standard !== 'token' || !isBase58Key(parts.reference)) {
    throw supplyRequestInvalid(`names ${token}, which is no mint of ${chain}`);
  }
  return parts.reference;
}

/** At least one chunk: the slot is wanted even where no token is. */
function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [items.slice(0, size)];
  for (let at = size; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
