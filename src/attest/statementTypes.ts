import type { Digest } from '../core/canonicalJson.ts';

/** Domain and types of one version of the statement, as EIP-712 names them. */
export interface StatementType {
  readonly domain: { readonly name: string; readonly version: string };
  readonly primaryType: string;
  readonly types: Readonly<Record<string, readonly TypeMember[]>>;
}

/** A row of the table: the types, and the two hashes that follow from them (EIP-712). */
interface StatementVersion extends StatementType {
  /** hashStruct of the domain. */
  readonly domainSeparator: Digest;
  /** keccak256 of encodeType of the primary type. */
  readonly typeHash: Digest;
}

export interface TypeMember {
  readonly name: string;
  readonly type: string;
}

/**
 * Every version of the attestation that was ever signed, by its `schema`. A row is never changed and
 * never removed: an old attestation verifies for ever. The domain has no chain and no contract, so
 * that a contract on any chain can recover the signer (EIP-712).
 */
export const statementTypes = {
  'assay.attestation/1': {
    domain: { name: 'Assay Backing Attestation', version: '1' },
    primaryType: 'BackingAttestation',
    domainSeparator: '0xb0a6de7f2f8f19d83b7bcd586fa2edabc79ce1a5e73af616411413a95b5f51d5',
    typeHash: '0x8dbc0b2a74fbbdd95723a0c0e1b489d1f6e28509dfd7cd3f54d8a6602a2da0a8',
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
      ],
      BackingAttestation: [
        { name: 'assetId', type: 'bytes32' },
        { name: 'verdict', type: 'uint8' },
        { name: 'reserves', type: 'uint256' },
        { name: 'supply', type: 'uint256' },
        { name: 'bitcoinHeight', type: 'uint64' },
        { name: 'bitcoinHash', type: 'bytes32' },
        { name: 'supplyPointsHash', type: 'bytes32' },
        { name: 'registryDigest', type: 'bytes32' },
        { name: 'reportDigest', type: 'bytes32' },
        { name: 'observedAt', type: 'uint64' },
        { name: 'validUntil', type: 'uint64' },
        { name: 'sequence', type: 'uint64' },
        { name: 'previous', type: 'bytes32' },
      ],
    },
  },
} as const satisfies Record<string, StatementVersion>;

freezeDeep(statementTypes);

/** The `schema` of an attestation that this program knows. */
export type AttestationVersion = keyof typeof statementTypes;

/** Whether the table has a row for this `schema`. */
export function isKnownVersion(schema: string): schema is AttestationVersion {
  return Object.hasOwn(statementTypes, schema);
}

/** Whether domain, primary type and types are those of the version, in the same order. */
export function hasTypesOf(version: AttestationVersion, claimed: StatementType): boolean {
  const known: StatementType = statementTypes[version];
  if (claimed.domain.name !== known.domain.name) return false;
  if (claimed.domain.version !== known.domain.version) return false;
  if (claimed.primaryType !== known.primaryType) return false;
  const names = Object.keys(known.types);
  if (Object.keys(claimed.types).length !== names.length) return false;
  return names.every((name) => {
    if (!Object.hasOwn(claimed.types, name)) return false;
    return sameMembers(claimed.types[name] ?? [], known.types[name] ?? []);
  });
}

function sameMembers(a: readonly TypeMember[], b: readonly TypeMember[]): boolean {
  return (
    a.length === b.length &&
    a.every((member, index) => member.name === b[index]?.name && member.type === b[index]?.type)
  );
}

function freezeDeep(value: object): void {
  Object.freeze(value);
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freezeDeep(member);
  }
}
