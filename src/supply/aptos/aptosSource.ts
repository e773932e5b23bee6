import type { AssayError } from '../../core/assayError.ts';
import { type ChainId, chainNamespace, chainReference, tokenIdParts } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid, sourceWrongChain } from '../../core/sourceErrors.ts';
import type { AnswerBudget } from '../../http/answerBudget.ts';
import { parseAnswer } from '../../http/parseAnswer.ts';
import {
  blockReorganised,
  blockTimeDiffers,
  blockUnavailable,
  chainKindInvalid,
  sourceTipWentBack,
  supplyRequestInvalid,
} from '../errors.ts';
import { describeFinality } from '../finalityRule.ts';
import { findPairedPoint } from '../findPairedPoint.ts';
import {
  createJsonClient,
  type JsonAnswer,
  type JsonClientOptions,
  type JsonRequest,
} from '../jsonClient.ts';
import type { SupplySource, TokenReading, TokenToRead } from '../supplySource.ts';
import { AptosBlock, AptosFault, LedgerInfo } from './aptosAnswers.ts';
import { type CallView, guardViews } from './guardViews.ts';
import { readAptosHolding } from './readAptosHolding.ts';
import { type AptosState, readAptosToken } from './readAptosToken.ts';

export interface AptosSourceOptions {
  /** The node API, with its keys, with or without the closing `/v1`. */
  readonly url: string;
  /** How the server is named in observations and errors. */
  readonly source: SourceRef;
  /** `aptos:1`, or another chain id of Aptos. */
  readonly chain: ChainId;
  /** For one HTTP request; 20 seconds unless told. */
  readonly timeoutMs?: number;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  /** How many blocks below the newest one the last final one is taken; 30, about 3 s, unless told. */
  readonly depth?: number;
  /** Waits before a second try; for tests. */
  readonly wait?: JsonClientOptions['wait'];
}

const maxResponseBytes = 1024 * 1024;
const noBlock: ReadonlySet<string | undefined> = new Set(['block_not_found', 'version_not_found']);

/**
 * A `SupplySource` over the REST API of one Aptos node. Blocks are final once they exist; the last final
 * one is taken a little below the newest, since of the nodes behind one address some are behind others.
 * A supply is what the token's view functions say at the last ledger version of the block. It trusts the
 * node for the content of blocks and state, and nothing else: the chain id is checked on every answer
 * that carries it, each block is the one that was asked for, and one that does not heed the version is
 * refused (see `guardViews`).
 *
 * @throws AssayError SOURCE_URL_INVALID, CHAIN_ID_INVALID
 */
export function createAptosSource(options: AptosSourceOptions): SupplySource {
  const { source, chain, timeoutMs = 20_000, depth = 30, wait } = options;
  if (chainNamespace(chain) !== 'aptos' || !/^[1-9]\d{0,2}$/.test(chainReference(chain))) {
    throw chainKindInvalid(chain, 'Aptos');
  }
  const url = options.url.replace(/\/v1\/?(?=$|[?#])/, '');
  const client = createJsonClient({
    ...{ url, source, timeoutMs, wait },
    ...{ maxBytes: maxResponseBytes, budget: options.budget },
  });
  const callGuarded = guardViews(source);
  let chainChecked = false;
  let newestHeight = 0;

  async function ask(request: JsonRequest, context: ReadContext): Promise<JsonAnswer> {
    const answer = await client.ask(request, context.signal);
    const chainId = answer.header('x-aptos-chain-id');
    if (chainId !== undefined) checkChain(chainId);
    return answer;
  }

  function checkChain(id: string): void {
    if (!/^\d{1,3}$/.test(id)) throw sourceResponseInvalid(source, 'names a wrong chain id');
    if (id !== chainReference(chain)) throw sourceWrongChain(source, chain, `aptos:${id}`);
    chainChecked = true;
  }

  async function readLedger(context: ReadContext) {
    const what = 'the ledger info';
    const answer = await ask({ what, path: '/v1' }, context);
    if (answer.status >= 400) throw refused(answer, what);
    const ledger = parseAnswer(LedgerInfo, answer.value, source, what);
    checkChain(`${ledger.chain_id}`);
    return ledger;
  }

  /** Null where the server has no such block, or no longer. */
  async function readBlock(height: number, context: ReadContext): Promise<AptosBlock | null> {
    const what = `block ${height}`;
    const path = `/v1/blocks/by_height/${height}?with_transactions=false`;
    const answer = await ask({ what, path }, context);
    if (!chainChecked) await readLedger(context);
    if (answer.status === 410) return null;
    if (noBlock.has(AptosFault.safeParse(answer.value).data?.error_code)) return null;
    if (answer.status >= 400) throw refused(answer, what);
    const block = parseAnswer(AptosBlock, answer.value, source, what);
    if (block.block_height === height) return block;
    throw sourceResponseInvalid(source, `gave block ${block.block_height} for block ${height}`);
  }

  async function readFinal(context: ReadContext): Promise<ChainPoint> {
    // Taken before asking: of two answers under way the older one may come last.
    const seenHeight = newestHeight;
    const { block_height: height } = await readLedger(context);
    const wentBack = height < seenHeight - depth;
    // Said once: what was too high may have been the mistake.
    newestHeight = wentBack ? height : Math.max(newestHeight, height);
    if (wentBack) throw sourceTipWentBack(source, seenHeight, height);
    return pointAt(Math.max(0, height - depth), context);
  }

  async function pointAt(height: number, context: ReadContext): Promise<ChainPoint> {
    const block = await readBlock(height, context);
    if (!block) throw blockUnavailable(source, `has no block ${height}`, { height });
    return pointOf(block);
  }

  function pointOf(block: AptosBlock): ChainPoint {
    const { block_height: height, block_hash: hash, block_timestamp: time } = block;
    return { chain, height, hash, time };
  }

  /** The last ledger version of the block, whose state is the block's. */
  async function readVersion(point: ChainPoint, context: ReadContext): Promise<bigint> {
    const block = await readBlock(point.height, context);
    if (!block) {
      throw blockUnavailable(source, `has no block ${point.height}`, { height: point.height });
    }
    if (block.block_hash !== point.hash) throw blockReorganised(source, point);
    if (block.block_timestamp !== point.time) throw blockTimeDiffers(source, point);
    return block.last_version;
  }

  /** The state at the last ledger version of the block. */
  async function openState(point: ChainPoint, context: ReadContext): Promise<AptosState> {
    if (point.chain !== chain) {
      throw supplyRequestInvalid(`names a block of ${point.chain}, not of ${chain}`);
    }
    const version = await readVersion(point, context);
    const callAt: CallView = (view, at) => {
      const path = `/v1/view?ledger_version=${at}`;
      return ask({ what: view.function, path, body: view }, context);
    };
    return {
      source,
      point,
      version,
      view: (view) => callGuarded(view, callAt, version),
      readOldest: async () => (await readLedger(context)).oldest_ledger_version,
    };
  }

  function readToken(toRead: TokenToRead, state: AptosState): Promise<TokenReading> {
    if (tokenIdParts(toRead.token).chain !== chain) {
      throw supplyRequestInvalid(`names ${toRead.token}, which is not on ${chain}`);
    }
    return readAptosToken(toRead, state);
  }

  function refused(answer: JsonAnswer, what: string): AssayError {
    return sourceResponseInvalid(source, `answered ${what} with HTTP ${answer.status}`);
  }

  return {
    source,
    chain,
    finality: describeFinality({ kind: 'depth', blocks: depth }),

    async findPoint(pairing, context = {}) {
      const final = await readFinal(context);
      const readPoints = (heights: readonly number[]) =>
        Promise.all(
          heights.map(async (height) => {
            const block = await readBlock(height, context);
            return block && pointOf(block);
          }),
        );
      return findPairedPoint(pairing, final, source, readPoints, context);
    },

    async readPoint(height, context = {}) {
      if (!Number.isSafeInteger(height) || height < 0) {
        throw supplyRequestInvalid(`asks for the block at height ${height}`);
      }
      return pointAt(height, context);
    },

    async readSupplies({ point, tokens }, context = {}) {
      const total = tokens.length;
      context.onProgress?.({ source, phase: 'supply', done: 0, total });
      const state = await openState(point, context);
      const readings = await Promise.all(tokens.map((token) => readToken(token, state)));
      context.onProgress?.({ source, phase: 'supply', done: total, total });
      return { source, point, tokens: readings };
    },

    holdings: {
      async readHoldings(holdings, point, context = {}) {
        const state = await openState(point, context);
        return Promise.all(holdings.map((holding) => readAptosHolding(holding, holdings, state)));
      },
    },

    close: () => client.close(),
  };
}
