import { AssayError } from '../core/assayError.ts';
import type { Asset, AssetPolicy, Coverage, Deployment, Registry } from './asset.ts';
import { digestRegistry } from './digestAsset.ts';

/** What is audited for an asset: the asset, or all that its shared pool backs. */
export interface AuditSubject extends Asset {
  /** The shared pool and the assets on it, by id; absent where the coins back this asset alone. */
  readonly sharing?: { readonly name: string; readonly assets: readonly string[] };
}

/**
 * What has to be audited to answer for one asset. Assets on one shared pool are audited together: all
 * their custody addresses against the sum of all their tokens, under the strictest of their policies.
 * So each of them gets the same verdict, and no number of an issuer decides whose coins are whose.
 *
 * @throws AssayError REGISTRY_INVALID for a pool whose assets keep their coins on different networks
 */
export function auditSubject(registry: Registry, asset: Asset): AuditSubject {
  const members = [...registry.assets.values()].filter((one) => sharesPool(one, asset));
  const { pool } = asset;
  if (pool === undefined || members.length < 2) return asset;
  if (members.some((one) => one.network.chain !== asset.network.chain)) {
    throw new AssayError('REGISTRY_INVALID', {
      message: `the assets of the pool ${pool} keep their coins on different networks`,
    });
  }
  return {
    ...asset,
    policy: strictestPolicy(members),
    coverage: joinCoverage(members),
    deployments: members.flatMap((one) =>
      one.deployments.map((deployment) => nameLockbox(one, deployment)),
    ),
    lockboxes: members.flatMap((one) =>
      (one.lockboxes ?? []).map((lockbox) => ({ ...lockbox, key: `${one.id}/${lockbox.key}` })),
    ),
    feeds: members.flatMap(({ feeds }) => feeds ?? []),
    ...joinLiability(members),
    custody: members.flatMap((one) => one.custody),
    digest: digestRegistry(new Map(members.map(({ id, digest }) => [id, digest]))),
    listsDigest: digestRegistry(new Map(members.map(({ id, listsDigest }) => [id, listsDigest]))),
    files: members.flatMap(({ files }) => files ?? []),
    sharing: { name: pool, assets: members.map(({ id }) => id) },
  };
}

/** What has to be audited to answer for every asset of the registry, each pool once. */
export function listSubjects(
  registry: Registry,
): readonly { readonly subject: AuditSubject; readonly assets: readonly Asset[] }[] {
  const all = [...registry.assets.values()];
  return all.flatMap((asset) => {
    const assets = all.filter((one) => sharesPool(one, asset));
    return assets[0] === asset ? [{ subject: auditSubject(registry, asset), assets }] : [];
  });
}

/** Whether two assets are backed by the same coins; an asset shares with itself. */
export function sharesPool(one: Asset, other: Asset): boolean {
  return one.id === other.id || (one.pool !== undefined && one.pool === other.pool);
}

/** Two assets may call their lockboxes alike. */
function nameLockbox({ id }: Asset, deployment: Deployment): Deployment {
  const { lockbox } = deployment;
  if (lockbox === undefined || lockbox === 'unknown') return deployment;
  return { ...deployment, lockbox: { ...lockbox, key: `${id}/${lockbox.key}` } };
}

function joinLiability(members: readonly Asset[]): Pick<Asset, 'liability'> {
  const formulas = members.flatMap(({ liability }) => liability ?? []);
  if (formulas.length === 0) return { liability: undefined };
  return {
    liability: {
      exclude: formulas.flatMap(({ exclude }) => exclude),
      rates: formulas.flatMap(({ rates }) => rates),
    },
  };
}

function strictestPolicy(members: readonly Asset[]): AssetPolicy {
  const all = (of: (policy: AssetPolicy) => number) => members.map(({ policy }) => of(policy));
  return {
    confirmations: Math.max(...all((policy) => policy.confirmations)),
    maxSkewSeconds: Math.min(...all((policy) => policy.maxSkewSeconds)),
    maxAgeSeconds: Math.min(...all((policy) => policy.maxAgeSeconds)),
    validForSeconds: Math.min(...all((policy) => policy.validForSeconds)),
    quorum: Math.max(...all((policy) => policy.quorum)),
    maxProofAgeDays: Math.min(...all((policy) => policy.maxProofAgeDays)),
  };
}

/** What any of them lacks, the whole lacks. */
function joinCoverage(members: readonly Asset[]): Coverage {
  const missing = members.flatMap(({ id, coverage }) =>
    coverage.missing.map((gap) => ({ ...gap, what: `${id}: ${gap.what}` })),
  );
  const retired = members.some(({ coverage }) => coverage.status === 'retired');
  return { status: retired ? 'retired' : missing.length > 0 ? 'partial' : 'complete', missing };
}
