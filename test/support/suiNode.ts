import { Code, ConnectError } from '@connectrpc/connect';
import { z } from 'zod';
import { ChainId } from '../../src/core/caip.ts';
import type { GrpcCall } from './suiGrpcServer.ts';

export const suiMainnet = '4btiuiMPvEENsttpZC7CZ53DruC3MAgfznDbASZ7DR6S';

/** A coin as its messages have it; what is left out is not sent. */
export interface SuiNodeCoin {
  readonly coinType?: string;
  readonly metadata?: { readonly decimals?: number; readonly symbol?: string };
  readonly treasury?: { readonly totalSupply?: bigint };
}

/** What a full node of Sui knows; all of it may be changed between calls. */
export interface SuiNode {
  chainId: string;
  /** The newest checkpoint. */
  height: number;
  /** How many checkpoints come between two calls for the newest one. */
  pace: number;
  readonly coins: Map<string, SuiNodeCoin>;
  /** The message that answers a call. */
  answer(call: GrpcCall): Record<string, unknown>;
}

const CoinRequest = z.object({ coinType: z.string() });
const CheckpointRequest = z.object({
  sequenceNumber: z.bigint().optional(),
  readMask: z.object({
    paths: z.tuple([
      z.literal('sequence_number'),
      z.literal('digest'),
      z.literal('summary.timestamp'),
    ]),
  }),
});
const digests = ['ZQawQqeikA4pRqKnkcuHuMnGZuKJTSt3V3EVmMjG56k', suiMainnet];

/** A node of the main network, which is at checkpoint 200,000,000 and knows no coin. */
export function createSuiNode(): SuiNode {
  const node: SuiNode = {
    chainId: suiMainnet,
    height: 200_000_000,
    pace: 3,
    coins: new Map(),
    answer({ method, request }) {
      if (method === 'getServiceInfo') return { chainId: node.chainId };
      if (method === 'getCoinInfo') {
        const { coinType } = CoinRequest.parse(request);
        const coin = node.coins.get(coinType);
        if (!coin) throw new ConnectError('secret words of the server', Code.NotFound);
        return { coinType, ...coin };
      }
      const { sequenceNumber } = CheckpointRequest.parse(request);
      if (sequenceNumber !== undefined) {
        return { checkpoint: suiCheckpoint(Number(sequenceNumber)) };
      }
      const checkpoint = suiCheckpoint(node.height);
      node.height += node.pace;
      return { checkpoint };
    },
  };
  return node;
}

/** The checkpoint at a height, of which there are four a second. */
export function suiCheckpoint(height: number) {
  const seconds = BigInt(1_790_000_000 + Math.floor(height / 4));
  return {
    sequenceNumber: BigInt(height),
    digest: digests[height % 2],
    summary: { timestamp: { seconds, nanos: (height % 4) * 250_000_000 } },
  };
}

/** The same as a chain point. */
export function suiPoint(height: number) {
  const { digest, summary } = suiCheckpoint(height);
  const time = Number(summary.timestamp.seconds);
  return { chain: ChainId('sui:mainnet'), height, hash: digest, time };
}
