/** Runs what throws a RangeError, and throws in its place what `refuse` makes of its words. */
export function refuseRange<T>(work: () => T, refuse: (what: string) => Error): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof RangeError ? refuse(thrown.message) : thrown;
  }
}
