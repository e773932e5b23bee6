import pLimit from 'p-limit';
import { AssayError } from '../core/assayError.ts';
import { type BitcoinNetwork, findBitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { type ChainPoint, samePoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import { readingCancelled, sourceResponseInvalid, sourceWrongChain } from '../core/sourceErrors.ts';
import type { AnswerBudget } from '../http/answerBudget.ts';
import { type Clock, systemClock } from '../http/clock.ts';
import type { BitcoinSource, ReservesRequest } from './bitcoinSource.ts';
import { headerBytes } from './blockHeader.ts';
import { checkBelowTip } from './checkBelowTip.ts';
import { createElectrumCalls, type ElectrumCalls } from './electrumCalls.ts';
import type { ElectrumAddress } from './electrumConnection.ts';
import { createElectrumInclusion } from './electrumInclusion.ts';
import { createElectrumRpc, type ElectrumLimits } from './electrumRpc.ts';
import {
  bitcoinUrlInvalid,
  blockReorganised,
  heightAboveTip,
  reservesRequestInvalid,
  stateMoved,
  tipLowered,
} from './errors.ts';
import { greetElectrum } from './greetElectrum.ts';
import type { BitcoinSourceUrl } from './parseBitcoinSourceUrl.ts';
import { PartialReadingError, type UnreadScript } from './partialReadingError.ts';
import { createReadingRoom } from './readingRoom.ts';
import { readScriptStates } from './readScriptStates.ts';
import { refuseShared } from './refuseShared.ts';
import { describeState, type ScriptState, summariseStates } from './summariseStates.ts';

export interface ElectrumSourceOptions {
  /** From `parseBitcoinSourceUrl`, of kind `electrum`. */
  readonly url: BitcoinSourceUrl;
  /** The network that the server must be on. */
  readonly network: BitcoinNetwork;
  readonly limits?: Partial<ElectrumLimits>;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  readonly clock?: Clock;
}

/**
 * What holds unless told otherwise. Servers cap the size of an answer at a few megabytes and the work
 * that one client may ask for: 100 scripts at a time stay below.
 */
export const electrumLimits: ElectrumLimits = {
  timeoutMs: 30_000,
  maxLineBytes: 16 * 1024 * 1024,
  batchSize: 100,
  concurrency: 4,
  attempts: 4,
};

/** The protocol's own limit: servers send no more headers at once. */
const mostHeaders = 2016;

/** The ports that servers listen on unless their URL says otherwise. */
const defaultPorts: Readonly<Record<string, number>> = { 'tcp:': 50_001, 'tls:': 50_002 };

/**
 * An Electrum server (ElectrumX, electrs, Fulcrum; protocol 1.4 to 1.6) as a source of reserves. Each
 * script is undone to H on its own (see `readScriptStates`), so that blocks may arrive, and coins may
 * move between the scripts, while they are read.
 *
 * Trusted: the server, for the history of each script and its list of unspent outputs. Checked: form
 * and agreement of its answers, that transactions and headers hash to what was asked for, that H and
 * the tip are in its chain before and after.
 *
 * @throws AssayError SOURCE_WRONG_CHAIN for a network that assay does not know
 */
export function createElectrumSource(options: ElectrumSourceOptions): BitcoinSource {
  const { url, network, clock = systemClock } = options;
  const { source } = url;
  if (findBitcoinNetwork(network.chain)?.name !== network.name) {
    throw sourceWrongChain(source, 'a network that assay knows', network.name);
  }
  const limits = { ...electrumLimits, ...options.limits };
  const rpc = createElectrumRpc({
    address: readAddress(url),
    source,
    limits,
    clock,
    budget: options.budget,
    greet: (connection) => greetElectrum(connection, network, source),
  });
  let seenTip: ChainPoint | undefined;

  async function readTip(calls: ElectrumCalls): Promise<ChainPoint> {
    // As of now: a reading that runs at the same time may see a newer block before this one ends.
    const before = seenTip;
    const { height, hash, time } = await calls.readTip();
    const tip = { chain: network.chain, height, hash, time };
    if (before && tip.height < before.height) {
      // Forgotten when it is reported: after a reorganisation the next reading starts afresh.
      seenTip = tip;
      throw tipLowered(source, before.height, tip.height);
    }
    if (!seenTip || tip.height >= seenTip.height) seenTip = tip;
    return tip;
  }

  async function checkInBestChain(calls: ElectrumCalls, point: ChainPoint): Promise<void> {
    const header = await calls.readHeader(point.height);
    if (header === undefined) throw tipLowered(source, point.height, point.height - 1);
    if (header.hash !== point.hash) throw blockReorganised(source, point);
  }

  /** All scripts, in parts that go out together; the first failure ends the others. */
  async function readStates(
    { point, scripts }: ReservesRequest,
    onHeight: (height: number) => void,
    context: ReadContext,
  ): Promise<(ScriptState | UnreadScript)[]> {
    const failed = new AbortController();
    const signal = context.signal
      ? AbortSignal.any([context.signal, failed.signal])
      : failed.signal;
    const calls = createElectrumCalls(rpc, source, signal);
    const room = createReadingRoom(source);
    const reading = { calls, source, height: point.height, room, onHeight, clock, signal };
    const parts: string[][] = [];
    for (let start = 0; start < scripts.length; start += limits.batchSize) {
      parts.push(scripts.slice(start, start + limits.batchSize).map(({ script }) => script));
    }
    let done = 0;
    try {
      const states = await pLimit(limits.concurrency).map(parts, async (part) => {
        if (signal.aborted) throw readingCancelled(source, signal);
        const read = await readScriptStates(part, reading);
        done += part.length;
        context.onProgress?.({ source, phase: 'addresses', done, total: scripts.length });
        return read;
      });
      return states.flat();
    } catch (error) {
      failed.abort(error);
      throw context.signal?.aborted ? readingCancelled(source, context.signal) : error;
    }
  }

  return {
    source,

    async readTip({ signal } = {}) {
      return readTip(createElectrumCalls(rpc, source, signal));
    },

    async readPoint(height, { signal } = {}) {
      const calls = createElectrumCalls(rpc, source, signal);
      const tip = await readTip(calls);
      if (height > tip.height) throw heightAboveTip(source, height, tip.height);
      const header = await calls.readHeader(height);
      if (header === undefined) throw tipLowered(source, tip.height, height - 1);
      return { chain: network.chain, height, hash: header.hash, time: header.time };
    },

    async readHeaders(from, count, { signal } = {}) {
      const calls = createElectrumCalls(rpc, source, signal);
      const runs: Buffer[] = [];
      for (let next = from; next < from + count; ) {
        const run = await calls.readHeaders(next, Math.min(mostHeaders, from + count - next));
        if (run.length === 0) throw heightAboveTip(source, next);
        runs.push(run);
        next += run.length / headerBytes;
      }
      return Uint8Array.from(Buffer.concat(runs));
    },

    async readReserves(request, context = {}) {
      checkRequest(request, network);
      const { point } = request;
      const calls = createElectrumCalls(rpc, source, context.signal);
      const tip = await readTip(calls);
      if (point.height > tip.height) throw heightAboveTip(source, point.height, tip.height);
      await checkInBestChain(calls, point);

      let highest = 0;
      const onHeight = (height: number): void => {
        highest = Math.max(highest, height);
      };
      const answers = await readStates(request, onHeight, context).catch(async (error: unknown) => {
        if (!(error instanceof AssayError)) throw error;
        // What moved may be H itself: that says more.
        if (error.code === 'BITCOIN_STATE_MOVED') await checkInBestChain(calls, point);
        if (error.code === 'AMOUNT_OUT_OF_RANGE') {
          throw sourceResponseInvalid(source, 'gives a script more coins than there are');
        }
        throw error;
      });

      await checkInBestChain(calls, point);
      const last = await readTip(calls);
      checkBelowTip(source, highest, last.height);
      if (!samePoint(last, tip)) {
        const header = await calls.readHeader(tip.height);
        if (header?.hash !== tip.hash) {
          throw stateMoved(source, `replaced its block ${tip.height} during the reading`);
        }
      }
      const states = refuseShared(answers, source);
      const read = states.flatMap((state) => ('error' in state ? [] : [state]));
      if (read.length === states.length) return summariseStates(source, point, tip, read);
      const [first] = states;
      if (read.length === 0 && first && 'error' in first) throw first.error;
      const scripts = states.map((state) => ('error' in state ? state : describeState(state)));
      throw new PartialReadingError({ source, point, tip, scripts });
    },

    inclusion: createElectrumInclusion(
      (signal) => createElectrumCalls(rpc, source, signal),
      source,
    ),

    close: async () => rpc.close(),
  };
}

function readAddress({ baseUrl, fingerprint }: BitcoinSourceUrl): ElectrumAddress {
  const { protocol, hostname, port } = new URL(baseUrl);
  const defaultPort = defaultPorts[protocol];
  if (defaultPort === undefined) throw bitcoinUrlInvalid('is not one of an Electrum server');
  return {
    host: hostname,
    port: port === '' ? defaultPort : Number(port),
    tls: protocol === 'tls:',
    fingerprint,
  };
}

function checkRequest({ point, scripts }: ReservesRequest, network: BitcoinNetwork): void {
  if (point.chain !== network.chain) throw reservesRequestInvalid('names a block of another chain');
  const set = new Set(scripts.map(({ script }) => script));
  if (set.size < scripts.length) throw reservesRequestInvalid('names a script twice');
  for (const script of set) {
    // Anything else would hash to another script, which holds nothing.
    if (!/^(?:[0-9a-f]{2})+$/.test(script)) throw reservesRequestInvalid('has a script not in hex');
  }
}
