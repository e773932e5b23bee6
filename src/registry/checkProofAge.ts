import { formatTime } from '../core/unixTime.ts';
import type { Asset, ControlEvidence } from './asset.ts';
import { createFinding, type Finding } from './finding.ts';

const secondsPerDay = 86_400;

type Proof = Extract<ControlEvidence, { grade: 'proven' }>;

/**
 * A finding for each file whose proofs are an address's newest and older at `asOf` (YYYY-MM-DD) than
 * the policy allows. Nobody has to sign again for a retired asset, or for an address past its `until`.
 */
export function checkProofAge(asset: Asset, asOf: string): readonly Finding[] {
  if (asset.coverage.status === 'retired') return [];
  const oldest =
    Date.parse(`${asOf}T00:00:00Z`) / 1000 - asset.policy.maxProofAgeDays * secondsPerDay;
  const expired = new Map<string, { readonly proof: Proof; readonly addresses: string[] }>();
  for (const { address, until, evidence = [] } of asset.custody) {
    if (until !== undefined && until < asOf) continue;
    const proof = evidence.find((one) => one.grade === 'proven');
    if (!proof || proof.date >= oldest) continue;
    const group = expired.get(proof.file) ?? { proof, addresses: [] };
    group.addresses.push(address);
    expired.set(proof.file, group);
  }
  return [...expired.values()].map(({ proof, addresses }) => {
    const whose =
      addresses.length === 1
        ? `${addresses[0]}`
        : `${addresses.length} addresses, ${addresses[0]} among them,`;
    return createFinding(
      'REGISTRY_PROOF_EXPIRED',
      { file: proof.file, pointer: '/message' },
      `the newest proof of ${whose} is of ${formatTime(proof.date).slice(0, 10)}, more than ` +
        `${asset.policy.maxProofAgeDays} days before ${asOf}`,
    );
  });
}
