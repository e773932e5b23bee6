import { sameBytes } from '../control/sameBytes.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { CoinbaseRecord } from './bundleRecord.ts';
import { climbBranch } from './climbBranch.ts';
import { coinbaseHeight } from './coinbaseHeight.ts';
import { createHash256 } from './createHash256.ts';
import { badBranch, badTransaction, malformed, otherFigures } from './errors.ts';
import { refuseRange } from './refuseRange.ts';

/**
 * Checks that the coinbase of a block says that the block has this height (BIP 34).
 *
 * @throws AssayError EVIDENCE_MALFORMED where the network's coinbases do not say it yet,
 * EVIDENCE_TRANSACTION_INVALID, EVIDENCE_BRANCH_INVALID, EVIDENCE_FIGURES_MISMATCH
 */
export function checkCoinbase(
  { transaction, branch }: CoinbaseRecord,
  merkleRoot: Uint8Array,
  height: number,
  { bip34Height }: BitcoinNetwork,
): void {
  if (height < bip34Height) throw malformed('has a coinbase that need not tell its height');
  const place = `position 0 of block ${height}`;
  const told = refuseRange(
    () => coinbaseHeight(transaction),
    (what) => badTransaction(place, what),
  );
  const hash256 = createHash256();
  const root = refuseRange(
    () => climbBranch(hash256(transaction), 0, branch, hash256),
    (what) => badBranch(place, what),
  );
  if (!sameBytes(root, merkleRoot)) {
    throw badBranch(place, 'does not lead to the Merkle root of its block');
  }
  if (told !== height) {
    throw otherFigures(
      'reserves.point.height',
      `is ${height}, where the block itself says ${told}`,
    );
  }
}
