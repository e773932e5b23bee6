import { randomBytes } from 'node:crypto';
import { chooseBitcoinPoint } from '../audit/chooseBitcoinPoint.ts';
import { writeChallenge } from '../control/challenge.ts';
import { AssayError } from '../core/assayError.ts';
import { chooseOutputFile } from '../files/outputFile.ts';
import { writeWholeFile } from '../files/writeWholeFile.ts';
import { loadRegistry } from '../registry/loadRegistry.ts';
import { findAsset } from './findAsset.ts';
import { closeSources, openBitcoinSources } from './openSources.ts';
import { registryDirectory } from './registryDirectory.ts';
import type { Terminal } from './terminal.ts';

export interface ChallengeOptions {
  readonly registry?: string;
  readonly bitcoin: readonly string[];
  readonly out?: string;
}

/**
 * Writes a challenge for the custodians of an asset: it names the asset, the digest of its lists, a
 * recent block and a fresh nonce, so that nobody can have signed it before now.
 */
export async function issueChallenge(
  id: string,
  options: ChallengeOptions,
  terminal: Terminal,
): Promise<number> {
  const asset = findAsset(await loadRegistry(registryDirectory(options.registry, terminal)), id);
  const out = options.out === undefined ? undefined : await chooseOutputFile(options.out);
  const sources = openBitcoinSources(options.bitcoin, asset.network);
  try {
    const context = { signal: terminal.signal };
    const { point } = await chooseBitcoinPoint(
      asset.network,
      sources,
      asset.policy,
      undefined,
      context,
    );
    if (point instanceof AssayError) throw point;
    const text = writeChallenge({
      assetId: asset.id,
      registryDigest: asset.listsDigest,
      bitcoinPoint: point,
      nonce: randomBytes(16).toString('hex'),
      date: terminal.clock(),
    });
    if (out === undefined) terminal.writeOut(`${text}\n`);
    else await writeWholeFile(out, `${text}\n`);
    return 0;
  } finally {
    await closeSources(sources);
  }
}
