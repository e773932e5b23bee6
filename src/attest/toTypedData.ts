import type { StatementMessage } from './attestation.ts';
import { Bytes32 } from './bytes32.ts';
import { statementTypes } from './statementTypes.ts';

const { domain, primaryType, types } = statementTypes['assay.attestation/1'];

/**
 * A message with its domain and types as viem's `signTypedData` and `hashTypedData` take them.
 *
 * @throws AssayError ATTESTATION_MALFORMED if a hash is not 32 bytes in lower-case hex
 */
export function toTypedData(message: StatementMessage) {
  return {
    domain,
    types,
    primaryType,
    message: {
      assetId: Bytes32(message.assetId),
      verdict: Number(message.verdict),
      reserves: BigInt(message.reserves),
      supply: BigInt(message.supply),
      bitcoinHeight: BigInt(message.bitcoinHeight),
      bitcoinHash: Bytes32(message.bitcoinHash),
      supplyPointsHash: Bytes32(message.supplyPointsHash),
      registryDigest: Bytes32(message.registryDigest),
      reportDigest: Bytes32(message.reportDigest),
      observedAt: BigInt(message.observedAt),
      validUntil: BigInt(message.validUntil),
      sequence: BigInt(message.sequence),
      previous: Bytes32(message.previous),
    },
  } as const;
}
