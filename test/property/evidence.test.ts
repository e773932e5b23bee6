import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../../src/core/assayError.ts';
import { climbBranch } from '../../src/evidence/climbBranch.ts';
import { decodeTarget, encodeTarget } from '../../src/evidence/compactTarget.ts';
import { decodeRecord } from '../../src/evidence/decodeRecord.ts';
import { encodeRecord } from '../../src/evidence/encodeRecord.ts';
import { readBundle } from '../../src/evidence/readBundle.ts';
import { verifyBundle } from '../../src/evidence/verifyBundle.ts';
import { merkleBranch, merkleRoot, sha256d } from '../support/evidenceChain.ts';
import { buildEvidence, inPieces, writeFileOf } from '../support/evidenceSetting.ts';

const setting = buildEvidence();
const { file, digest } = await writeFileOf(setting.records);
const content = Uint8Array.from(inflateSync(file));

/** The code of the error that verifying gives, or undefined where there is none. */
async function codeOf(bytes: Uint8Array): Promise<string | undefined> {
  try {
    await verifyBundle(inPieces(bytes), setting.report, { digest });
    return undefined;
  } catch (thrown) {
    return thrown instanceof AssayError ? thrown.code : `unexpected: ${String(thrown)}`;
  }
}

describe('an evidence bundle', () => {
  it('does not verify with any byte of its file changed', async () => {
    expect(await codeOf(file)).toBeUndefined();
    for (let at = 0; at < file.length; at += 1) {
      const code = await codeOf(file.with(at, (file[at] ?? 0) ^ 0xff));
      expect(code, `byte ${at}`).toMatch(/^(EVIDENCE|ATTESTATION)_/);
    }
  });

  it('does not verify with any byte of its content changed, though compressed again', async () => {
    for (let at = 0; at < content.length; at += 1) {
      const changed = content.with(at, (content[at] ?? 0) ^ (1 << (at % 8)));
      const code = await codeOf(Uint8Array.from(deflateSync(changed)));
      expect(code, `byte ${at}`).toMatch(/^EVIDENCE_/);
    }
  });
});

describe('any bytes at all', () => {
  it('are read without any other error than one of evidence', async () => {
    const start = Buffer.from('assay.evidence/1\n');
    const frames = fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: 8 }), fc.uint8Array({ maxLength: 200 }))
        .map(([type, payload]) => Buffer.from([type, 0, 0, 0, payload.length, ...payload])),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(frames, async (parts) => {
        const bytes = Uint8Array.from(deflateSync(Buffer.concat([start, ...parts])));
        await expect(Array.fromAsync(readBundle(inPieces(bytes)))).rejects.toMatchObject({
          code: expect.stringMatching(/^EVIDENCE_/),
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('a record of a transaction', () => {
  it('reads back as it was written', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const record = fc.record({
      type: fc.constant('transaction' as const),
      position: fc.integer({ min: 0, max: 0xffff_ffff }),
      branch: fc.nat(32).chain((levels) => bytes(levels * 32)),
      outputs: fc
        .uniqueArray(fc.integer({ min: 0, max: 0xffff_ffff }), { minLength: 1, maxLength: 300 })
        .map((outputs) => outputs.toSorted((a, b) => a - b)),
      // No output takes less than nine bytes, so that a transaction is longer than its outputs are many.
      transaction: fc.uint8Array({ minLength: 300, maxLength: 400 }),
    });
    fc.assert(
      fc.property(record, (one) => {
        expect(decodeRecord('transaction', encodeRecord(one).subarray(5))).toEqual(one);
      }),
    );
  });
});

describe('a Merkle branch', () => {
  it('leads to the root for its leaf and position, and for no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), (size, one, other) => {
        const leaves = Array.from({ length: size }, (_, index) => sha256d(Uint8Array.of(index)));
        const position = one % size;
        const elsewhere = other % size;
        const root = merkleRoot(leaves);
        const branch = merkleBranch(leaves, position);
        const leaf = leaves[position] ?? new Uint8Array();
        expect(climbBranch(leaf, position, branch)).toEqual(root);
        fc.pre(elsewhere !== position);
        expect(climb(leaf, elsewhere, branch)).not.toEqual(root);
        expect(climb(leaves[elsewhere] ?? leaf, position, branch)).not.toEqual(root);
      }),
    );
  });
});

describe('a target', () => {
  it('is rounded down to what bits can hold, and stays', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: (1n << 256n) - 1n }), (value) => {
        const rounded = decodeTarget(encodeTarget(value))?.value ?? 0n;
        expect(rounded <= value).toBe(true);
        expect(value - rounded < (value >> 15n) + 1n).toBe(true);
        expect(encodeTarget(rounded)).toBe(encodeTarget(value));
      }),
    );
  });
});

/** The root, or undefined where the branch is refused. */
function climb(leaf: Uint8Array, position: number, branch: Uint8Array): Uint8Array | undefined {
  try {
    return climbBranch(leaf, position, branch);
  } catch {
    return undefined;
  }
}
