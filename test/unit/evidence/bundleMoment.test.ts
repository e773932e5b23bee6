import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/attest/report.ts';
import type { BundleRecord } from '../../../src/evidence/bundleRecord.ts';
import { mineHeader, sha256d } from '../../support/evidenceChain.ts';
import { change, linked, stored, verify, withManifest } from '../../support/evidenceChanges.ts';
import { buildEvidence } from '../../support/evidenceSetting.ts';
import { expectCode } from '../../support/expectCode.ts';
import { rejection } from '../../support/rejection.ts';

const ahead = { aheadSeconds: 7200, above: 5 };
const dated = buildEvidence('linked', undefined, ahead);
const inStore = buildEvidence('store', undefined, ahead);
const options = { headerAt: inStore.headerAt };

/** The report with another moment, whose skews follow from it. */
function shifted(report: Report, seconds: number): Report {
  const { reserves, supply } = report;
  if (!reserves.moment) throw new Error('the report has no moment');
  const moment = { ...reserves.moment, time: reserves.moment.time + seconds };
  const deployments = supply.deployments.map((one) => ({
    ...one,
    skewSeconds: (one.skewSeconds ?? 0) + seconds,
  }));
  return { ...report, reserves: { ...reserves, moment }, supply: { ...supply, deployments } };
}

/** The records with the header at a height mined again with another time, and those above it upon it. */
function retimed(setting: typeof dated, height: number, seconds: number): BundleRecord[] {
  const headers = [...setting.headers];
  for (let at = height; at < headers.length; at += 1) {
    const old = Buffer.from(headers[at] ?? new Uint8Array(80));
    headers[at] = mineHeader({
      previous: sha256d(headers[at - 1] ?? new Uint8Array()),
      root: Uint8Array.from(old.subarray(36, 68)),
      time: old.readUInt32LE(68) + (at === height ? seconds : 0),
    });
  }
  return change(
    'headers',
    ({ start }) => ({ headers: Uint8Array.from(Buffer.concat(headers.slice(start))) }),
    { records: setting.records },
  );
}

describe('the moment in an evidence bundle', () => {
  it.each([
    [7200, 5],
    [-2400, 5],
    [7200, 0],
    [7200, 3],
    [-2400, 4],
  ])('is shown where the own time is %i s off and %i blocks are above', async (seconds, above) => {
    const setting = { aheadSeconds: seconds, above };
    for (const mode of ['linked', 'store'] as const) {
      const { records, report, headerAt } = buildEvidence(mode, undefined, setting);
      const { proved, notProven } = await verify(records, report, { headerAt });
      const { moment, point } = report.reserves;
      expect((point?.time ?? 0) - (moment?.time ?? 0)).toBe(seconds);
      expect(proved).toContainEqual(
        expect.stringMatching(`^The moment of block 108, .*Z, .* blocks 103 to ${108 + above}\\.$`),
      );
      const doubt = notProven.filter((one) => one.startsWith('When block 108 was mined'));
      expect(doubt).toHaveLength(above === 5 ? 0 : 1);
    }
  });

  it('is one miner’s word in a bundle of old, which verifies by the old rule', async () => {
    for (const { records, report, headerAt } of [linked, stored]) {
      const { proved, notProven } = await verify(records, report, { headerAt });
      expect(notProven).toContainEqual(expect.stringContaining("its time is one miner's word"));
      expect(proved.some((one) => one.startsWith('The moment'))).toBe(false);
    }
  });

  it('is no other than the median, though all that follows from it follows', async () => {
    for (const setting of [dated, inStore]) {
      await verify(setting.records, setting.report, options);
      await expectCode(
        () => verify(setting.records, shifted(setting.report, 1), options),
        'EVIDENCE_FIGURES_MISMATCH',
      );
    }
  });

  it.each([111, 113])('is not moved by another header at height %i: %#', async (height) => {
    for (const setting of [dated, inStore]) {
      // The median is that of block 109; one above it that goes below it moves it.
      const error = await expectCode(
        () => verify(retimed(setting, height, -3300), setting.report, options),
        'EVIDENCE_FIGURES_MISMATCH',
      );
      expect(error.message).toContain('reserves.moment');
    }
  });

  it.each([103, 107, 108])('is of the audited block: not with another header at %i', async (at) => {
    for (const setting of [dated, inStore]) {
      await expectCode(
        () => verify(retimed(setting, at, 1), setting.report, options),
        'EVIDENCE_HEADER_INVALID',
      );
    }
  });

  it.each([
    ['that does not build on the one before', 110, 4],
    ['that lacks the work', 112, 76],
    ['whose time is another', 113, 68],
  ])('is not told by a header %s', async (_, height, byte) => {
    for (const setting of [dated, inStore]) {
      const records = change(
        'headers',
        ({ start, headers }) => {
          const copy = Uint8Array.from(headers);
          const at = (height - start) * 80 + byte;
          // Until its hash has not the work of regtest, which every second one has.
          do copy[at] = ((copy[at] ?? 0) + 1) & 255;
          while (((sha256d(copy.subarray(at - byte, at - byte + 80))[31] ?? 0) & 0x80) === 0);
          return { headers: copy };
        },
        { records: setting.records },
      );
      await expectCode(() => verify(records, setting.report, options), 'EVIDENCE_HEADER_INVALID');
    }
  });

  it('is in the bundle where the report has one, and nowhere else', async () => {
    const span = { fromHeight: 103, toHeight: 113 };
    await expectCode(() => verify(dated.records, linked.report), 'EVIDENCE_FIGURES_MISMATCH');
    await expectCode(() => verify(linked.records, dated.report), 'EVIDENCE_FIGURES_MISMATCH');
    await expectCode(
      () => verify(withManifest({ moment: span }, linked.records)),
      'EVIDENCE_MALFORMED',
    );
  });

  it.each([
    ['fewer headers above than announced', (run: Uint8Array) => run.subarray(0, -80)],
    ['one more', (run: Uint8Array) => Uint8Array.from([...run, ...run.subarray(0, 80)])],
    ['a first one too few', (run: Uint8Array) => run.subarray(80)],
  ])('is not told by %s', async (_, twist) => {
    for (const setting of [dated, inStore]) {
      const records = change('headers', ({ headers }) => ({ headers: twist(headers) }), {
        records: setting.records,
      });
      const { code } = await rejection(() => verify(records, setting.report, options));
      expect(['EVIDENCE_MALFORMED', 'EVIDENCE_HEADER_INVALID']).toContain(code);
    }
  });
});
