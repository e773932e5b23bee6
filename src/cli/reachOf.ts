import type { Asset, Deployment } from '../registry/asset.ts';
import { isReadable } from '../supply/chainKind.ts';
import { publicRpcs } from '../supply/publicRpcs.ts';

/** Whether and whence the supply of a deployment can be read. */
export interface Reach {
  /** Whether assay can read it, given a server of its chain. */
  readonly readable: boolean;
  /** The operators that are asked where no `--rpc` names a server; none: one must be named. */
  readonly publicOperators: readonly string[];
}

/** What assay can read of a deployment, which is known without asking anybody. */
export function reachOf({ token, chain }: Pick<Deployment, 'token' | 'chain'>): Reach {
  const readable = isReadable(token);
  const operators = readable ? publicRpcs(chain).map(({ source }) => source.operator) : [];
  return { readable, publicOperators: operators };
}

/** The asset, each deployment with its reach, as JSON shows it. */
export function withReach(asset: Asset) {
  const deployments = asset.deployments.map((one) => ({ ...one, ...reachOf(one) }));
  return { ...asset, deployments };
}
