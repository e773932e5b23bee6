import { type BitcoinNetwork, bitcoinNetworks } from '../core/bitcoinNetwork.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceWrongChain } from '../core/sourceErrors.ts';
import { sourceNotReady } from './errors.ts';

/**
 * Checks once that a source serves a network, by all blocks that the network is known by: chains that
 * split off share the first. A source that does not have the last of them yet is still synchronising.
 *
 * @param readHashes the hashes that the source has at the heights, undefined above its tip
 * @throws AssayError SOURCE_WRONG_CHAIN, SOURCE_NOT_READY; what `readHashes` throws
 */
export async function checkNetwork(
  { name, knownBlocks, genesisHash }: BitcoinNetwork,
  source: SourceRef,
  readHashes: (heights: readonly number[]) => Promise<readonly (string | undefined)[]>,
): Promise<void> {
  const hashes = await readHashes(knownBlocks.map(({ height }) => height));
  for (const [index, { height, hash }] of knownBlocks.entries()) {
    const found = hashes[index];
    if (found === undefined || found === hash) continue;
    throw sourceWrongChain(source, name, nameChain(hashes[0], genesisHash, height));
  }
  const missing = knownBlocks.find((_, index) => hashes[index] === undefined);
  if (missing) {
    throw sourceNotReady(
      source,
      `has no block ${missing.height} of ${name} yet: it is still synchronising, or serves another chain`,
    );
  }
}

/** What a source serves that has another block at a height. */
function nameChain(genesis: string | undefined, expected: string, height: number): string {
  if (genesis === expected) return `a chain that has another block ${height}`;
  return (
    bitcoinNetworks.find(({ genesisHash }) => genesisHash === genesis)?.name ?? 'another chain'
  );
}
