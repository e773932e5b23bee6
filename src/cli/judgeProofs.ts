import type { GradedProof } from '../control/gradeProof.ts';
import { gradeProof } from '../control/gradeProof.ts';
import type { Verification } from '../control/verification.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { Asset } from '../registry/asset.ts';
import type { ProofFile } from '../registry/proofFile.ts';
import { verifyProof } from '../registry/verifyProof.ts';
import type { ChallengeFault } from './checkChallengeBlock.ts';

/** One address with what its proof is worth. */
export interface AddressProof {
  readonly address: string;
  /** Whether the registry lists the address for the asset. */
  readonly listed: boolean;
  readonly verification: Verification;
  readonly graded: GradedProof;
}

/** What each proof of a file is worth for an asset; offline. */
export function judgeProofs(
  { message, proofs }: ProofFile,
  asset: Asset,
  { now, maxAgeDays }: { readonly now: UnixTime; readonly maxAgeDays: number },
): readonly AddressProof[] {
  const listed = new Set(asset.custody.map(({ address }) => address));
  const policy = { assetId: asset.id, registryDigest: asset.listsDigest, now, maxAgeDays };
  return proofs.map((proof) => {
    const { address } = proof;
    const verification = verifyProof(proof, message, asset.network);
    const graded = gradeProof(verification, message, policy);
    return { address, listed: listed.has(address), verification, graded };
  });
}

/** The same proofs where their challenge has a fault: none is worth more than a publication. */
export function withFault(
  proofs: readonly AddressProof[],
  { code, reason }: ChallengeFault,
): readonly AddressProof[] {
  return proofs.map((one) =>
    one.graded.grade === 'proven' ? { ...one, graded: { grade: 'published', code, reason } } : one,
  );
}

/** Whether the proof is one, of an address that the registry lists for the asset. */
export function isProven({ listed, graded }: AddressProof): boolean {
  return listed && graded.grade === 'proven';
}
