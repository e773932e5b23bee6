import { chooseBitcoinPoint } from '../audit/chooseBitcoinPoint.ts';
import { observeReserves } from '../audit/observeReserves.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { Sats } from '../core/sats.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { Asset, CustodyAddress } from '../registry/asset.ts';
import { closeSources, openBitcoinSources } from './openSources.ts';
import type { Terminal } from './terminal.ts';

export interface Holdings {
  readonly point: ChainPoint;
  /** When that block was mined: see `BitcoinMoment`. */
  readonly moment: UnixTime;
  /** Satoshis by script, as of the point. */
  readonly sats: ReadonlyMap<string, Sats>;
}

/**
 * What some addresses hold now, under the policy of an asset.
 *
 * @throws AssayError of whatever keeps the figure from being known
 */
export async function readHoldings(
  urls: readonly string[],
  asset: Pick<Asset, 'network' | 'policy'>,
  addresses: readonly CustodyAddress[],
  terminal: Terminal,
): Promise<Holdings> {
  const sources = openBitcoinSources(urls, asset.network);
  const context = { signal: terminal.signal };
  try {
    const { point, moment } = await chooseBitcoinPoint(
      asset.network,
      sources,
      asset.policy,
      undefined,
      context,
    );
    if (moment === null) throw point;
    const { quorum } = asset.policy;
    const { agreed } = await observeReserves(sources, point, addresses, quorum, context);
    if (agreed instanceof AssayError) throw agreed;
    const { scripts } = agreed;
    return {
      point,
      moment: moment.time,
      sats: new Map(scripts.map(({ script, sats }) => [script, sats])),
    };
  } finally {
    await closeSources(sources);
  }
}
