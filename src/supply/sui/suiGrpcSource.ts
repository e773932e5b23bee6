import type { ChainPoint } from '../../core/chainPoint.ts';
import { loadInTurn } from '../../core/loadInTurn.ts';
import { sourceResponseInvalid, sourceUnreachable } from '../../core/sourceErrors.ts';
import { parseAnswer } from '../../http/parseAnswer.ts';
import { sourceTipWentBack } from '../errors.ts';
import type { LatestSupplySource } from '../latestSupplySource.ts';
import { HeightText } from '../unsignedText.ts';
import { readGrpcUrl } from './readGrpcUrl.ts';
import type { CoinMetadata } from './suiAnswers.ts';
import { isCoinType } from './suiCoin.ts';
import { CheckpointMessage, CoinInfoMessage, ServiceInfoMessage } from './suiGrpcAnswers.ts';
import type { SuiGrpcCalls } from './suiGrpcCalls.ts';
import { suiNetwork } from './suiNetwork.ts';
import { createSuiReader, type SuiAnswer } from './suiReader.ts';
import type { SuiSourceOptions } from './suiSource.ts';

/** So few that they fit between two checkpoints that lie close together. */
const coinsAtOnce = 20;

/** Coins bring their name, description and icon along. */
const maxMessageBytes = 1024 * 1024;

const heightHeader = 'x-sui-checkpoint-height';

/**
 * A `LatestSupplySource` over one full node of Sui that is asked by gRPC. Each call is answered as of
 * another checkpoint: those named before and after frame the figures.
 *
 * @param options their URL begins with `http://` or `https://` and needs no path
 * @throws AssayError SOURCE_URL_INVALID, CHAIN_ID_INVALID
 */
export function createSuiGrpcSource(options: SuiSourceOptions): LatestSupplySource {
  const { url, source, chain, timeoutMs = 20_000, wait } = options;
  const network = suiNetwork(chain);
  readGrpcUrl(url);
  let isClosed = false;
  let opened: Promise<SuiGrpcCalls> | undefined;

  /** Most runs ask no server by gRPC: what that takes is loaded for the first call. */
  async function open(): Promise<SuiGrpcCalls> {
    const { createSuiGrpcCalls } = await loadInTurn(() => import('./suiGrpcCalls.ts'));
    return createSuiGrpcCalls({ url, source, timeoutMs, maxBytes: maxMessageBytes, wait });
  }

  function calls(): Promise<SuiGrpcCalls> {
    if (isClosed) throw sourceUnreachable(source, undefined);
    opened ??= open();
    return opened;
  }

  async function checkNetwork(signal: AbortSignal | undefined): Promise<void> {
    const { message } = await (await calls()).getServiceInfo(signal);
    const { chainId } = parseAnswer(ServiceInfoMessage, message, source, 'GetServiceInfo');
    network.check(chainId, source);
  }

  async function readNewest(signal: AbortSignal | undefined): Promise<ChainPoint> {
    return pointOf((await (await calls()).getCheckpoint(undefined, signal)).message);
  }

  /**
   * The checkpoint at which a figure was read, where it is none of those between the ones named before
   * and after it.
   */
  async function readReached(
    height: number,
    named: ChainPoint,
    signal: AbortSignal | undefined,
  ): Promise<ChainPoint> {
    const { message } = await (await calls()).getCheckpoint(height, signal);
    // Behind the same address there is a server that is even further behind.
    if (message === undefined) {
      const [seen, now] = [Math.max(height, named.height), Math.min(height, named.height)];
      throw sourceTipWentBack(source, seen, now);
    }
    const point = pointOf(message);
    if (point.height !== height) {
      throw sourceResponseInvalid(source, 'answered GetCheckpoint with another than was asked for');
    }
    return point;
  }

  function pointOf(message: unknown): ChainPoint {
    const { checkpoint } = parseAnswer(CheckpointMessage, message, source, 'GetCheckpoint');
    const { sequenceNumber, digest, summary } = checkpoint;
    return { chain, height: sequenceNumber, hash: digest, time: summary.timestamp };
  }

  /** A coin, and how high the server that told of it was, where its headers say so. */
  async function readCoin(coinType: string, signal: AbortSignal | undefined) {
    const { message, headers } = await (await calls()).getCoinInfo(coinType, signal);
    const told = headers.get(heightHeader);
    const height = told === null ? undefined : parseAnswer(HeightText, told, source, 'a header');
    if (message === undefined) return { coin: null, height };
    const info = parseAnswer(CoinInfoMessage, message, source, 'GetCoinInfo');
    if (!isCoinType(info.coinType, coinType)) {
      throw sourceResponseInvalid(source, 'answered GetCoinInfo with another coin than asked for');
    }
    const coin: CoinMetadata = {
      decimals: info.metadata?.decimals ?? null,
      symbol: info.metadata?.symbol ?? null,
      supply: info.treasury?.totalSupply ?? null,
    };
    return { coin, height };
  }

  async function ask(
    coinTypes: readonly string[],
    from: ChainPoint | undefined,
    signal: AbortSignal | undefined,
  ): Promise<SuiAnswer> {
    if (!from) {
      const [newest] = await Promise.all([readNewest(signal), checkNetwork(signal)]);
      return { points: [newest], coins: [] };
    }
    const told = await Promise.all(coinTypes.map((type) => readCoin(type, signal)));
    const coins = told.map(({ coin }) => coin);
    const after = await readNewest(signal);
    const heights = told.flatMap(({ height }) => height ?? []);
    const [lowest, highest] = [Math.min(...heights), Math.max(...heights)];
    const points: [ChainPoint, ...ChainPoint[]] = [after];
    if (lowest < from.height) points.push(await readReached(lowest, from, signal));
    if (highest > after.height) points.push(await readReached(highest, after, signal));
    return { points, coins };
  }

  async function close(): Promise<void> {
    isClosed = true;
    await (await opened)?.close();
  }

  return createSuiReader({ source, chain, coinsAtOnce, ask, close });
}
