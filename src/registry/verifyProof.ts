import { ControlError } from '../control/errors.ts';
import type { Verification } from '../control/verification.ts';
import { verifyMessage } from '../control/verifyMessage.ts';
import { verifyMultisigMessage } from '../control/verifyMultisigMessage.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { ProofEntry } from './proofFile.ts';

/** Whether a proof as a file writes it, single or of m keys, verifies for its address and message. */
export function verifyProof(
  proof: ProofEntry,
  message: string,
  network: BitcoinNetwork,
): Verification {
  try {
    return 'script' in proof
      ? verifyMultisigMessage({ ...proof, network, message })
      : verifyMessage({ ...proof, network, message });
  } catch (thrown) {
    // The one error that they throw: the address is none of the network.
    if (!(thrown instanceof ControlError)) throw thrown;
    return { result: 'invalid', code: thrown.code, reason: thrown.message };
  }
}
