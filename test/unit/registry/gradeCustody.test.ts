import { describe, expect, it } from 'vitest';
import type { ChainId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { ControlEvidence, Provenance } from '../../../src/registry/asset.ts';
import { gradeCustody } from '../../../src/registry/gradeCustody.ts';
import { mainnet, regtest } from '../../support/networks.ts';

const day = 86_400;
const point = {
  chain: mainnet.chain,
  height: 900_000,
  hash: 'ab'.repeat(32),
  time: UnixTime(1_800_000_000),
};
const policy = { maxProofAgeDays: 90 };
const derived: ControlEvidence = { grade: 'derived', file: 'a/evidence/d.json', source: 'x' };

function proof(changes: { age?: number; height?: number; chain?: ChainId } = {}): ControlEvidence {
  const { age = 0, height = point.height, chain = point.chain } = changes;
  const bitcoinPoint = { chain, height, hash: point.hash };
  return {
    grade: 'proven',
    file: 'a/evidence/p.json',
    date: UnixTime(point.time - age),
    bitcoinPoint,
  };
}

function word(kind: Provenance['kind']): Provenance {
  return { kind, by: 'somebody', source: 'https://example.com', date: '2026-01-01' };
}

function grade(evidence: readonly ControlEvidence[], ...kinds: Provenance['kind'][]) {
  return gradeCustody({ provenance: kinds.map(word), evidence }, point, policy);
}

describe('the grade of a custody address', () => {
  it('is proven by a challenge up to the age that the policy allows, to the second', () => {
    expect(grade([proof()], 'claimed')).toBe('proven');
    expect(grade([proof({ age: 90 * day })], 'claimed')).toBe('proven');
    expect(grade([proof({ age: 90 * day + 1 })], 'claimed')).toBe('claimed');
  });

  it('is not proven by a challenge that is younger than the block, or of another chain', () => {
    expect(grade([proof({ height: point.height + 1 })], 'published')).toBe('published');
    expect(grade([proof({ chain: regtest.chain })], 'published')).toBe('published');
  });

  it('is what the best of its evidence makes it', () => {
    expect(grade([proof({ age: 91 * day }), proof({ age: day }), derived], 'claimed')).toBe(
      'proven',
    );
    expect(grade([proof({ age: 91 * day }), derived], 'published')).toBe('derived');
  });

  it('is that of the best word where there is no evidence', () => {
    expect(grade([], 'claimed', 'published')).toBe('published');
    expect(grade([], 'claimed')).toBe('claimed');
    expect(gradeCustody({ provenance: [word('published')] }, point, policy)).toBe('published');
  });

  it('is not derived by a word that calls itself so', () => {
    expect(grade([], 'derived')).toBe('claimed');
  });
});
