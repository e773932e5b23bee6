import type {
  BitcoinSource,
  ReserveObservation,
  ReservesRequest,
} from '../../src/bitcoin/bitcoinSource.ts';
import { PartialReadingError } from '../../src/bitcoin/partialReadingError.ts';
import { AssayError } from '../../src/core/assayError.ts';
import type { ChainId } from '../../src/core/caip.ts';
import type { ChainPoint } from '../../src/core/chainPoint.ts';
import { Sats, sumSats } from '../../src/core/sats.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import type { Asset } from '../../src/registry/asset.ts';
import type { HoldingToRead } from '../../src/supply/holdingReader.ts';
import type { Pairing, SupplyRequest, SupplySource } from '../../src/supply/supplySource.ts';
import { createRegtestHeaders, type RegtestHeaders } from './regtestHeaders.ts';

/** A block that is named after its height; `fork` changes every hash. */
export function pointAt(chain: ChainId, height: number, time: number, fork = 0): ChainPoint {
  const hash = (height * 16 + fork).toString(16).padStart(64, '0');
  const prefix = chain.startsWith('eip155') ? '0x' : '';
  return { chain, height, hash: prefix + hash, time: UnixTime(time) };
}

/** Times of a Bitcoin chain as tests have it. */
export function everyTenMinutes(height: number): number {
  return height * 600;
}

export interface BitcoinScript {
  readonly operator: string;
  readonly tip?: number;
  readonly fork?: () => number;
  /** What the time of a block is, where it is not 600 seconds after the one before. Not beside `fork`. */
  readonly time?: (height: number) => number;
  /** Satoshis per script. */
  readonly holdings: (script: string) => bigint;
  /** Thrown instead of an answer. */
  readonly fails?: 'readTip' | 'readPoint' | 'readReserves';
  readonly error?: AssayError;
  /** Scripts of which it cannot say what they hold. */
  readonly unread?: readonly string[];
  /** How often it fails before it answers; else always. */
  readonly times?: number;
}

const chains = new Map<number, RegtestHeaders>();

/** The chain of a fork: the same for all sources that are on it. */
function chainOf(fork: number): RegtestHeaders {
  const known = chains.get(fork) ?? createRegtestHeaders(everyTenMinutes, () => fork);
  chains.set(fork, known);
  return known;
}

/** A Bitcoin source that answers from what a test writes down; it computes, it records nothing. */
export function scriptBitcoin(asset: Asset, script: BitcoinScript): BitcoinSource {
  const { operator, tip = 105, holdings } = script;
  const source = { id: `core+http://${operator}`, operator, kind: 'core' };
  const own = script.time && createRegtestHeaders(script.time);
  const headers = () => own ?? chainOf(script.fork?.() ?? 0);
  const at = (height: number) => ({ ...headers().at(height), chain: asset.network.chain });
  let failures = 0;
  const failAt = (method: BitcoinScript['fails']) => {
    if (script.fails === method && failures++ < (script.times ?? Infinity))
      throw script.error ?? new AssayError('SOURCE_UNREACHABLE');
  };
  return {
    source,
    readTip: async () => {
      failAt('readTip');
      return at(tip);
    },
    readPoint: async (height) => {
      failAt('readPoint');
      return at(height);
    },
    readHeaders: async (from, count) => {
      failAt('readPoint');
      if (from + count - 1 > tip) throw new AssayError('BITCOIN_HEIGHT_ABOVE_TIP');
      return headers().run(from, count);
    },
    readReserves: async ({ point, scripts }: ReservesRequest): Promise<ReserveObservation> => {
      failAt('readReserves');
      if (at(point.height).hash !== point.hash) throw new AssayError('BITCOIN_REORGANISED');
      const reserves = scripts.map((one) => ({
        script: one.script,
        sats: Sats(holdings(one.script)),
        utxos: [],
      }));
      if (script.unread) {
        const error = new AssayError('BITCOIN_STATE_MOVED');
        throw new PartialReadingError({
          source,
          point,
          tip: at(tip),
          scripts: reserves.map((one) =>
            script.unread?.includes(one.script) ? { script: one.script, error } : one,
          ),
        });
      }
      const total = sumSats(reserves.map((one) => one.sats));
      const window = { lowest: total, highest: total };
      return { source, point, tip: at(tip), total, scripts: reserves, window };
    },
    close: async () => {},
  };
}

export interface SupplyScript {
  readonly operator: string;
  readonly finalizedHeight?: number;
  readonly fork?: number;
  readonly amount: (height: number) => bigint;
  /** What every holder has of every token; left out where it cannot tell. */
  readonly held?: (height: number) => bigint;
  readonly error?: AssayError;
}

/** A supply source that answers from what a test writes down. */
export function scriptSupply(chain: ChainId, script: SupplyScript): SupplySource {
  const { operator, finalizedHeight = 10_000, fork = 0, amount, held } = script;
  const source = { id: `http://${operator}`, operator, kind: 'evm' };
  const at = (height: number) => pointAt(chain, height, height * 12, fork);
  return {
    source,
    chain,
    finality: 'finalized',
    findPoint: async (pairing: Pairing) => {
      if (script.error) throw script.error;
      return at(
        pairing.kind === 'finalized'
          ? finalizedHeight
          : Math.min(finalizedHeight, Math.floor(pairing.time / 12)),
      );
    },
    readPoint: async (height) => at(height),
    readSupplies: async ({ point, tokens }: SupplyRequest) => ({
      source,
      point,
      tokens: tokens.map(({ token }) => ({ token, amount: amount(point.height) })),
    }),
    ...(held && {
      holdings: {
        readHoldings: async (holdings: readonly HoldingToRead[], point: ChainPoint) =>
          holdings.map((one) => ({ ...one, amount: held(point.height) })),
      },
    }),
    close: async () => {},
  };
}
