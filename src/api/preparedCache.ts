import type { Prepared } from './prepared.ts';

/**
 * Remembers one prepared answer per name, the last: `key` says which state it is for (attestation,
 * status, second), and another key has it made anew. Bounded by the number of names.
 */
export function createPreparedCache(): (
  name: string,
  key: string,
  make: () => Prepared,
) => Prepared {
  const last = new Map<string, { readonly key: string; readonly prepared: Prepared }>();
  return (name, key, make) => {
    const found = last.get(name);
    if (found?.key === key) return found.prepared;
    const prepared = make();
    last.set(name, { key, prepared });
    return prepared;
  };
}
