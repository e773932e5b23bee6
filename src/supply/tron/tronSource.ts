import { AssayError } from '../../core/assayError.ts';
import { type ChainId, chainNamespace, chainReference, tokenIdParts } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid, sourceWrongChain } from '../../core/sourceErrors.ts';
import { UnixTime } from '../../core/unixTime.ts';
import type { AnswerBudget } from '../../http/answerBudget.ts';
import {
  blockReorganised,
  chainKindInvalid,
  sourceTipWentBack,
  supplyRequestInvalid,
} from '../errors.ts';
import type { LatestSupplySource } from '../latestSupplySource.ts';
import { createPatientPoster, type PatientPosterOptions } from '../patientPoster.ts';
import type { TokenReading, TokenToRead } from '../supplySource.ts';
import { callHoldings, readTronHolding } from './readTronHoldings.ts';
import { readTronToken, type TronFunction } from './readTronToken.ts';
import { checkTronAddress, encodeTronAddress } from './tronAddress.ts';
import { parseTronBlock, parseTronReturn, type TronBlock, type TronReturn } from './tronAnswers.ts';

export interface TronSourceOptions {
  /** HTTP(S) base of java-tron's API, with its keys: what comes before `/walletsolidity/…`. */
  readonly url: string;
  /** How the server is named in observations and errors. */
  readonly source: SourceRef;
  /** `tron:0x…`, the last four bytes of the genesis block's id. */
  readonly chain: ChainId;
  /** For one HTTP request; 20 seconds unless told. */
  readonly timeoutMs?: number;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  /** Waits before a second try; for tests. */
  readonly wait?: PatientPosterOptions['wait'];
}

/** `getnowblock` shows a block with its transactions, of at most 2 MB before they are written as JSON. */
const maxResponseBytes = 16 * 1024 * 1024;

/** The account that calls, as for all who only read: twenty zero bytes. */
const caller = encodeTronAddress(new Uint8Array(20));

/** The last second that `UnixTime` takes. */
const latestTime = 253_402_300_799;

/**
 * A `LatestSupplySource` over java-tron's HTTP API. It asks `/walletsolidity/` alone, which knows only
 * blocks that cannot be reorganised, and executes calls on the state of the last of them: `from` and
 * `to` are what it named as that block before and after the calls. The `height` of a point is the
 * block's number, its `hash` the block id in hex, its `time` in whole seconds.
 *
 * The genesis block's id must be the chain's before any figure counts. A node without history (a "lite
 * fullnode") does not show that block, and is refused with SOURCE_RESPONSE_INVALID.
 *
 * @throws AssayError SOURCE_URL_INVALID, CHAIN_ID_INVALID
 */
export function createTronSource(options: TronSourceOptions): LatestSupplySource {
  const { url, source, chain, timeoutMs = 20_000, wait } = options;
  const chainHex = readChain(chain);
  const poster = createPatientPoster({
    url,
    source,
    timeoutMs,
    maxBytes: maxResponseBytes,
    budget: options.budget,
    wait,
  });
  let chainChecked = false;
  let seenHeight = 0;

  function ask<T>(
    method: string,
    body: object,
    parse: (raw: unknown) => T,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    return poster.post(
      { path: `/walletsolidity/${method}`, body, what: method },
      ({ status, value }) => {
        if (status >= 400) {
          throw sourceResponseInvalid(source, `answered ${method} with HTTP ${status}`);
        }
        return parse(value);
      },
      signal,
    );
  }

  function askBlock(method: string, body: object, signal: AbortSignal | undefined) {
    return ask(method, body, (raw) => parseTronBlock(raw, method, source), signal);
  }

  async function checkChain(signal: AbortSignal | undefined): Promise<void> {
    if (chainChecked) return;
    const genesis = await askBlock('getblockbynum', { num: 0 }, signal);
    if (genesis.number !== 0) {
      throw sourceResponseInvalid(source, 'answered another block than the genesis block');
    }
    const found = genesis.id.slice(-8);
    if (found !== chainHex) throw sourceWrongChain(source, chain, `tron:0x${found}`);
    chainChecked = true;
  }

  /** @param seen no lower block may come now */
  async function readSolid(seen: number, signal: AbortSignal | undefined): Promise<ChainPoint> {
    const block = await askBlock('getnowblock', {}, signal);
    seenHeight = block.number;
    if (block.number < seen) throw sourceTipWentBack(source, seen, block.number);
    return pointOf(block);
  }

  function pointOf({ id, number, timestamp }: TronBlock): ChainPoint {
    const seconds = Math.floor(timestamp / 1000);
    if (seconds > latestTime) throw sourceResponseInvalid(source, 'gave a block no real time');
    return { chain, height: number, hash: id, time: UnixTime(seconds) };
  }

  function callContract(
    contract: string,
    selector: string,
    parameter: string,
    signal: AbortSignal | undefined,
  ): Promise<TronReturn> {
    const body = {
      owner_address: caller,
      contract_address: contract,
      function_selector: selector,
      parameter,
      visible: true,
    };
    return ask('triggerconstantcontract', body, (raw) => parseTronReturn(raw, source), signal);
  }

  async function callToken(
    address: string,
    signal: AbortSignal | undefined,
  ): Promise<Readonly<Record<TronFunction, TronReturn>>> {
    const call = (name: TronFunction) => callContract(address, `${name}()`, '', signal);
    const [totalSupply, decimals, symbol] = await Promise.all([
      call('totalSupply'),
      call('decimals'),
      call('symbol'),
    ]);
    return { totalSupply, decimals, symbol };
  }

  /** What `read` finds out, with the solid blocks before and after. */
  async function readBetween<T>(signal: AbortSignal | undefined, read: () => Promise<T>) {
    const [from] = await Promise.all([readSolid(seenHeight, signal), checkChain(signal)]);
    const answers = await read();
    const to = await readSolid(from.height, signal);
    if (to.height === from.height && to.hash !== from.hash) throw blockReorganised(source, from);
    return { from, to, answers };
  }

  return {
    reach: 'latest',
    source,
    chain,
    finality: 'solidified',

    async readLatest(tokens, context: ReadContext = {}) {
      const { signal } = context;
      const report = (done: number) =>
        context.onProgress?.({ source, phase: 'supply', done, total: tokens.length });
      const addresses = tokens.map((token) => addressOf(token, chain));
      report(0);
      let done = 0;
      const { from, to, answers } = await readBetween(signal, () =>
        Promise.all(
          addresses.map(async (address) => {
            const isRefused = address instanceof AssayError;
            const returned = isRefused ? address : await callToken(address, signal);
            done += 1;
            report(done);
            return returned;
          }),
        ),
      );
      const readings = tokens.map((token, index): TokenReading => {
        const returned = answers[index];
        if (!returned) throw supplyRequestInvalid(`has no answers for ${token.token}`);
        if (returned instanceof AssayError) return { token: token.token, error: returned };
        return readTronToken(token, returned, to, source);
      });
      return { source, from, to, tokens: readings };
    },

    holdings: {
      async readLatestHoldings(holdings, { signal } = {}) {
        const { from, to, answers } = await readBetween(signal, () =>
          callHoldings(holdings, { source, chain }, (contract, selector, parameter) =>
            callContract(contract, selector, parameter, signal),
          ),
        );
        return { from, to, holdings: answers.map((one) => readTronHolding(one, to, source)) };
      },
    },

    close: () => poster.close(),
  };
}

/** The eight hex digits of a chain that is written either way: `0x2b6653dc` or `728126428`. */
function readChain(chain: ChainId): string {
  const reference = chainReference(chain);
  const hex = /^0x[0-9a-f]{8}$/.test(reference)
    ? reference.slice(2)
    : Number(reference).toString(16).padStart(8, '0');
  const isNumber = /^(?:0x[0-9a-f]{8}|[1-9]\d{0,9})$/.test(reference);
  if (chainNamespace(chain) !== 'tron' || !isNumber || hex.length !== 8) {
    throw chainKindInvalid(chain, 'Tron');
  }
  return hex;
}

/** The address; or what is wrong with it, which concerns this token alone. */
function addressOf({ token }: TokenToRead, chain: ChainId): string | AssayError {
  const parts = tokenIdParts(token);
  if (parts.chain !== chain || parts.standard !== 'trc20') {
    throw supplyRequestInvalid(`names ${token}, which is no TRC-20 token of ${chain}`);
  }
  try {
    checkTronAddress(token, parts.reference);
    return parts.reference;
  } catch (thrown) {
    if (thrown instanceof AssayError) return thrown;
    throw thrown;
  }
}
