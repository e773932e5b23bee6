import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findAsset } from '../../../src/cli/findAsset.ts';
import { recordEvidence } from '../../../src/cli/recordEvidence.ts';
import { loadRegistry } from '../../../src/registry/loadRegistry.ts';
import { createSigner } from '../../support/messageSigner.ts';
import { challengeText, singleProof } from '../../support/proofFiles.ts';
import { buildRegistry, makeAssetFile, makeReservesFile } from '../../support/registryBuilder.ts';
import { rejectionCode } from '../../support/rejection.ts';

const signer = createSigner('p2wpkh', 'one');
const message = challengeText({ assetId: 'abtc' });

function build() {
  const reserves = makeReservesFile([signer.address]);
  return buildRegistry({
    abtc: { 'asset.json': makeAssetFile('abtc'), 'reserves.json': reserves },
  });
}

function evidenceOver(text: string) {
  return {
    schema: 'assay.proofs/1' as const,
    message: text,
    proofs: [singleProof(signer, text)],
  };
}

it('keeps evidence with which the registry loads, and tells its digest', async () => {
  await using built = await build();
  const asset = findAsset(await loadRegistry(built.directory), 'abtc');
  const recorded = await recordEvidence(built.directory, asset, 'a.json', evidenceOver(message));
  expect(recorded).toEqual({
    file: join(built.directory, 'abtc', 'evidence', 'a.json'),
    registryDigest: (await loadRegistry(built.directory)).digest,
  });
});

it('takes evidence away again with which the registry would not load', async () => {
  await using built = await build();
  const { digest, assets } = await loadRegistry(built.directory);
  const [asset] = assets.values();
  if (!asset) throw new Error('no asset');
  const work = () => recordEvidence(built.directory, asset, 'a.json', evidenceOver('no challenge'));
  expect(await rejectionCode(work)).toBe('REGISTRY_INVALID');
  expect(await readdir(join(built.directory, 'abtc', 'evidence'))).toEqual([]);
  expect((await loadRegistry(built.directory)).digest).toBe(digest);
});
