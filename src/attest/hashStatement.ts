import { concat, keccak256 } from 'viem/utils';
import type { Digest } from '../core/canonicalJson.ts';
import type { Statement } from './attestation.ts';
import { Bytes32 } from './bytes32.ts';
import { malformed } from './errors.ts';
import { statementTypes } from './statementTypes.ts';

const { domainSeparator, typeHash, types } = statementTypes['assay.attestation/1'];

const bits = { uint8: 8n, uint64: 64n, uint256: 256n } as const;

/**
 * The EIP-712 digest of a statement: what is signed, and the attestation's id. Domain and types are
 * those of the table of versions, not the statement's own copy.
 *
 * Every member is one word, so that the encoding is a row of words: a fraction of the work of a
 * general encoder, and held to viem's `hashTypedData` by a test.
 *
 * @throws AssayError ATTESTATION_MALFORMED if a number does not fit its type
 */
export function hashStatement({ message }: Pick<Statement, 'message'>): Digest {
  const words = types.BackingAttestation.map(({ name, type }) =>
    type === 'bytes32' ? Bytes32(message[name]) : encodeInteger(message[name], name, bits[type]),
  );
  return keccak256(concat(['0x1901', domainSeparator, keccak256(concat([typeHash, ...words]))]));
}

function encodeInteger(text: string, name: string, width: bigint): Digest {
  if (!/^\d{1,78}$/.test(text) || BigInt(text) >> width !== 0n) {
    throw malformed(`${name} of the statement does not fit its type`);
  }
  return `0x${BigInt(text).toString(16).padStart(64, '0')}`;
}
