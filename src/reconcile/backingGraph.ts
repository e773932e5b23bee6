import { contractKey, tokenKey } from '../core/accountKey.ts';
import { AssayError } from '../core/assayError.ts';
import { type TokenId, tokenIdParts } from '../core/caip.ts';
import type { Fixed18 } from '../core/fixed18.ts';
import { type BackingTree, buildBackingTree } from './backingTree.ts';
import type { GraphDeployment, GraphLockbox } from './graphInput.ts';
import {
  type EdgeJudgement,
  type EdgeVerdict,
  judgeEdge,
  spanTimes,
  unknownEdge,
} from './judgeEdge.ts';
import { scaleAmount } from './scaleAmount.ts';

/** What one contract locks of one token, and all that is minted against it. */
export interface BackingEdge {
  /** Its key in the registry, or `unknown` where nobody has found what locks for a copy. */
  readonly lockbox: string;
  /** Null where the lockbox is not known. */
  readonly contract: string | null;
  readonly locks: TokenId | null;
  readonly copies: readonly TokenId[];
  /** 18 decimals; null where not known. */
  readonly locked: Fixed18 | null;
  readonly minted: Fixed18 | null;
  /** Locked minus minted, 18 decimals, negative for a shortfall; null where one is not known. */
  readonly surplus: bigint | null;
  /** Locked ÷ minted, 8 places, truncated; null where `surplus` is, and where nothing is minted. */
  readonly ratio: string | null;
  readonly verdict: EdgeVerdict;
  /** One sentence that says why; empty where the figures do. */
  readonly reason: string;
}

export interface BackingGraph {
  /** Each once: the lockboxes in the order given, then the copies without one. */
  readonly edges: readonly BackingEdge[];
  readonly tree: BackingTree;
}

/** One balance: the lockboxes of one contract that lock one token. */
interface Vault {
  readonly keys: readonly string[];
  readonly contract: string;
  readonly locks: TokenId | null;
  readonly rows: readonly GraphLockbox[];
}

/**
 * What backs the copies of an asset, edge by edge: what is locked must be at least what is minted
 * against it, over all the copies that the same balance is locked for. A balance is counted once,
 * under however many keys it is given; readings of it that differ make it unknown.
 *
 * An edge says nothing about the asset's own verdict: a shortfall is the bridge's, and its holders'.
 *
 * @throws AssayError REGISTRY_DUPLICATE_DEPLOYMENT, REGISTRY_DUPLICATE_CONTRACT if a deployment or a
 * key is given twice
 */
export function buildBackingGraph(
  deployments: readonly GraphDeployment[],
  lockboxes: readonly GraphLockbox[],
): BackingGraph {
  refuseDuplicates(deployments, lockboxes);
  const vaults = groupVaults(lockboxes);
  const copiesOf = (vault: Vault) =>
    deployments.filter(({ lockbox }) => lockbox !== null && vault.keys.includes(lockbox));
  const edges = [
    ...vaults.map((vault) => {
      const copies = copiesOf(vault);
      const isCircular = leadsBack(vault, vaults, deployments);
      return toEdge(vault, copies, judgeVault(vault, copies, deployments, isCircular));
    }),
    ...deployments.flatMap((deployment) => findOrphanEdge(deployment, vaults) ?? []),
  ];
  return { edges, tree: buildBackingTree(deployments, edges) };
}

function groupVaults(lockboxes: readonly GraphLockbox[]): readonly Vault[] {
  const rows = new Map<string, GraphLockbox[]>();
  for (const lockbox of lockboxes) {
    const { key, contract, locks } = lockbox;
    const name = locks === null ? `key ${key}` : `${contractKey(contract)} ${tokenKey(locks)}`;
    rows.set(name, [...(rows.get(name) ?? []), lockbox]);
  }
  return [...rows.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { contract, locks } = first;
    return { keys: group.map(({ key }) => key), contract, locks, rows: group };
  });
}

function judgeVault(
  { rows, locks }: Vault,
  copies: readonly GraphDeployment[],
  deployments: readonly GraphDeployment[],
  isCircular: boolean,
): EdgeJudgement & { readonly locked: Fixed18 | null } {
  const locked =
    locks === null ? null : agree(rows.map((row) => scaleAmount(row.locked, row.decimals)));
  const source = deployments.find(({ token }) => token === locks);
  const judgement = judgeEdge({
    locked,
    lockedBefore: agree(rows.map((row) => scaleAmount(row.lockedBefore, row.decimals))),
    lockable: source ? scaleAmount(source.amount, source.decimals) : null,
    copies,
    policy: policyOf(rows),
    isApart: isApart(rows, copies),
    lockedTimes: spanTimes(rows.map(({ times }) => times)),
    lockedAgain: agree(rows.map((row) => scaleAmount(row.lockedAgain, row.decimals))),
    lockedTimesAgain: spanTimes(rows.map(({ timesAgain }) => timesAgain)),
  });
  if (locks === null) {
    return { ...unknownEdge(judgement.minted, 'Which token lies there is not known.'), locked };
  }
  if (!isCircular) return { ...judgement, locked };
  const reason = 'Its copies are locked for what lies there: the lockboxes lead in a circle.';
  return { ...unknownEdge(judgement.minted, reason), locked };
}

/** Whether something is of another moment than the audited one, and not all of one block. */
function isApart(rows: readonly GraphLockbox[], copies: readonly GraphDeployment[]): boolean {
  const all = [...rows, ...copies];
  if (!all.some(({ isNow }) => isNow === true)) return false;
  const chains = new Set(
    [...rows.flatMap(({ locks }) => locks ?? []), ...copies.map(({ token }) => token)].map(
      (token) => tokenIdParts(token).chain,
    ),
  );
  const moments = new Set(
    all.map(({ times }) => (times && times.from === times.to ? times.to : null)),
  );
  return chains.size > 1 || moments.size > 1 || moments.has(null);
}

/** The one value of all; null where they differ, or where one is not known. */
function agree<Value>(values: readonly (Value | null)[]): Value | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}

/** Rows of one balance that allow different things allow nothing. */
function policyOf(rows: readonly GraphLockbox[]) {
  const tolerance = agree(
    rows.map(({ policy, decimals }) => scaleAmount(policy?.toleranceUnits, decimals)),
  );
  const durationSeconds = agree(rows.map(({ policy }) => policy?.durationSeconds ?? null));
  return tolerance === null || durationSeconds === null ? null : { tolerance, durationSeconds };
}

function toEdge(
  { keys, contract, locks }: Vault,
  copies: readonly GraphDeployment[],
  judgement: EdgeJudgement & { readonly locked: Fixed18 | null },
): BackingEdge {
  const tokens = copies.map(({ token }) => token);
  return { lockbox: keys[0] ?? 'unknown', contract, locks, copies: tokens, ...judgement };
}

/** The edge of a copy whose lockbox is not known; null where it is no copy, or has its edge. */
function findOrphanEdge(
  { token, kind, lockbox, amount, decimals }: GraphDeployment,
  vaults: readonly Vault[],
): BackingEdge | null {
  if (lockbox === null && kind === 'canonical') return null;
  if (lockbox !== null && vaults.some(({ keys }) => keys.includes(lockbox))) return null;
  const minted = kind === 'bridged' ? scaleAmount(amount, decimals) : null;
  const judgement = unknownEdge(
    minted,
    'Nobody has found where the tokens lie of which this is a copy.',
  );
  const copies = [token];
  return { lockbox: 'unknown', contract: null, locks: null, copies, locked: null, ...judgement };
}

/** Whether what the vault locks is, in the end, a copy of what it locks. */
function leadsBack(
  vault: Vault,
  vaults: readonly Vault[],
  deployments: readonly GraphDeployment[],
): boolean {
  const seen = new Set<Vault>();
  let at: Vault | undefined = vault;
  while (at && !seen.has(at)) {
    seen.add(at);
    at = vaultOf(at.locks, vaults, deployments);
  }
  return at === vault;
}

/** What is locked for a token that is a copy itself. */
function vaultOf(
  token: TokenId | null,
  vaults: readonly Vault[],
  deployments: readonly GraphDeployment[],
): Vault | undefined {
  const key = deployments.find((one) => one.token === token)?.lockbox ?? null;
  return key === null ? undefined : vaults.find(({ keys }) => keys.includes(key));
}

function refuseDuplicates(
  deployments: readonly GraphDeployment[],
  lockboxes: readonly GraphLockbox[],
): void {
  const twice = findTwice(deployments.map(({ token }) => tokenKey(token)));
  if (twice !== undefined) {
    const message = `the deployment ${twice} is given twice`;
    throw new AssayError('REGISTRY_DUPLICATE_DEPLOYMENT', { message });
  }
  const key = findTwice(lockboxes.map((lockbox) => lockbox.key));
  if (key !== undefined) {
    throw new AssayError('REGISTRY_DUPLICATE_CONTRACT', {
      message: `the lockbox ${key} is given twice`,
    });
  }
}

function findTwice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}
