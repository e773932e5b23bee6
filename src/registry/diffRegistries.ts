import { canonicalJson } from '../core/canonicalJson.ts';
import type { Asset, CustodyAddress, Deployment, Registry } from './asset.ts';

/** One address or deployment that differs between two states of the registry. */
export type EntryChange<Entry> =
  | { readonly change: 'added'; readonly asset: string; readonly after: Entry }
  | { readonly change: 'removed'; readonly asset: string; readonly before: Entry }
  | {
      readonly change: 'changed';
      readonly asset: string;
      readonly before: Entry;
      readonly after: Entry;
      /** The members that differ. */
      readonly members: readonly string[];
    };

export interface RegistryDiff {
  readonly assets: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** By asset, then by address. An address that moves to another asset is removed and added. */
  readonly addresses: readonly EntryChange<CustodyAddress>[];
  /** By asset, then by token. */
  readonly deployments: readonly EntryChange<Deployment>[];
}

/** What has to happen to the first state of the registry to become the second. */
export function diffRegistries(before: Registry, after: Registry): RegistryDiff {
  const ids = [...new Set([...before.assets.keys(), ...after.assets.keys()])].sort();
  const both = (id: string): [Asset | undefined, Asset | undefined] => [
    before.assets.get(id),
    after.assets.get(id),
  ];
  return {
    assets: {
      added: ids.filter((id) => !before.assets.has(id)),
      removed: ids.filter((id) => !after.assets.has(id)),
    },
    addresses: ids.flatMap((id) => {
      const [old, now] = both(id);
      return diffEntries(id, old?.custody ?? [], now?.custody ?? [], (one) => one.script);
    }),
    deployments: ids.flatMap((id) => {
      const [old, now] = both(id);
      return diffEntries(id, old?.deployments ?? [], now?.deployments ?? [], (one) => one.token);
    }),
  };
}

function diffEntries<Entry extends object>(
  asset: string,
  before: readonly Entry[],
  after: readonly Entry[],
  keyOf: (entry: Entry) => string,
): EntryChange<Entry>[] {
  const old = new Map(before.map((entry) => [keyOf(entry), entry]));
  const now = new Map(after.map((entry) => [keyOf(entry), entry]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .flatMap((key): EntryChange<Entry>[] => {
      const [was, is] = [old.get(key), now.get(key)];
      if (!was) return is ? [{ change: 'added', asset, after: is }] : [];
      if (!is) return [{ change: 'removed', asset, before: was }];
      const members = differingMembers(was, is);
      return members.length === 0
        ? []
        : [{ change: 'changed', asset, before: was, after: is, members }];
    });
}

function differingMembers(before: object, after: object): string[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((name) => textOf(old.get(name)) !== textOf(now.get(name)))
    .sort();
}

function textOf(value: unknown): string {
  return value === undefined ? '' : canonicalJson(JSON.parse(JSON.stringify(value)));
}
