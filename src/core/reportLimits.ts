/** The longest id of an asset, and name of a pool. */
export const maxIdLength = 40;

/** The longest key that a file gives one of its lockboxes. */
export const maxLockboxKeyLength = 40;

/**
 * How much of each thing one report may hold, which is about one asset or about all of a shared pool.
 * A registry that asks for more is refused when it is read: else it would be audited, and nothing of it
 * could be signed.
 */
export const reportLimits = {
  poolAssets: 100,
  /** Canonical deployments. */
  deployments: 1000,
  /** Holdings that are taken off. */
  excluded: 1000,
  rates: 1000,
  /** Of the backing graph: deployments of either kind. */
  graphDeployments: 2000,
  /** A lockbox or a copy without one. */
  edges: 2000,
  addresses: 1_000_000,
  /** What feeds and issuers say. */
  claims: 1000,
  reasons: 10_000,
  /** Of more disputes only the first are told: a source with another history disputes everything. */
  disputes: 100,
  /** In a pool, a lockbox has the id of its asset and a slash before its key. */
  lockboxKeyLength: maxIdLength + 1 + maxLockboxKeyLength,
} as const;

/** The most decimals that a deployment may have that is no part of a sum: an ERC-20's are a uint8. */
export const maxDecimals = 255;
