import { describe, expect, it } from 'vitest';
import { exampleReport } from '../../../src/api/contract/exampleReport.ts';
import { Report } from '../../../src/attest/report.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import type { BundleRecord } from '../../../src/evidence/bundleRecord.ts';
import { reportBindings } from '../../../src/evidence/reportBindings.ts';
import { verifyBundle } from '../../../src/evidence/verifyBundle.ts';
import { buildEvidence, inPieces, writeFileOf } from '../../support/evidenceSetting.ts';
import { leavesOf, otherValues, schemaFields, withLeaf } from '../../support/reportLeaves.ts';

const { report: plain, records } = buildEvidence('linked', undefined, {
  aheadSeconds: 600,
  above: 5,
});
const [first, second] = plain.supply.deployments;
if (!first?.point || !second?.point || !plain.reserves.point) throw new Error('nothing was read');

/** With something in every part of it that a bundle leaves to the attester. */
const report: Report = {
  ...plain,
  reserves: {
    ...plain.reserves,
    disputes: [
      {
        address: plain.reserves.addresses[0]?.address ?? '',
        outpoint: `${'ab'.repeat(32)}:0`,
        claims: [{ operator: 'another', sats: '5' }],
      },
    ],
  },
  graph: {
    deployments: plain.supply.deployments.map(({ token, amount, decimals, point, around }) => ({
      ...{ token, amount, decimals, point, around },
      kind: 'canonical' as const,
      lockbox: null,
    })),
    edges: [],
  },
  claims: exampleReport.claims.map((claim) => ({ ...claim, amount: null, difference: null })),
};

describe('the table of what binds each field of a report', () => {
  it('has every field, and no other', () => {
    expect(Object.keys(reportBindings).toSorted()).toEqual(schemaFields(Report).toSorted());
  });
});

/** With and without what shows height and supplies: less is proved then. */
const bundles: readonly (readonly [name: string, shown: readonly BundleRecord[]])[] = [
  ['a bundle', records],
  ['a bundle without a coinbase', records.filter(({ type }) => type !== 'coinbase')],
  [
    'a bundle without proofs of the supplies',
    records.flatMap((record): BundleRecord[] => {
      if (record.type === 'supply') return [];
      if (record.type !== 'manifest') return [record];
      return [{ ...record, manifest: { ...record.manifest, proofs: 0 } }];
    }),
  ],
];

describe.each(bundles)('a report with %s', async (_, shown) => {
  const { file } = await writeFileOf(shown);
  const verify = (changed: Report) => verifyBundle(inPieces(file), changed);
  const { proved } = await verify(report);
  const names = new Set(leavesOf(report).map(({ field }) => field));

  it.each([...names])(
    'is refused where %s is another, or nothing that is proved tells of it',
    async (field) => {
      for (const { steps, value } of leavesOf(report).filter((one) => one.field === field)) {
        for (const other of otherValues(value)) {
          const changed = Report.safeParse(withLeaf(report, steps, other));
          if (!changed.success) continue;
          const result = await verify(changed.data).catch((thrown: unknown) => {
            if (thrown instanceof AssayError && thrown.code !== 'INTERNAL_ERROR') return undefined;
            throw thrown;
          });
          if (!result) continue;
          expect([field, result.proved]).toEqual([field, proved]);
          expect([field, reportBindings[field]?.by]).toEqual([
            field,
            expect.stringMatching(/^(?:attester|evidence)$/),
          ]);
        }
      }
    },
  );
});
