import type { ChainPoint } from '../core/chainPoint.ts';
import { type ControlGrade, strongestGrade } from '../core/controlGrade.ts';
import type { AssetPolicy, ControlEvidence, CustodyAddress, Provenance } from './asset.ts';

const secondsPerDay = 86_400;

/** A block, and when it was mined: by the moment of it where that is known, not by its own word. */
export type BlockAtMoment = Pick<ChainPoint, 'chain' | 'height' | 'time'>;

/**
 * How well it is shown, as of a Bitcoin block and its moment, that an address is the custodian's: by a signed
 * challenge not younger than the block and not older than the policy allows, by a published descriptor
 * from which it was derived here, by the issuer's word, or by somebody else's. A provenance that calls
 * itself `derived` without evidence was not recomputed here, and is worth a claim. Without a block no
 * signature counts.
 */
export function gradeCustody(
  { provenance, evidence = [] }: Pick<CustodyAddress, 'provenance' | 'evidence'>,
  at: BlockAtMoment | null,
  policy: Pick<AssetPolicy, 'maxProofAgeDays'>,
): ControlGrade {
  return strongestGrade([
    ...evidence.filter((one) => holds(one, at, policy)).map(({ grade }) => grade),
    ...provenance.map(gradeOfWord),
  ]);
}

function holds(
  evidence: ControlEvidence,
  at: BlockAtMoment | null,
  { maxProofAgeDays }: Pick<AssetPolicy, 'maxProofAgeDays'>,
): boolean {
  if (evidence.grade === 'derived') return true;
  if (at === null) return false;
  const { date, bitcoinPoint } = evidence;
  const isYoungEnough = at.time - date <= maxProofAgeDays * secondsPerDay;
  return bitcoinPoint.chain === at.chain && bitcoinPoint.height <= at.height && isYoungEnough;
}

function gradeOfWord({ kind }: Provenance): ControlGrade {
  return kind === 'published' ? 'published' : 'claimed';
}
