import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { maxAttestationLength, parseAttestation } from '../../../src/attest/parseAttestation.ts';
import { signReport } from '../../../src/attest/signReport.ts';
import { rejection, rejectionCode } from '../../support/rejection.ts';
import { sampleReport } from '../../support/sampleReport.ts';

const attestation = await signReport(sampleReport(), privateKeyToAccount(`0x${'21'.repeat(32)}`));
const text = JSON.stringify(attestation);

describe('parseAttestation', () => {
  it('reads an attestation, however it is indented', () => {
    expect(parseAttestation(text)).toEqual(attestation);
    expect(parseAttestation(JSON.stringify(attestation, null, 2))).toEqual(attestation);
  });

  it('refuses a document of 100 MB before it parses it', async () => {
    const huge = `${text.slice(0, -1)},"padding":"${'x'.repeat(100_000_000)}"}`;
    const error = await rejection(() => parseAttestation(huge));
    expect(error.code).toBe('ATTESTATION_TOO_LARGE');
    expect(error.facts.limit).toBe(maxAttestationLength);
  });

  it.each([
    ['nothing', ''],
    ['a web page', '<!doctype html><title>502</title>'],
    ['half of itself', text.slice(0, text.length / 2)],
    ['null', 'null'],
    ['a list', `[${text}]`],
    ['a report alone', JSON.stringify(attestation.report)],
    ['100,000 nested lists', '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('refuses %s', async (_, document) => {
    expect(await rejectionCode(() => parseAttestation(document))).toBe('ATTESTATION_MALFORMED');
  });

  it('quotes nothing of a document that is not JSON', async () => {
    const error = await rejection(() => parseAttestation('{"password": hunter2}'));
    expect(error.message).not.toContain('hunter2');
  });

  it('names the version that it does not know', async () => {
    const later = text.replace('assay.attestation/1', 'assay.attestation/2');
    const error = await rejection(() => parseAttestation(later));
    expect(error.code).toBe('ATTESTATION_VERSION_UNKNOWN');
    expect(error.facts.schema).toBe('assay.attestation/2');
  });

  it.each([
    ['verdict', '"verdict":"backed"', '"verdict":"under-backed","verdict":"backed"'],
    ['signer', '"signer":', '"signer":"0x00","signer":'],
    ['escaped key', '"signer":', '"sign\\u0065r":"0x00","signer":'],
    ['prototype', '"signer":', '"__proto__":{"a":1},"signer":'],
  ])('refuses a second %s that another reader could take', async (_, from, to) => {
    expect(await rejectionCode(() => parseAttestation(text.replace(from, to)))).toBe(
      'ATTESTATION_MALFORMED',
    );
  });
});
