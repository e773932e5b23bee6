/** A schedule that once went wrong, or that shows a class of faults. */
export interface NotableSeed {
  readonly seed: number;
  readonly what: string;
  readonly verdict: 'backed' | 'under-backed' | 'indeterminate';
}

/** What a seed stands for changes with the generator: then another one takes its place here. */
export const notableSeeds: readonly NotableSeed[] = [
  // One source has a fault and the others suffice.
  { seed: 728, what: 'outvotes an Esplora server that hides an output', verdict: 'backed' },
  { seed: 441, what: 'outvotes a node that lies about an amount', verdict: 'under-backed' },
  { seed: 577, what: 'outvotes a node on another chain', verdict: 'under-backed' },
  { seed: 711, what: 'outvotes an Electrum server on another chain', verdict: 'backed' },
  { seed: 452, what: 'outvotes an RPC that lies about the supply', verdict: 'backed' },
  { seed: 816, what: 'does not wait for a node that lags behind', verdict: 'under-backed' },
  { seed: 807, what: 'does not wait for an Esplora server that lags', verdict: 'backed' },
  { seed: 530, what: 'does not wait for an RPC whose finality lags', verdict: 'backed' },
  { seed: 18, what: 'goes on without a node that stopped', verdict: 'backed' },
  { seed: 1137, what: 'goes on without an RPC that stopped', verdict: 'backed' },
  { seed: 361, what: 'goes on without an Electrum server that hangs', verdict: 'backed' },
  { seed: 313, what: 'goes on without an RPC that hangs', verdict: 'backed' },
  { seed: 552, what: 'goes on without a slow node', verdict: 'backed' },
  { seed: 916, what: 'goes on without a node that closes connections', verdict: 'under-backed' },
  { seed: 91, what: 'goes on without an RPC that closes in mid-answer', verdict: 'backed' },
  { seed: 557, what: 'goes on without an RPC that answers with a page', verdict: 'under-backed' },
  { seed: 1126, what: 'bears with an RPC that limits its callers', verdict: 'backed' },
  { seed: 395, what: 'fills in a script that an Electrum server refuses', verdict: 'backed' },
  { seed: 378, what: 'is not misled by two nodes behind one URL', verdict: 'under-backed' },
  { seed: 1249, what: 'is not misled by two Esplora servers behind one', verdict: 'under-backed' },
  { seed: 149, what: 'is not misled by two Electrum servers behind one', verdict: 'backed' },
  { seed: 474, what: 'is not misled by two RPCs behind one URL', verdict: 'under-backed' },

  // The chains move while they are read.
  { seed: 151, what: 'survives a block between two calls', verdict: 'backed' },
  { seed: 749, what: 'survives a sweep of all coins between two calls', verdict: 'backed' },
  { seed: 733, what: 'survives a sweep of all coins', verdict: 'backed' },
  { seed: 16, what: 'survives a flood of unconfirmed moves', verdict: 'backed' },
  { seed: 920, what: 'survives a reorganisation above the block', verdict: 'under-backed' },
  { seed: 1008, what: 'survives a reorganisation of the block itself', verdict: 'under-backed' },
  { seed: 81, what: 'survives one that leaves the chain short for a moment', verdict: 'backed' },
  { seed: 379, what: 'survives another such, at a later call', verdict: 'under-backed' },
  { seed: 43, what: 'survives a reorganisation of the token chain', verdict: 'backed' },
  { seed: 442, what: 'survives finality that advances', verdict: 'backed' },
  { seed: 15, what: 'survives all of it at once', verdict: 'under-backed' },

  // Figures at the edge.
  { seed: 5, what: 'takes equal reserves for backed', verdict: 'backed' },
  { seed: 64, what: 'sees that one unit of 10^-18 is missing', verdict: 'under-backed' },
  { seed: 42, what: 'sees that one satoshi is missing', verdict: 'under-backed' },
  { seed: 562, what: 'takes the sum of an address with too many outputs', verdict: 'under-backed' },
  { seed: 814, what: 'rests on the part of the reserves that is certain', verdict: 'backed' },

  // What cannot be known.
  { seed: 214, what: 'takes no side where too few agree', verdict: 'indeterminate' },
  { seed: 320, what: 'counts one operator with two servers once', verdict: 'indeterminate' },
  {
    seed: 222,
    what: 'takes no supply of an operator whose two RPCs give two',
    verdict: 'indeterminate',
  },

  // Miners' clocks are off, and no five blocks tell by how much.
  { seed: 6, what: 'doubts a moment with few blocks above it', verdict: 'indeterminate' },

  // Two that lag alike were taken for a second opinion with a quorum of its own.
  { seed: 1, what: 'hears two RPCs behind as absent', verdict: 'backed' },
];
