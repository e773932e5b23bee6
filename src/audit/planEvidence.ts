import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { AuditReadings } from './auditReadings.ts';
import type { HeaderMoment } from './readBlockAround.ts';
import { agreedReserves } from './reportReserves.ts';

/** The counted outputs of one block. */
export interface OutputsByBlock {
  readonly height: number;
  /** Indices of the outputs, ascending, by txid. */
  readonly outputs: ReadonlyMap<string, readonly number[]>;
}

/** What a bundle has to show of the reserves. */
export interface EvidencePlan {
  /** The audited block, and the headers that tell its moment. */
  readonly point: ChainPoint;
  readonly moment: HeaderMoment;
  /** Ascending by height. */
  readonly blocks: readonly OutputsByBlock[];
  readonly transactions: number;
  readonly outputs: number;
}

/**
 * The outputs to be shown, by the blocks that created them. Addresses of which only a sum is known
 * have none; their amounts cannot be shown.
 *
 * @throws AssayError EVIDENCE_UNAVAILABLE where the reserves are not established
 */
export function planEvidence(readings: AuditReadings): EvidencePlan {
  const { point, moment } = readings.choice;
  const agreed = agreedReserves(readings);
  if (moment === null || agreed === null) {
    throw new AssayError('EVIDENCE_UNAVAILABLE', {
      message: 'no evidence can be given: the reserves are not established',
    });
  }
  const blocks = new Map<number, Map<string, number[]>>();
  let transactions = 0;
  let outputs = 0;
  for (const { txid, vout, height } of agreed.scripts.flatMap(({ utxos }) => utxos ?? [])) {
    const block = blocks.get(height) ?? new Map<string, number[]>();
    blocks.set(height, block);
    const known = block.get(txid);
    if (known) known.push(vout);
    else block.set(txid, [vout]);
    transactions += known ? 0 : 1;
    outputs += 1;
  }
  return {
    point,
    moment,
    blocks: [...blocks]
      .sort(([one], [other]) => one - other)
      .map(([height, byTxid]) => ({ height, outputs: sortOutputs(byTxid) })),
    transactions,
    outputs,
  };
}

function sortOutputs(
  byTxid: ReadonlyMap<string, number[]>,
): ReadonlyMap<string, readonly number[]> {
  return new Map([...byTxid].map(([txid, outputs]) => [txid, outputs.sort((a, b) => a - b)]));
}
