import { AssayError } from '../../core/assayError.ts';
import { type ChainId, chainNamespace, chainReference, tokenIdParts } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../../core/source.ts';
import {
  sourceResponseInvalid,
  sourceRpcError,
  sourceWrongChain,
} from '../../core/sourceErrors.ts';
import type { AnswerBudget } from '../../http/answerBudget.ts';
import { parseAnswer } from '../../http/parseAnswer.ts';
import {
  blockReorganised,
  blockTimeDiffers,
  blockUnavailable,
  chainKindInvalid,
  sourceTipWentBack,
  stateMissing,
  supplyRequestInvalid,
} from '../errors.ts';
import { describeFinality } from '../finalityRule.ts';
import { findPairedPoint } from '../findPairedPoint.ts';
import { createJsonClient, type JsonAnswer, type JsonClientOptions } from '../jsonClient.ts';
import type { SupplySource, TokenReading, TokenToRead } from '../supplySource.ts';
import {
  BlockAnswer,
  GrpcFault,
  grpcNotFound,
  lowestHeight,
  MetadataAnswer,
  SupplyAnswer,
  saysOutOfReach,
} from './cosmosAnswers.ts';
import { checkDenom, denomOf } from './denomToken.ts';
import { readCosmosHoldings } from './readCosmosHoldings.ts';

export interface CosmosSourceOptions {
  /** The REST API of a node (LCD, port 1317), with its keys. */
  readonly url: string;
  /** How the server is named in observations and errors. */
  readonly source: SourceRef;
  /** `cosmos:` and the chain's own id, such as `cosmos:osmosis-1`. */
  readonly chain: ChainId;
  /** For one HTTP request; 20 seconds unless told. */
  readonly timeoutMs?: number;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  /** How many blocks below the newest one the last final one is taken; 2 unless told. */
  readonly depth?: number;
  /** Waits before a second try; for tests. */
  readonly wait?: JsonClientOptions['wait'];
}

/** The header that names the height to read at, and in answers the height that was read at. */
const heightHeader = 'x-cosmos-block-height';

/** Block answers carry all transactions, and those twice. */
const maxResponseBytes = 16 * 1024 * 1024;

/**
 * A `SupplySource` over the REST API of one Cosmos SDK node: the bank module's supply of a denomination
 * at a height, and what accounts have of it. Blocks are final once they exist; the last final one is
 * taken a little below the newest, since of the nodes behind one address some are behind others. Every
 * answer about state must say that it is of that height: a proxy that drops the header would give the
 * newest state, and a cache that of another height.
 *
 * @throws AssayError SOURCE_URL_INVALID, CHAIN_ID_INVALID
 */
export function createCosmosSource(options: CosmosSourceOptions): SupplySource {
  const { url, source, chain, timeoutMs = 20_000, depth = 2, wait } = options;
  if (chainNamespace(chain) !== 'cosmos') {
    throw chainKindInvalid(chain, 'Cosmos');
  }
  const client = createJsonClient({
    url,
    source,
    timeoutMs,
    maxBytes: maxResponseBytes,
    budget: options.budget,
    isAnswer: saysOutOfReach,
    wait,
  });
  let newestHeight = 0;

  /** Null where the server has no such block, or no longer. */
  async function readBlock(
    height: number | 'latest',
    context: ReadContext,
  ): Promise<ChainPoint | null> {
    // No chain begins below block 1, and nodes refuse to be asked for it.
    if (height === 0) return null;
    const what = height === 'latest' ? 'the newest block' : `block ${height}`;
    const path = `/cosmos/base/tendermint/v1beta1/blocks/${height}`;
    const answer = await client.ask({ what, path }, context.signal);
    if (height !== 'latest' && saysOutOfReach(answer.value)) return null;
    if (answer.status >= 400) throw refused(answer, what);
    const block = parseAnswer(BlockAnswer, answer.value, source, what);
    if (block.chain_id !== chainReference(chain)) {
      const known = /^[-_a-zA-Z0-9]{1,32}$/.test(block.chain_id);
      throw sourceWrongChain(source, chain, known ? `cosmos:${block.chain_id}` : 'another chain');
    }
    if (height !== 'latest' && block.height !== height) {
      throw sourceResponseInvalid(source, `gave block ${block.height} for block ${height}`);
    }
    return { chain, height: block.height, hash: block.hash, time: block.time };
  }

  async function readFinal(context: ReadContext): Promise<ChainPoint> {
    // Taken before asking: of two answers under way the older one may come last.
    const seenHeight = newestHeight;
    const newest = await readBlock('latest', context);
    if (!newest) throw blockUnavailable(source, 'has no block', {});
    const { height } = newest;
    const wentBack = height < seenHeight - depth;
    // Said once: what was too high may have been the mistake.
    newestHeight = wentBack ? height : Math.max(newestHeight, height);
    if (wentBack) throw sourceTipWentBack(source, seenHeight, height);
    return depth === 0 ? newest : pointAt(Math.max(1, height - depth), context);
  }

  async function pointAt(height: number, context: ReadContext): Promise<ChainPoint> {
    const point = await readBlock(height, context);
    if (!point) throw blockUnavailable(source, `has no block ${height}`, { height });
    return point;
  }

  /** Whether the block is one of the chain's. */
  async function checkPoint(point: ChainPoint, context: ReadContext): Promise<void> {
    const block = await pointAt(point.height, context);
    if (block.hash !== point.hash) throw blockReorganised(source, point);
    if (block.time !== point.time) throw blockTimeDiffers(source, point);
  }

  /** The bank's answer about a denomination in the state after the block. */
  async function askBank(
    query: string,
    denom: string,
    point: ChainPoint,
    context: ReadContext,
    what = `bank/${query}`,
  ): Promise<JsonAnswer> {
    const path = `/cosmos/bank/v1beta1/${query}?denom=${encodeURIComponent(denom)}`;
    const headers = { [heightHeader]: `${point.height}` };
    const answer = await client.ask({ what, path, headers }, context.signal);
    if (saysOutOfReach(answer.value)) {
      const lowest = lowestHeight(answer.value);
      const why = lowest === undefined ? 'dropped, or not reached' : `the lowest is ${lowest}`;
      throw stateMissing(source, point, why);
    }
    if (answer.status < 400) checkHeight(answer, point, what);
    return answer;
  }

  function checkHeight({ header }: JsonAnswer, point: ChainPoint, what: string): void {
    const found = header(heightHeader) ?? header(`grpc-metadata-${heightHeader}`);
    if (found === undefined) {
      throw sourceResponseInvalid(source, `does not say of which height its answer to ${what} is`);
    }
    if (found !== `${point.height}`) {
      throw sourceResponseInvalid(source, `answered ${what} of another height than was asked for`);
    }
  }

  async function readToken(
    toRead: TokenToRead,
    point: ChainPoint,
    context: ReadContext,
  ): Promise<TokenReading> {
    const { token } = toRead;
    if (tokenIdParts(token).chain !== chain) {
      throw supplyRequestInvalid(`names ${token}, which is not on ${chain}`);
    }
    try {
      const denom = denomOf(toRead);
      const [supply, metadata] = await Promise.all([
        askBank('supply/by_denom', denom, point, context),
        askBank('denoms_metadata_by_query_string', denom, point, context),
      ]);
      if (supply.status >= 400) throw refused(supply, 'bank/supply/by_denom');
      const { amount } = parseAnswer(SupplyAnswer, supply.value, source, 'bank/supply/by_denom');
      const known = parseMetadata(metadata);
      if (amount.denom !== denom || (known && known.base !== denom)) {
        throw sourceResponseInvalid(source, 'answered for another denomination');
      }
      checkDenom(toRead, amount.amount, known, source);
      return { token, amount: amount.amount };
    } catch (thrown) {
      if (thrown instanceof AssayError && thrown.code.startsWith('TOKEN_')) {
        return { token, error: thrown };
      }
      throw thrown;
    }
  }

  function parseMetadata(answer: JsonAnswer) {
    const what = 'bank/denoms_metadata_by_query_string';
    if (answer.status === 404 && GrpcFault.safeParse(answer.value).data?.code === grpcNotFound) {
      return undefined;
    }
    if (answer.status >= 400) throw refused(answer, what);
    return parseAnswer(MetadataAnswer, answer.value, source, what).metadata;
  }

  function refused({ status, value }: JsonAnswer, what: string): AssayError {
    const code = GrpcFault.safeParse(value).data?.code;
    return code === undefined
      ? sourceResponseInvalid(source, `answered ${what} with HTTP ${status}`)
      : sourceRpcError(source, what, code);
  }

  return {
    source,
    chain,
    finality: describeFinality({ kind: 'depth', blocks: depth }),

    async findPoint(pairing, context = {}) {
      const final = await readFinal(context);
      const readPoints = (heights: readonly number[]) =>
        Promise.all(heights.map((height) => readBlock(height, context)));
      return findPairedPoint(pairing, final, source, readPoints, context);
    },

    async readPoint(height, context = {}) {
      if (!Number.isSafeInteger(height) || height < 0) {
        throw supplyRequestInvalid(`asks for the block at height ${height}`);
      }
      return pointAt(height, context);
    },

    async readSupplies({ point, tokens }, context = {}) {
      if (point.chain !== chain) {
        throw supplyRequestInvalid(`names a block of ${point.chain}, not of ${chain}`);
      }
      const total = tokens.length;
      context.onProgress?.({ source, phase: 'supply', done: 0, total });
      await checkPoint(point, context);
      const readings = await Promise.all(tokens.map((token) => readToken(token, point, context)));
      context.onProgress?.({ source, phase: 'supply', done: total, total });
      return { source, point, tokens: readings };
    },

    holdings: {
      async readHoldings(holdings, point, context = {}) {
        if (point.chain !== chain) {
          throw supplyRequestInvalid(`names a block of ${point.chain}, not of ${chain}`);
        }
        await checkPoint(point, context);
        return readCosmosHoldings(holdings, {
          source,
          chain,
          ask: (query, denom, what) => askBank(query, denom, point, context, what),
          refused,
        });
      },
    },

    close: () => client.close(),
  };
}
