import { createGrpcClient, type GrpcAnswer, type GrpcClientOptions } from './grpcClient.ts';
import { describeSuiMethods } from './suiProto.ts';

/** The calls of one full node of Sui, each answered with what was decoded and nothing else. */
export interface SuiGrpcCalls {
  getServiceInfo(signal: AbortSignal | undefined): Promise<GrpcAnswer>;
  /** The newest checkpoint unless one is named. */
  getCheckpoint(height: number | undefined, signal: AbortSignal | undefined): Promise<GrpcAnswer>;
  getCoinInfo(coinType: string, signal: AbortSignal | undefined): Promise<GrpcAnswer>;
  close(): Promise<void>;
}

const readMask = { paths: ['sequence_number', 'digest', 'summary.timestamp'] };

/** @throws AssayError SOURCE_URL_INVALID; its calls throw SOURCE_* */
export function createSuiGrpcCalls(options: GrpcClientOptions): SuiGrpcCalls {
  const methods = describeSuiMethods();
  const client = createGrpcClient(options);
  return {
    getServiceInfo: (signal) => client.call(methods.getServiceInfo, {}, signal),
    getCheckpoint: (height, signal) => {
      const named = height === undefined ? {} : { sequenceNumber: BigInt(height) };
      return client.call(methods.getCheckpoint, { ...named, readMask }, signal);
    },
    getCoinInfo: (coinType, signal) => client.call(methods.getCoinInfo, { coinType }, signal),
    close: () => client.close(),
  };
}
