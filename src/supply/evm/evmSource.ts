import { type ChainId, chainNamespace, chainReference, tokenIdParts } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../../core/source.ts';
import {
  sourceResponseInvalid,
  sourceRpcError,
  sourceWrongChain,
} from '../../core/sourceErrors.ts';
import type { AnswerBudget } from '../../http/answerBudget.ts';
import {
  blockReorganised,
  blockTimeDiffers,
  blockUnavailable,
  rpcChainInvalid,
  sourceTipWentBack,
  supplyRequestInvalid,
  tokenSupplyUnknown,
} from '../errors.ts';
import { describeFinality, type FinalityRule } from '../finalityRule.ts';
import { findPairedPoint } from '../findPairedPoint.ts';
import type { SupplySource, TokenReading, TokenToRead } from '../supplySource.ts';
import { type BlockHeader, parseBlockHeader } from './blockHeader.ts';
import { evmFinality } from './evmFinality.ts';
import { createEvmRpc, type EvmRpcOptions } from './evmRpc.ts';
import type { RpcCall } from './guardReads.ts';
import { HexQuantity } from './hexQuantity.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import { proveSupplies } from './proveSupplies.ts';
import { readFeedClaims } from './readFeedClaims.ts';
import { blockCall, readFinalBlock } from './readFinalBlock.ts';
import { readHoldings } from './readHoldings.ts';
import { callsForToken, callsPerToken, readToken } from './readToken.ts';
import { classifyRpcFault } from './rpcFault.ts';
import type { StateCall } from './stateCall.ts';
import { createStateReader } from './stateReader.ts';

export interface EvmSourceOptions {
  /** HTTP(S) JSON-RPC, with its keys. */
  readonly url: string;
  /** How the server is named in observations and errors. */
  readonly source: SourceRef;
  readonly chain: ChainId;
  /** For one HTTP request; 20 seconds unless told. */
  readonly timeoutMs?: number;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  /** How the last block that cannot be reorganised is found; the chain's own rule unless told. */
  readonly finality?: FinalityRule;
  /** Waits before a second try; for tests. */
  readonly wait?: EvmRpcOptions['wait'];
}

const chainIdCall: RpcCall = { method: 'eth_chainId', params: [] };

/**
 * A `SupplySource` over the JSON-RPC of one EVM node. It trusts the node for the content of blocks and
 * state, and nothing else: it checks the chain id once, that each block is the one that it asked for,
 * and that the block of a reading is in the best chain before and after. State is read by block hash
 * (EIP-1898); what a method says that ignores the block is refused with SOURCE_RESPONSE_INVALID (see
 * `guardReads`).
 *
 * @throws AssayError SOURCE_URL_INVALID, CHAIN_ID_INVALID
 */
export function createEvmSource(options: EvmSourceOptions): SupplySource {
  const { url, source, chain, timeoutMs = 20_000, finality = evmFinality(chain), wait } = options;
  if (chainNamespace(chain) !== 'eip155') throw rpcChainInvalid(chain);
  const rpc = createEvmRpc({
    ...{ url, source, timeoutMs, budget: options.budget },
    ...(wait ? { wait } : {}),
  });
  const state = createStateReader(source);
  let chainChecked = false;
  let finalHeight = 0;

  /**
   * Sends calls, and with the first ones asks which chain it is: the answer must be right before any other
   * counts. A request that fails is not the first one.
   */
  async function send(
    calls: readonly RpcCall[],
    context: ReadContext,
  ): Promise<readonly RpcAnswer[]> {
    if (chainChecked) return rpc.send(calls, context.signal);
    const [chainId, ...answers] = await rpc.send([chainIdCall, ...calls], context.signal);
    checkChainId(chainId);
    chainChecked = true;
    return answers;
  }

  function checkChainId(answer: RpcAnswer | undefined): void {
    if (!answer || 'fault' in answer) {
      throw sourceRpcError(source, chainIdCall.method, answer?.fault.code ?? 0);
    }
    const id = HexQuantity.safeParse(answer.result);
    if (!id.success) throw sourceResponseInvalid(source, 'answered eth_chainId with no chain id');
    const found = `eip155:${id.data}`;
    if (found !== `eip155:${chainReference(chain)}`) throw sourceWrongChain(source, chain, found);
  }

  async function readFinal(context: ReadContext): Promise<BlockHeader> {
    // Taken before asking: of two answers under way the older one may come last.
    const seenHeight = finalHeight;
    const header = await readFinalBlock(finality, source, (calls) => send(calls, context));
    // What lies under a depth wobbles with the newest block; above it a final block must not vanish.
    const slack = finality.kind === 'depth' ? finality.blocks : 0;
    const wentBack = header.height < seenHeight - slack;
    finalHeight = wentBack || slack === 0 ? header.height : Math.max(seenHeight, header.height);
    if (wentBack) throw sourceTipWentBack(source, seenHeight, header.height);
    return header;
  }

  async function readHeaders(
    heights: readonly number[],
    context: ReadContext,
  ): Promise<(BlockHeader | null)[]> {
    const answers = await send(heights.map(blockCall), context);
    return heights.map((height, index) => headerOf(answers[index], height));
  }

  function headerOf(answer: RpcAnswer | undefined, height: number): BlockHeader | null {
    if (!answer) return null;
    if ('result' in answer) return parseBlockHeader(answer.result, height, source);
    if (classifyRpcFault(answer.fault) === 'unavailable') return null;
    throw sourceRpcError(source, 'eth_getBlockByNumber', answer.fault.code);
  }

  /** @throws AssayError SUPPLY_REORGANISED, or SOURCE_RESPONSE_INVALID for another time */
  function checkCanonical(answer: RpcAnswer | undefined, point: ChainPoint): void {
    if (!answer || 'fault' in answer) {
      throw sourceRpcError(source, 'eth_getBlockByNumber', answer?.fault.code ?? 0);
    }
    const header = parseBlockHeader(answer.result, point.height, source);
    if (header?.hash !== point.hash) throw blockReorganised(source, point);
    if (header.time !== point.time) throw blockTimeDiffers(source, point);
  }

  /**
   * Answers about a block that is in the best chain before and after. They are to be judged only then:
   * in a reorganisation the calls fail, or answer for a dead block.
   */
  async function readState(
    point: ChainPoint,
    calls: readonly StateCall[],
    context: ReadContext,
  ): Promise<readonly RpcAnswer[]> {
    const answers = await state.read(calls, point, async (rpcCalls) => {
      const [before, ...given] = await send([blockCall(point.height), ...rpcCalls], context);
      checkCanonical(before, point);
      return given;
    });
    const [after] = await send([blockCall(point.height)], context);
    checkCanonical(after, point);
    return answers;
  }

  function checkChain(point: ChainPoint): void {
    if (point.chain === chain) return;
    throw supplyRequestInvalid(`names a block of ${point.chain}, not of ${chain}`);
  }

  function pointOf({ height, hash, time }: BlockHeader): ChainPoint {
    return { chain, height, hash, time };
  }

  return {
    source,
    chain,
    finality: describeFinality(finality),

    async findPoint(pairing, context = {}) {
      const final = pointOf(await readFinal(context));
      const readPoints = async (heights: readonly number[]) =>
        (await readHeaders(heights, context)).map((header) => header && pointOf(header));
      return findPairedPoint(pairing, final, source, readPoints, context);
    },

    async readPoint(height, context = {}) {
      if (!Number.isSafeInteger(height) || height < 0) {
        throw supplyRequestInvalid(`asks for the block at height ${height}`);
      }
      const [header] = await readHeaders([height], context);
      if (!header) throw blockUnavailable(source, `has no block ${height}`, { height });
      return pointOf(header);
    },

    async readSupplies({ point, tokens }, context = {}) {
      checkChain(point);
      const report = (done: number) =>
        context.onProgress?.({ source, phase: 'supply', done, total: tokens.length });
      report(0);
      const contracts = tokens.filter((token) => !isOwnUnit(token, point));
      const calls = contracts.flatMap((token) => callsForToken(token, point));
      const answers = await readState(point, calls, context);
      const known = new Map(
        contracts.map((token, index) => {
          const mine = answers.slice(index * callsPerToken, (index + 1) * callsPerToken);
          return [token, readToken(token, point, mine, source)] as const;
        }),
      );
      const readings = tokens.map((one): TokenReading => {
        const { token } = one;
        const what = 'is the unit of its chain, whose supply no contract tells';
        return known.get(one) ?? { token, error: tokenSupplyUnknown(source, token, what) };
      });
      report(tokens.length);
      return { source, point, tokens: readings };
    },

    evidence: {
      proveSupplies: (request, context = {}) =>
        proveSupplies(request, source, (calls) => send(calls, context)),
    },

    claims: {
      readFeedClaims: (feeds, point, context = {}) =>
        readFeedClaims(feeds, point, source, (calls) => readState(point, calls, context)),
    },

    holdings: {
      readHoldings: async (holdings, point, context = {}) => {
        checkChain(point);
        return readHoldings(holdings, point, source, (calls) => readState(point, calls, context));
      },
    },

    close: () => rpc.close(),
  };
}

/** Whether a token is no contract but what the block's chain itself counts. */
function isOwnUnit({ token }: TokenToRead, point: ChainPoint): boolean {
  const { chain, standard } = tokenIdParts(token);
  return chain === point.chain && standard === 'slip44';
}
