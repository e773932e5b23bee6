import { type ChainId, chainNamespace, tokenIdParts } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import { sourceRpcError, sourceWrongChain } from '../core/sourceErrors.ts';
import { isBase58Key } from './base58.ts';
import { chainKindInvalid, sourceTipWentBack, supplyRequestInvalid } from './errors.ts';
import { findSolanaPoints } from './findSolanaPoints.ts';
import type { LatestSupplySource } from './latestSupplySource.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import type { PatientPosterOptions } from './patientPoster.ts';
import { readSolanaMint } from './readSolanaMint.ts';
import { accountSliceBytes, parseAccounts, parseGenesisHash } from './solanaAnswers.ts';
import { createSolanaRpc } from './solanaRpc.ts';
import type { TokenToRead } from './supplySource.ts';

export interface SolanaSourceOptions {
  /** HTTP(S) JSON-RPC, with its keys. */
  readonly url: string;
  /** How the server is named in observations and errors. */
  readonly source: SourceRef;
  /** `solana:` and the first 32 characters of the genesis hash, as CAIP-2 has it. */
  readonly chain: ChainId;
  /** For one HTTP request; 20 seconds unless told. */
  readonly timeoutMs?: number;
  /** Waits before another try; for tests. */
  readonly wait?: PatientPosterOptions['wait'];
}

/** Of `getMultipleAccounts`. */
const accountsPerCall = 100;

/**
 * A `LatestSupplySource` over the JSON-RPC of one Solana node. All mints are read by one
 * `getMultipleAccounts` at `finalized`, so that supply, decimals and owning program of all of them are
 * of one slot, and `from` and `to` are the block of that slot. `getTokenSupply` is not asked besides:
 * it is the same field of the same node, at another slot. Only more than a hundred tokens, or a slot
 * whose block the node cannot show, make `from` and `to` two blocks. The `height` of a point is its
 * slot; its `hash` the blockhash in base58; its `time` the validators' estimate.
 *
 * The genesis hash must be the chain's before any figure counts. Symbols are not checked.
 *
 * @throws AssayError SOURCE_URL_INVALID, CHAIN_ID_INVALID
 */
export function createSolanaSource(options: SolanaSourceOptions): LatestSupplySource {
  const { url, source, chain, timeoutMs = 20_000, wait } = options;
  if (chainNamespace(chain) !== 'solana') throw chainKindInvalid(chain, 'Solana');
  const rpc = createSolanaRpc({ url, source, timeoutMs, wait });
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

  async function readAccounts(mints: readonly string[], signal: AbortSignal | undefined) {
    const dataSlice = { offset: 0, length: accountSliceBytes };
    const config = { commitment: 'finalized', encoding: 'base64', dataSlice };
    const answer = await rpc.call('getMultipleAccounts', [mints, config], signal);
    return parseAccounts(resultOf(answer, 'getMultipleAccounts'), mints.length, source);
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

    async readLatest(tokens, context: ReadContext = {}) {
      const { signal } = context;
      const report = (done: number) =>
        context.onProgress?.({ source, phase: 'supply', done, total: tokens.length });
      const mints = tokens.map((token) => mintOf(token, chain));
      report(0);
      const before = seenSlot;
      const [rounds] = await Promise.all([
        Promise.all(chunk(mints, accountsPerCall).map((some) => readAccounts(some, signal))),
        checkChain(signal),
      ]);
      const slots = rounds.map(({ slot }) => slot);
      checkProgress(before, slots);
      const { from, to } = await findPoints(slots, signal);
      const readings = tokens.map((token, index) => {
        const round = rounds[Math.floor(index / accountsPerCall)];
        const account = round?.accounts[index % accountsPerCall];
        if (!round || account === undefined) {
          throw supplyRequestInvalid(`has no account for ${token.token}`);
        }
        return readSolanaMint(token, account, round.slot, source);
      });
      report(tokens.length);
      return { source, from, to, tokens: readings };
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
