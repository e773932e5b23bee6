import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { signReport } from '../../../src/attest/signReport.ts';
import { verifyAttestation } from '../../../src/attest/verifyAttestation.ts';
import type { ErrorCode } from '../../../src/core/errorCodes.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { rejectionCode } from '../../support/rejection.ts';
import { sampleFigures, sampleReport } from '../../support/sampleReport.ts';

const account = privateKeyToAccount(`0x${'42'.repeat(32)}`);
const report = sampleReport({
  addresses: sampleFigures.addresses.slice(0, 3).concat([3_700_000_000n]),
});
const attestation = await signReport(report, account);
const policy = { signers: [account.address], now: UnixTime(report.observedAt) };

type Path = readonly (string | number)[];

/** Every place of a JSON value, containers included. */
function placesOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => placesOf(one, [...path, key]))];
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => Object(value)[key], root);
}

/** A copy in which the value at one place is another. */
function replaced(path: Path, value: unknown): unknown {
  const copy: unknown = structuredClone(attestation);
  const key = path.at(-1);
  if (key === undefined) return value;
  Object(valueAt(copy, path.slice(0, -1)))[key] = value;
  return copy;
}

/** Small changes to a leaf, most of which keep its form. */
function changesOf(leaf: unknown): readonly unknown[] {
  if (typeof leaf === 'string') {
    const middle = Math.floor(leaf.length / 2);
    return [nextCharacter(leaf, leaf.length - 1), nextCharacter(leaf, middle), `${leaf}0`, null];
  }
  if (typeof leaf === 'number') return [leaf + 1, -leaf, String(leaf)];
  if (typeof leaf === 'boolean') return [!leaf];
  return [0, '0'];
}

/** The text with another character of the same kind at the index. */
function nextCharacter(text: string, index: number): string {
  const at = text[index] ?? '';
  const other = /[0-9]/.test(at) ? String((Number(at) + 1) % 10) : at === 'a' ? 'b' : 'a';
  return text.slice(0, index) + other + text.slice(index + 1);
}

function allowedCodes([top, part]: Path): readonly ErrorCode[] {
  const malformed = 'ATTESTATION_MALFORMED';
  switch (top) {
    case 'schema':
      return [malformed, 'ATTESTATION_VERSION_UNKNOWN'];
    case 'signature':
    case 'signer':
      return [malformed, 'ATTESTATION_SIGNATURE_INVALID'];
    case 'report':
      return [malformed, 'ATTESTATION_REPORT_MISMATCH'];
    default:
      return part === 'message'
        ? [malformed, 'ATTESTATION_SIGNATURE_INVALID']
        : [malformed, 'ATTESTATION_DOMAIN_MISMATCH'];
  }
}

const places = placesOf(attestation).filter((path) => path.length > 0);
const leaves = places.filter(
  (path) => Object(valueAt(attestation, path)) !== valueAt(attestation, path),
);
const containers = [[], ...places.filter((path) => !leaves.includes(path))];

describe('an attestation changed in one place', () => {
  it('is refused at every leaf, with the code of the part that was changed', async () => {
    const accepted: string[] = [];
    for (const path of leaves) {
      for (const change of changesOf(valueAt(attestation, path))) {
        // JSON has one zero: -0 is written 0, and so it is the same document.
        if (Object.is(change, -0)) continue;
        const code = await rejectionCode(() => verifyAttestation(replaced(path, change), policy));
        if (!allowedCodes(path).includes(code)) accepted.push(`${path.join('/')}: ${code}`);
      }
    }
    expect(accepted).toEqual([]);
    expect(leaves.length).toBeGreaterThan(130);
  });

  it('tells which part it was, where the form stays right', async () => {
    const code = (path: Path, value: unknown) =>
      rejectionCode(() => verifyAttestation(replaced(path, value), policy));
    expect(await code(['schema'], 'assay.attestation/2')).toBe('ATTESTATION_VERSION_UNKNOWN');
    expect(await code(['statement', 'domain', 'version'], '2')).toBe('ATTESTATION_DOMAIN_MISMATCH');
    expect(await code(['statement', 'primaryType'], 'Permit')).toBe('ATTESTATION_DOMAIN_MISMATCH');
    expect(await code(['statement', 'types', 'EIP712Domain', 0, 'type'], 'bytes')).toBe(
      'ATTESTATION_DOMAIN_MISMATCH',
    );
    expect(await code(['statement', 'message', 'supply'], '1')).toBe(
      'ATTESTATION_SIGNATURE_INVALID',
    );
    expect(await code(['statement', 'message', 'verdict'], '256')).toBe('ATTESTATION_MALFORMED');
    expect(await code(['report', 'verdict'], 'under-backed')).toBe('ATTESTATION_REPORT_MISMATCH');
    expect(await code(['report', 'supply', 'amount'], '1')).toBe('ATTESTATION_REPORT_MISMATCH');
  });

  it('is refused with any key more or less', async () => {
    for (const path of containers) {
      const container = valueAt(attestation, path);
      if (Array.isArray(container)) {
        const shorter = replaced(path, container.slice(1));
        if (container.length > 0) await rejectionCode(() => verifyAttestation(shorter, policy));
        continue;
      }
      const more = replaced(path, { ...Object(container), extra: 1 });
      const code = await rejectionCode(() => verifyAttestation(more, policy));
      expect(['ATTESTATION_MALFORMED', 'ATTESTATION_DOMAIN_MISMATCH']).toContain(code);
      for (const key of Object.keys(Object(container))) {
        const { [key]: _, ...less } = Object(container);
        await rejectionCode(() => verifyAttestation(replaced(path, less), policy));
      }
    }
  });

  it('is refused with its lists in another order', async () => {
    for (const path of [
      ['report', 'reserves', 'addresses'],
      ['report', 'supply', 'deployments'],
    ]) {
      const list = valueAt(attestation, path);
      if (!Array.isArray(list)) throw new Error('no list');
      const code = await rejectionCode(() =>
        verifyAttestation(replaced(path, list.toReversed()), policy),
      );
      expect(code).toBe('ATTESTATION_REPORT_MISMATCH');
    }
  });
});
