import type { BitcoinSource, CustodyScript } from '../../src/bitcoin/bitcoinSource.ts';
import type { MempoolSourceOptions } from '../../src/bitcoin/mempoolSource.ts';
import {
  type EsploraServer,
  type EsploraServerOptions,
  startEsploraServer,
} from './esploraServer.ts';
import { mempoolSourceOf } from './mempoolSourceOf.ts';
import type { Coin, SyntheticChain } from './syntheticChain.ts';

const served: { readonly server: EsploraServer; readonly source: BitcoinSource }[] = [];

/** A server over the chain, and a source that reads it; both last until `closeServed`. */
export async function serveChain(
  chain: SyntheticChain,
  options: Partial<EsploraServerOptions> = {},
  sourceOptions: Partial<MempoolSourceOptions> = {},
): Promise<{ readonly server: EsploraServer; readonly source: BitcoinSource }> {
  const server = await startEsploraServer({ readView: chain.readView, ...options });
  const source = mempoolSourceOf(server, sourceOptions);
  served.push({ server, source });
  return { server, source };
}

/** For `afterEach`. */
export async function closeServed(): Promise<void> {
  for (const { server, source } of served.splice(0)) {
    await source.close();
    await server.stop();
  }
}

/** One deposit per block, so that every one is a transaction of the address. */
export function depositOften(chain: SyntheticChain, to: CustodyScript, times: number): Coin[] {
  return Array.from({ length: times }, () => {
    const coin = chain.send({ to: [{ to, sats: 1000n }] }).coin(0);
    chain.mine();
    return coin;
  });
}

/** Requests about addresses: those about the chain itself are a fixed few. */
export function addressRequests(server: EsploraServer): readonly string[] {
  return server.requests.filter((path) => /^\/(?:address|tx)\//.test(path));
}
