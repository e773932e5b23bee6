import { AssayError } from '../core/assayError.ts';
import { type ChainId, chainNamespace, chainReference } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import { sourceResponseInvalid, sourceRpcError, sourceWrongChain } from '../core/sourceErrors.ts';
import { type BlockHeader, parseBlockHeader } from './blockHeader.ts';
import {
  blockReorganised,
  blockTimeDiffers,
  blockUnavailable,
  finalityUnknown,
  rpcChainInvalid,
  sourceTipWentBack,
  supplyRequestInvalid,
} from './errors.ts';
import { createEvmRpc, type EvmRpcOptions, type RpcCall } from './evmRpc.ts';
import { findAlignedBlock, maxAlignedRounds } from './findAlignedBlock.ts';
import { HexQuantity } from './hexQuantity.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import { proveSupplies } from './proveSupplies.ts';
import { readFeedClaims } from './readFeedClaims.ts';
import { readHoldings } from './readHoldings.ts';
import { callsForToken, callsPerToken, readToken } from './readToken.ts';
import { classifyRpcFault } from './rpcFault.ts';
import type { SupplySource } from './supplySource.ts';

export interface EvmSourceOptions {
  /** HTTP(S) JSON-RPC, with its keys. */
  readonly url: string;
  /** How the server is named in observations and errors. */
  readonly source: SourceRef;
  readonly chain: ChainId;
  /** For one HTTP request; 20 seconds unless told. */
  readonly timeoutMs?: number;
  /** The block tag that the chain's nodes give to the last block that cannot be reorganised. */
  readonly finality?: 'finalized' | 'safe' | 'latest';
  /** Waits before a second try; for tests. */
  readonly wait?: EvmRpcOptions['wait'];
}

const chainIdCall: RpcCall = { method: 'eth_chainId', params: [] };

/**
 * A `SupplySource` over the JSON-RPC of one EVM node. It trusts the node for the content of blocks and
 * state, and nothing else: it checks the chain id once, that each block is the one that it asked for,
 * and that the block of a reading is in the best chain before and after. State is read by block hash
 * (EIP-1898).
 *
 * @throws AssayError SOURCE_URL_INVALID, CHAIN_ID_INVALID
 */
export function createEvmSource(options: EvmSourceOptions): SupplySource {
  const { url, source, chain, timeoutMs = 20_000, finality = 'finalized', wait } = options;
  if (chainNamespace(chain) !== 'eip155') throw rpcChainInvalid(chain);
  const rpc = createEvmRpc({ url, source, timeoutMs, ...(wait ? { wait } : {}) });
  let chainChecked = false;
  let finalHeight = 0;

  /** Sends calls, and with the first ones asks for the chain id: it must fit before any counts. */
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
    const [answer] = await send([blockCall(finality)], context);
    const fault = answer && 'fault' in answer ? answer.fault : undefined;
    const header =
      answer && 'result' in answer ? parseBlockHeader(answer.result, undefined, source) : null;
    if (!header) throw finalityUnknown(source, finality, fault?.code);
    finalHeight = header.height;
    if (header.height < seenHeight) throw sourceTipWentBack(source, seenHeight, header.height);
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
  async function sendAt(
    point: ChainPoint,
    calls: readonly RpcCall[],
    context: ReadContext,
  ): Promise<readonly RpcAnswer[]> {
    const [before, ...answers] = await send([blockCall(point.height), ...calls], context);
    checkCanonical(before, point);
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

    async findPoint(pairing, context = {}) {
      const final = await readFinal(context);
      if (pairing.kind === 'finalized') return pointOf(final);
      const total = maxAlignedRounds(final.height);
      let done = 0;
      const report = () => context.onProgress?.({ source, phase: 'headers', done, total });
      const block = await findAlignedBlock(pairing.time, final, async (heights) => {
        report();
        done += 1;
        return readHeaders(heights, context);
      }).catch((thrown) => {
        throw nameSource(thrown, source);
      });
      done = total;
      report();
      return pointOf(block);
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
      const calls = tokens.flatMap((token) => callsForToken(token, point));
      const answers = await sendAt(point, calls, context);
      const readings = tokens.map((token, index) => {
        const mine = answers.slice(index * callsPerToken, (index + 1) * callsPerToken);
        return readToken(token, point, mine, source);
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
        readFeedClaims(feeds, point, source, (calls) => sendAt(point, calls, context)),
    },

    holdings: {
      readHoldings: async (holdings, point, context = {}) => {
        checkChain(point);
        return readHoldings(holdings, point, source, (calls) => sendAt(point, calls, context));
      },
    },

    close: () => rpc.close(),
  };
}

function blockCall(block: number | string): RpcCall {
  const which = typeof block === 'number' ? `0x${block.toString(16)}` : block;
  return { method: 'eth_getBlockByNumber', params: [which, false] };
}

/** The search knows no source: its errors get the name here. */
function nameSource(thrown: unknown, source: SourceRef): unknown {
  if (!(thrown instanceof AssayError) || 'source' in thrown.facts) return thrown;
  return new AssayError(thrown.code, {
    message: `${source.id}: ${thrown.message}`,
    facts: { source: source.id, ...thrown.facts },
    fix: thrown.fix,
  });
}
