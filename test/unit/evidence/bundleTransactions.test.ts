import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/attest/report.ts';
import type { TransactionRecord } from '../../../src/evidence/bundleRecord.ts';
import { makeTransaction, merkleBranch, mineHeader, sha256d } from '../../support/evidenceChain.ts';
import {
  change,
  isOf,
  linked,
  stored,
  verify,
  withAddress,
  withManifest,
} from '../../support/evidenceChanges.ts';
import { buildEvidence } from '../../support/evidenceSetting.ts';
import { expectCode } from '../../support/expectCode.ts';

describe('a transaction of a bundle', () => {
  const of104 = { nth: 1 + 1 };

  it('must be on the branch to the root of its block', async () => {
    for (const alter of [
      ({ branch }: TransactionRecord) => ({ branch: Uint8Array.from(branch, (byte) => byte ^ 1) }),
      ({ branch }: TransactionRecord) => ({ branch: branch.slice(32) }),
      ({ branch }: TransactionRecord) => ({
        branch: Uint8Array.from([...branch, ...branch.slice(0, 32)]),
      }),
      ({ transaction }: TransactionRecord) => ({ transaction: transaction.with(0, 9) }),
    ]) {
      await expectCode(
        () => verify(change('transaction', alter, of104)),
        'EVIDENCE_BRANCH_INVALID',
      );
    }
    await expectCode(
      () => verify(change('transaction', () => ({ position: 3 }), of104)),
      'EVIDENCE_BRANCH_INVALID',
    );
  });

  it('must have a branch as long as the others of its block', async () => {
    await expectCode(
      () =>
        verify(
          change('transaction', ({ branch }) => ({ branch: branch.slice(0, 32) }), { nth: 1 }),
        ),
      'EVIDENCE_BRANCH_INVALID',
    );
  });

  it('must not have 64 bytes', async () => {
    const transaction = makeTransaction([{ sats: 5n, script: '51515151' }], 'seed');
    const thrown = await expectCode(
      () => verify(change('transaction', () => ({ transaction }))),
      'EVIDENCE_TRANSACTION_INVALID',
    );
    expect(thrown.message).toContain('position 1 of block 101 has 64 bytes');
  });

  it.each([
    ['cut short', (bytes: Uint8Array) => bytes.slice(0, -1)],
    ['longer than itself', (bytes: Uint8Array) => Uint8Array.from([...bytes, 0])],
    [
      'with witnesses',
      (bytes: Uint8Array) => Uint8Array.from([...bytes.slice(0, 4), 0, 1, ...bytes.slice(4)]),
    ],
    ['empty', () => new Uint8Array()],
  ])('must be readable: not %s', async (_, alter) => {
    await expectCode(
      () =>
        verify(change('transaction', ({ transaction }) => ({ transaction: alter(transaction) }))),
      'EVIDENCE_TRANSACTION_INVALID',
    );
  });

  it('must have the outputs that are counted, and pay them to custody addresses', async () => {
    await expectCode(
      () => verify(change('transaction', () => ({ outputs: [7] }))),
      'EVIDENCE_OUTPUT_INVALID',
    );
    const thrown = await expectCode(
      () => verify(change('transaction', () => ({ outputs: [0, 2] }), of104)),
      'EVIDENCE_OUTPUT_INVALID',
    );
    expect(thrown.message).toContain('to no custody address in force');
  });

  it('is counted once, also where it is in two blocks', async () => {
    const setting = buildEvidence();
    const first = setting.records.find((one) => isOf(one, 'transaction'));
    if (!first) throw new Error('no transaction');
    // Block 107 repeats it alone; the headers above are mined again.
    const root = sha256d(first.transaction);
    const point = setting.report.reserves.point;
    const run = setting.headers.slice(101, 107);
    for (const [height, time] of [
      [107, (point?.time ?? 0) - 600],
      [108, point?.time ?? 0],
    ] as const) {
      const previous = sha256d(run.at(-1) ?? new Uint8Array());
      const own = setting.headers[108]?.subarray(36, 68) ?? root;
      run.push(mineHeader({ previous, time, root: height === 107 ? root : own }));
    }
    const hash = Buffer.from(sha256d(run.at(-1) ?? new Uint8Array()))
      .reverse()
      .toString('hex');
    if (!point) throw new Error('no point');
    const bitcoinPoint = { ...point, hash };
    const report: Report = {
      ...withAddress(0, {}),
      reserves: {
        ...setting.report.reserves,
        point: bitcoinPoint,
        observations: setting.report.reserves.observations.map((one) => ({
          ...one,
          point: bitcoinPoint,
        })),
      },
    };
    const last = setting.records.findLastIndex(({ type }) => type === 'transaction');
    const records = setting.records
      .toSpliced(
        last + 1,
        0,
        { type: 'block', height: 107 },
        {
          ...first,
          position: 0,
          branch: merkleBranch([root], 0),
        },
      )
      .map((one) =>
        isOf(one, 'headers') ? { ...one, headers: Uint8Array.from(Buffer.concat(run)) } : one,
      );
    const manifest = { bitcoinPoint, blocks: 4, transactions: 5, outputs: 6 };
    const thrown = await expectCode(
      () => verify(withManifest(manifest, records), report),
      'EVIDENCE_OUTPUT_INVALID',
    );
    expect(thrown.message).toContain('position 0 of block 107 is counted twice');
  });
});

describe('the headers of a bundle', () => {
  it('must be linked and have their work', async () => {
    for (const at of [4, 36, 76, 80 + 4, 80 * 7 + 40]) {
      await expectCode(
        () =>
          verify(
            change('headers', ({ headers }) => ({
              headers: headers.with(at, (headers[at] ?? 0) ^ 0x55),
            })),
          ),
        'EVIDENCE_HEADER_INVALID',
      );
    }
  });

  it('must end in the audited block', async () => {
    const { headers } = linked;
    const other = mineHeader({
      previous: sha256d(headers[107] ?? new Uint8Array()),
      time: 1_763_800_000,
      root: sha256d(new Uint8Array()),
    });
    const run = Uint8Array.from(Buffer.concat([...headers.slice(101, 108), other]));
    const thrown = await expectCode(
      () =>
        verify(
          change('headers', () => ({ headers: run })).filter(({ type }) => type !== 'coinbase'),
        ),
      'EVIDENCE_HEADER_INVALID',
    );
    expect(thrown.message).toContain('height 108 is not the one that the report names');
  });

  it('must be in the store, and the same there', async () => {
    const { report, records, headerAt } = stored;
    await expectCode(() => verify(records, report), 'HEADERS_MISSING');
    await expectCode(
      () =>
        verify(records, report, {
          headerAt: (height) => (height < 108 ? headerAt(height) : undefined),
        }),
      'HEADERS_MISSING',
    );
    for (const wrong of [50, 104, 108]) {
      await expectCode(
        () =>
          verify(records, report, {
            headerAt: (height) => headerAt(height === wrong ? 3 : height),
          }),
        'EVIDENCE_HEADER_INVALID',
      );
    }
    const other = change('block', () => ({ header: headerAt(103) }), { records, nth: 1 });
    await expectCode(() => verify(other, report, { headerAt }), 'EVIDENCE_HEADER_INVALID');
  });
});
