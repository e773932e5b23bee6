import { describe, expect, it } from 'vitest';
import { writeChallenge } from '../../../src/control/challenge.ts';
import { type GradedProof, gradeProof, type ProofPolicy } from '../../../src/control/gradeProof.ts';
import type { Verification } from '../../../src/control/verification.ts';
import { verifyMessage } from '../../../src/control/verifyMessage.ts';
import { strongestGrade } from '../../../src/core/controlGrade.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { createSigner, encodeFull, encodeSimple, type Locks } from '../../support/messageSigner.ts';
import { mainnet } from '../../support/networks.ts';
import { sampleChallenge } from '../../support/sampleChallenge.ts';

const day = 86_400;
const policy: ProofPolicy = {
  assetId: sampleChallenge.assetId,
  registryDigest: sampleChallenge.registryDigest,
  now: UnixTime(sampleChallenge.date + 10 * day),
  maxAgeDays: 30,
};
const challenge = writeChallenge(sampleChallenge);
const signer = createSigner('p2wpkh', 'a');
const { address } = signer;

function verify(message: string, signed = message): Verification {
  const signature = encodeSimple(signer.sign(signed));
  return verifyMessage({ address, network: mainnet, message, signature });
}

function grade(change: Partial<ProofPolicy> = {}, message = challenge): GradedProof {
  return gradeProof(verify(message), message, { ...policy, ...change });
}

describe('a signature over our challenge', () => {
  it('proves control', () => {
    expect(grade()).toEqual({ grade: 'proven', challenge: sampleChallenge });
  });

  it('proves it on its last day, and no longer', () => {
    const last = UnixTime(sampleChallenge.date + 30 * day);
    expect(grade({ now: last }).grade).toBe('proven');
    expect(grade({ now: UnixTime(last + 1) })).toMatchObject({
      grade: 'published',
      code: 'CONTROL_CHALLENGE_OLD',
    });
  });

  it.each<[string, Partial<ProofPolicy>, string]>([
    ['for another asset', { assetId: 'tbtc' }, 'CONTROL_CHALLENGE_FOREIGN'],
    [
      'for another registry',
      { registryDigest: `0x${'00'.repeat(32)}` },
      'CONTROL_CHALLENGE_FOREIGN',
    ],
    ['from the future', { now: UnixTime(sampleChallenge.date - day) }, 'CONTROL_CHALLENGE_FUTURE'],
    ['under a limit that is no number', { maxAgeDays: Number.NaN }, 'CONTROL_CHALLENGE_OLD'],
  ])('proves at most a publication %s', (_what, change, code) => {
    expect(grade(change)).toMatchObject({ grade: 'published', code });
  });

  it.each(['We control this.', '', `${challenge} `])(
    'proves at most a publication if the message is foreign or undated: "%s"',
    (message) => {
      expect(grade({}, message)).toMatchObject({
        grade: 'published',
        code: 'CONTROL_CHALLENGE_FOREIGN',
      });
    },
  );

  it('is worth a claim if it does not verify', () => {
    expect(gradeProof(verify(challenge, 'another'), challenge, policy)).toMatchObject({
      grade: 'claimed',
      code: 'CONTROL_SIGNATURE_INVALID',
    });
  });

  it('is worth a claim if it is inconclusive', () => {
    const signature = 'smpAQEB';
    const verification = verifyMessage({
      address: 'bc1sw50qgdz25j',
      network: mainnet,
      message: challenge,
      signature,
    });
    expect(gradeProof(verification, challenge, policy)).toMatchObject({
      grade: 'claimed',
      code: 'CONTROL_NOT_UNDERSTOOD',
    });
  });

  it.each<[Locks, string]>([
    [{ time: 900_000 }, 'proven'],
    [{ time: 900_001 }, 'published'],
    [{ time: sampleChallenge.date }, 'proven'],
    [{ time: sampleChallenge.date + 1 }, 'published'],
    [{ version: 2, age: 144 }, 'published'],
    [{ version: 2, age: 0xfffffffe }, 'proven'],
  ])('with the locks %j is %s', (locks, expected) => {
    const signature = encodeFull(signer.sign(challenge, locks));
    const verification = verifyMessage({
      address,
      network: mainnet,
      message: challenge,
      signature,
    });
    expect(verification.result).toBe('valid');
    expect(gradeProof(verification, challenge, policy).grade).toBe(expected);
  });
});

describe('the strongest grade', () => {
  it('is the best of all, and claimed if there is none', () => {
    expect(strongestGrade(['claimed', 'derived', 'published'])).toBe('derived');
    expect(strongestGrade(['published', 'proven'])).toBe('proven');
    expect(strongestGrade([])).toBe('claimed');
  });
});
