import { concat, keccak256, stringToBytes } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { StatementMessage } from '../../../src/attest/attestation.ts';
import { hasTypesOf, isKnownVersion, statementTypes } from '../../../src/attest/statementTypes.ts';

const version = 'assay.attestation/1';
const row = statementTypes[version];
const hash = (text: string) => keccak256(stringToBytes(text));

describe('statementTypes', () => {
  it('has the type hash of the published type string', () => {
    expect(row.typeHash).toBe(
      hash(
        'BackingAttestation(bytes32 assetId,uint8 verdict,uint256 reserves,uint256 supply,' +
          'uint64 bitcoinHeight,bytes32 bitcoinHash,bytes32 supplyPointsHash,' +
          'bytes32 registryDigest,bytes32 reportDigest,uint64 observedAt,uint64 validUntil,' +
          'uint64 sequence,bytes32 previous)',
      ),
    );
  });

  it('has the domain separator of name and version alone', () => {
    const type = hash('EIP712Domain(string name,string version)');
    const separator = keccak256(concat([type, hash('Assay Backing Attestation'), hash('1')]));
    expect(row.domainSeparator).toBe(separator);
  });

  it('names the members of the message, in the order of its schema', () => {
    const names = row.types.BackingAttestation.map(({ name }) => name);
    expect(names).toEqual(Object.keys(StatementMessage.shape));
  });

  it('is frozen to its leaves', () => {
    expect(Object.isFrozen(statementTypes)).toBe(true);
    expect(Object.isFrozen(row.domain)).toBe(true);
    expect(Object.isFrozen(row.types.BackingAttestation[0])).toBe(true);
  });

  it('knows its versions and nothing that an object inherits', () => {
    expect(isKnownVersion(version)).toBe(true);
    expect(isKnownVersion('assay.attestation/2')).toBe(false);
    expect(isKnownVersion('constructor')).toBe(false);
  });

  it('takes no other types for its own', () => {
    const { EIP712Domain, BackingAttestation } = row.types;
    expect(hasTypesOf(version, row)).toBe(true);
    for (const types of [
      { BackingAttestation },
      { EIP712Domain, BackingAttestation, Extra: [] },
      { EIP712Domain, Other: BackingAttestation },
      { EIP712Domain, BackingAttestation: BackingAttestation.slice(1) },
      { EIP712Domain, BackingAttestation: BackingAttestation.toReversed() },
      { EIP712Domain: EIP712Domain.toReversed(), BackingAttestation },
    ]) {
      expect(hasTypesOf(version, { ...row, types })).toBe(false);
    }
    expect(hasTypesOf(version, { ...row, primaryType: 'EIP712Domain' })).toBe(false);
    expect(hasTypesOf(version, { ...row, domain: { name: 'Assay', version: '1' } })).toBe(false);
  });
});
