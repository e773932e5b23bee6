import { createHash } from 'node:crypto';
import type { Report } from '../src/attest/report.ts';
import type { BundleRecord, Manifest, TransactionRecord } from '../src/evidence/bundleRecord.ts';
import { climbBranch } from '../src/evidence/climbBranch.ts';
import { makeTransaction, mineHeader, sha256d } from '../test/support/evidenceChain.ts';
import { makeRegistryRecord, placeReport } from '../test/support/evidenceSetting.ts';
import { sampleReport } from '../test/support/sampleReport.ts';
import { syntheticAddress } from '../test/support/syntheticChain.ts';

const addressCount = 10_000;
const blockCount = 25_000;
const lowestHeight = 700_000;
/** As many as a block of 2,500 transactions has. */
const levels = 12;
const sats = 80_000n;

export interface EvidenceBundle {
  readonly report: Report;
  readonly records: readonly BundleRecord[];
  readonly utxos: number;
}

/** A bundle of 50,000 outputs on 10,000 addresses: two transactions in each of 25,000 blocks in a row. */
export function buildEvidenceBundle(): EvidenceBundle {
  const custody = Array.from({ length: addressCount }, (_, index) => syntheticAddress(`${index}`));
  const addresses = custody.map(({ address }) => address);
  const utxos = blockCount * 2;
  const perAddress = utxos / addressCount;
  const sample = sampleReport({ addresses: addresses.map(() => sats * BigInt(perAddress)) });
  const registry = makeRegistryRecord(addresses);
  const lastTime = sample.reserves.point?.time ?? 0;
  const headers: Uint8Array[] = [];
  const bodies: BundleRecord[] = [];
  let previous = sha256d(new Uint8Array());
  for (let index = 0; index < blockCount; index += 1) {
    const pair = [0, 1].map((one) => {
      const script = custody[(index * 2 + one) % addressCount]?.script ?? '';
      return makeTransaction([{ sats, script }], `${index} ${one}`, fillScript(`${index} ${one}`));
    });
    const transactions = placePair(pair, index);
    const [first] = transactions;
    if (!first) throw new Error('no transaction');
    const root = climbBranch(sha256d(first.transaction), first.position, first.branch);
    const time = lastTime - 600 * (blockCount - 1 - index);
    const header = mineHeader({ previous, root, time });
    headers.push(header);
    previous = sha256d(header);
    bodies.push({ type: 'block', height: lowestHeight + index }, ...transactions);
  }
  const height = lowestHeight + blockCount - 1;
  const report = placeReport(sample, {
    registry,
    header: headers.at(-1) ?? new Uint8Array(),
    height,
    addresses,
    utxos: addresses.map(() => perAddress),
  });
  if (!report.reserves.point) throw new Error('no point');
  const manifest: Manifest = {
    schema: 'assay.evidence/1',
    assets: ['dbtc'],
    bitcoinPoint: report.reserves.point,
    headers: 'linked',
    blocks: blockCount,
    transactions: utxos,
    outputs: utxos,
    proofs: 0,
  };
  const runs = Array.from({ length: Math.ceil(blockCount / 2016) }, (_, index): BundleRecord => {
    const run = headers.slice(index * 2016, index * 2016 + 2016);
    const start = lowestHeight + index * 2016;
    return { type: 'headers', start, headers: Uint8Array.from(Buffer.concat(run)) };
  });
  return {
    report,
    utxos,
    records: [{ type: 'manifest', manifest }, { type: 'registry', registry }, ...runs, ...bodies],
  };
}

/** Makes a transaction as long as those of the main network are on average, some 350 bytes, and as dense. */
function fillScript(seed: string): string {
  const parts = Array.from({ length: 8 }, (_, index) =>
    createHash('sha256').update(`${seed} ${index}`).digest('hex'),
  );
  return parts.join('').slice(0, 2 * 252);
}

/** Two neighbours somewhere in a block; the rest of the tree is made up from its siblings. */
function placePair(pair: readonly Uint8Array[], seed: number): readonly TransactionRecord[] {
  const position = (seed * 2) % 2 ** levels;
  const above = Array.from({ length: levels - 1 }, (_, level) =>
    createHash('sha256').update(`${seed} ${level}`).digest(),
  );
  const ids = pair.map(sha256d);
  return pair.map((transaction, index) => ({
    type: 'transaction',
    position: position + index,
    branch: Uint8Array.from(Buffer.concat([ids[1 - index] ?? new Uint8Array(), ...above])),
    outputs: [0],
    transaction,
  }));
}
