import pLimit from 'p-limit';
import { AssayError } from '../core/assayError.ts';
import { type BitcoinNetwork, findBitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { type ChainPoint, samePoint } from '../core/chainPoint.ts';
import type { ErrorCode } from '../core/errorCodes.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import { readingCancelled, sourceResponseInvalid, sourceWrongChain } from '../core/sourceErrors.ts';
import type { AnswerBudget } from '../http/answerBudget.ts';
import { type Clock, systemClock, waitFor } from '../http/clock.ts';
import { createPoliteGetter, type PoliteGetter } from '../http/politeGetter.ts';
import type { SourceAuth } from '../http/sourceAuth.ts';
import type { BitcoinSource, ReservesRequest } from './bitcoinSource.ts';
import { type BlockLedger, createBlockLedger } from './blockLedger.ts';
import { checkNetwork } from './checkNetwork.ts';
import {
  blockReorganised,
  heightAboveTip,
  reservesRequestInvalid,
  scriptWithoutAddress,
  stateMoved,
  tipLowered,
} from './errors.ts';
import { createEsploraInclusion } from './esploraInclusion.ts';
import { createMempoolClient, type MempoolClient, type ScriptPlace } from './mempoolClient.ts';
import { PartialReadingError, type UnreadScript } from './partialReadingError.ts';
import { readAddressState } from './readAddressState.ts';
import { createReadingRoom } from './readingRoom.ts';
import { readPagedHeaders } from './readPagedHeaders.ts';
import { refuseShared } from './refuseShared.ts';
import { esploraScriptHash } from './scriptHash.ts';
import { describeState, type ScriptState, summariseStates } from './summariseStates.ts';

/** Where the server is, and how hard it may be asked. */
export interface MempoolSourceOptions {
  /**
   * The API, such as `https://blockstream.info/api`, or what stands before `/api`, such as
   * `https://mempool.space` or `https://mempool.space/signet`. Without credentials, query, fragment
   * and closing slash.
   */
  readonly baseUrl: string;
  /**
   * `mempool` (default): the API may be below `/api`, and scripts are found by their address.
   * `esplora`: `baseUrl` is the API, and scripts without an address are found by their hash.
   */
  readonly api?: 'mempool' | 'esplora';
  readonly source: SourceRef;
  readonly auth?: SourceAuth;
  /** The network that the server must be on. */
  readonly network: BitcoinNetwork;
  /** Requests at a time; by default 4 for a public server and 16 for one's own. */
  readonly concurrency?: number;
  /** For one request, in milliseconds. Default 20,000. */
  readonly timeoutMs?: number;
  /** Larger answers are refused. Default 32 MiB: 25 transactions of the largest size take 25 MiB. */
  readonly maxAnswerBytes?: number;
  /** How often one request is sent, at most. Default 5. */
  readonly attempts?: number;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  readonly clock?: Clock;
}

const publicHosts = /(?:^|\.)(?:mempool\.space|blockstream\.info)$/;
/** How often a tip is read again whose block the server does not know: several servers, one URL. */
const tipAttempts = 3;
const tipWaitMs = 1_000;

/**
 * An Esplora server (blockstream.info, electrs) or a mempool server (mempool.space) as a source of
 * reserves. Each address is undone to H on its own (see `readAddressState`), so that blocks may
 * arrive, and coins may move between the addresses, while they are read.
 *
 * Trusted: the server, for the history of each address. Checked: form and agreement of its answers,
 * that the blocks they name are of one chain, that H and the tip are in it before and after, and the
 * time of H against its hash. Not noticed: one of several servers behind a URL that is so far behind
 * that it lacks blocks below H.
 *
 * @throws AssayError SOURCE_WRONG_CHAIN for a network that assay does not know
 */
export function createMempoolSource(options: MempoolSourceOptions): BitcoinSource {
  const { source, network, clock = systemClock } = options;
  if (findBitcoinNetwork(network.chain)?.name !== network.name) {
    throw sourceWrongChain(source, 'a network that assay knows', network.name);
  }
  const { baseUrl } = options;
  const isPublic = publicHosts.test(new URL(baseUrl).hostname);
  const concurrency = options.concurrency ?? (isPublic ? 4 : 16);
  const getter = createPoliteGetter({
    baseUrl,
    source,
    auth: options.auth ?? { kind: 'none' },
    concurrency,
    timeoutMs: options.timeoutMs ?? 20_000,
    maxBytes: options.maxAnswerBytes ?? 32 * 1024 * 1024,
    attempts: options.attempts ?? 5,
    budget: options.budget,
    clock,
  });
  /** The server's API, once it was found and is that of the right network. */
  let api: PoliteGetter | undefined;
  let seenTip: ChainPoint | undefined;

  async function openClient(signal: AbortSignal | undefined): Promise<MempoolClient> {
    api ??= await findApi(signal);
    return createMempoolClient(api, source, signal);
  }

  /** mempool servers have their API below /api; an electrs without a web server in front has not. */
  async function findApi(signal: AbortSignal | undefined): Promise<PoliteGetter> {
    const isApi = options.api === 'esplora' || baseUrl.endsWith('/api');
    for (const prefix of isApi ? [''] : ['/api', '']) {
      const below: PoliteGetter = {
        ...getter,
        get: (path, cancel) => getter.get(`${prefix}${path}`, cancel),
      };
      const client = createMempoolClient(below, source, signal);
      const genesis = await client.readBlockHash(0);
      if (genesis === null) continue;
      await checkNetwork(network, source, async ([, ...later]) => {
        const rest = await Promise.all(later.map((height) => client.readBlockHash(height)));
        return [genesis, ...rest.map((hash) => hash ?? undefined)];
      });
      return below;
    }
    throw sourceResponseInvalid(source, 'answered that there is no block 0');
  }

  async function readTip(client: MempoolClient, signal?: AbortSignal): Promise<ChainPoint> {
    // As of now: a reading that runs at the same time may see a newer block before this one ends.
    const before = seenTip;
    const tip = await readNewestBlock(client, signal);
    if (before && tip.height < before.height) {
      // Forgotten when it is reported: after a reorganisation the next reading starts afresh.
      seenTip = tip;
      throw tipLowered(source, before.height, tip.height);
    }
    if (!seenTip || tip.height >= seenTip.height) seenTip = tip;
    return tip;
  }

  async function readNewestBlock(client: MempoolClient, signal?: AbortSignal): Promise<ChainPoint> {
    for (let attempt = 1; attempt <= tipAttempts; attempt++) {
      if (attempt > 1) await waitFor(tipWaitMs, clock, source, signal);
      const hash = await client.readTipHash();
      if (hash === seenTip?.hash) return seenTip;
      const tip = await client.readBlock(hash, network.chain);
      if (tip) return tip;
    }
    throw stateMoved(source, 'names a tip that it does not know');
  }

  async function checkInBestChain(client: MempoolClient, point: ChainPoint): Promise<void> {
    checkHash(point, await client.readBlockHash(point.height));
  }

  function checkHash(point: ChainPoint, hash: string | null): void {
    if (hash === null) throw tipLowered(source, point.height, point.height - 1);
    if (hash !== point.hash) throw blockReorganised(source, point);
  }

  function locate(address: string | null, script: string): ScriptPlace {
    if (address !== null) return { address };
    if (options.api !== 'esplora') throw scriptWithoutAddress(source, script);
    return { scriptHash: esploraScriptHash(script) };
  }

  /**
   * All addresses, `concurrency` at a time. One whose answers are larger than is accepted stays unread by
   * itself; any other failure ends the others.
   */
  async function readAddresses(
    { point, scripts }: ReservesRequest,
    ledger: BlockLedger,
    context: ReadContext,
  ): Promise<(ScriptState | UnreadScript)[]> {
    const failed = new AbortController();
    const signal = context.signal
      ? AbortSignal.any([context.signal, failed.signal])
      : failed.signal;
    const reading = {
      client: await openClient(signal),
      source,
      height: point.height,
      ledger,
      room: createReadingRoom(source),
      clock,
      signal,
    };
    const located = scripts.map(({ address, script }) => ({
      script,
      place: locate(address, script),
    }));
    const total = scripts.length;
    let done = 0;
    try {
      return await pLimit(concurrency).map(located, async (one) => {
        if (signal.aborted) throw readingCancelled(source, signal);
        const state = await readAddressState(one, reading).catch(keepTooLarge);
        done++;
        context.onProgress?.({ source, phase: 'addresses', done, total });
        return state instanceof AssayError
          ? { script: one.script, error: state }
          : { ...state, script: one.script };
      });
    } catch (error) {
      failed.abort(error);
      throw context.signal?.aborted ? readingCancelled(source, context.signal) : error;
    }
  }

  return {
    source,

    async readTip({ signal } = {}) {
      return readTip(await openClient(signal), signal);
    },

    async readPoint(height, { signal } = {}) {
      const client = await openClient(signal);
      const tip = await readTip(client, signal);
      if (height > tip.height) throw heightAboveTip(source, height, tip.height);
      const hash = await client.readBlockHash(height);
      if (hash === null) throw tipLowered(source, tip.height, height - 1);
      const point = await client.readBlock(hash, network.chain);
      if (point === null) throw blockReorganised(source, { height, hash });
      if (point.height !== height) {
        throw sourceResponseInvalid(source, `names two heights for block ${hash}`);
      }
      return point;
    },

    async readHeaders(from, count, { signal } = {}) {
      return readPagedHeaders(await openClient(signal), from, count, source);
    },

    async readReserves(request, context = {}) {
      checkRequest(request, network);
      const { signal } = context;
      const { point } = request;
      const client = await openClient(signal);
      const [tip, hash] = await Promise.all([
        readTip(client, signal),
        client.readBlockHash(point.height),
      ]);
      if (point.height > tip.height) throw heightAboveTip(source, point.height, tip.height);
      checkHash(point, hash);

      const ledger = createBlockLedger(source, point, tip);
      const answers = await readAddresses(request, ledger, context).catch(
        async (error: unknown) => {
          // What moved may be H itself: that says more.
          if (hasCode(error, 'BITCOIN_STATE_MOVED')) await checkInBestChain(client, point);
          if (hasCode(error, 'AMOUNT_OUT_OF_RANGE')) {
            throw sourceResponseInvalid(source, 'gives an address more coins than there are');
          }
          throw error;
        },
      );

      const [stillThere, last] = await Promise.allSettled([
        checkInBestChain(client, point),
        readTip(client, signal),
      ]);
      if (stillThere.status === 'rejected') throw stillThere.reason;
      if (last.status === 'rejected') throw last.reason;
      ledger.checkBelow(last.value);
      const moved = !samePoint(last.value, tip);
      if (moved && (await client.readBlockHash(tip.height)) !== tip.hash) {
        throw stateMoved(source, `replaced its block ${tip.height} during the reading`);
      }
      const states = refuseShared(answers, source);
      const read = states.flatMap((state) => ('error' in state ? [] : [state]));
      if (read.length === states.length) return summariseStates(source, point, tip, read);
      const [first] = states;
      if (read.length === 0 && first && 'error' in first) throw first.error;
      const scripts = states.map((state) => ('error' in state ? state : describeState(state)));
      throw new PartialReadingError({ source, point, tip, scripts });
    },

    inclusion: createEsploraInclusion(openClient, source),

    close: () => getter.close(),
  };
}

function checkRequest({ point, scripts }: ReservesRequest, network: BitcoinNetwork): void {
  if (point.chain !== network.chain) throw reservesRequestInvalid('names a block of another chain');
  if (new Set(scripts.map(({ script }) => script)).size < scripts.length) {
    throw reservesRequestInvalid('names a script twice');
  }
}

/** An answer that is too large concerns its address alone. */
function keepTooLarge(error: unknown): AssayError {
  if (error instanceof AssayError && error.code === 'SOURCE_RESPONSE_TOO_LARGE') return error;
  throw error;
}

function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof AssayError && error.code === code;
}
