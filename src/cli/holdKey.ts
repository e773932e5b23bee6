import { holdAlone, type ProcessLock } from '../files/holdAlone.ts';

/**
 * Holds a signing key for this process: two that sign with one key would each answer for what the other
 * does not know. Copies of a key file hold the same key.
 *
 * @param address of the key
 * @param keystore the file that it came from, for the error
 * @throws AssayError FILE_IN_USE
 */
export function holdKey(address: string, keystore: string): Promise<ProcessLock> {
  return holdAlone(
    `signer ${address.toLowerCase()}`,
    `the signing key ${address} (${keystore})`,
    'Wait until it has ended, or sign several assets in one run: assay reconcile ASSET ASSET --sign. Beside a service, sign with a key of your own.',
  );
}
