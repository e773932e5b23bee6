import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alterScan, type ScannedOutput } from '../../../demo/alterScan.ts';
import type { AnswerRequest } from '../../../demo/frontRpc.ts';
import type { Report } from '../../../src/attest/report.ts';
import { type FaultWorld, openFaultWorld } from '../../support/faultWorld.ts';
import { mineHeader } from '../../support/mineHeader.ts';
import { expectConsistent } from '../demo/expectConsistent.ts';

let open: FaultWorld;
beforeAll(async () => {
  open = await openFaultWorld();
});
afterAll(() => open?.[Symbol.asyncDispose]());

/** Two honest operators, of Core and of Esplora, and one whose Core goes through the lie. */
function auditWith(lie: AnswerRequest, quorum: number): Promise<Report> {
  return open.audit(
    [{ name: 'anna' }, { name: 'bert', esplora: {} }, { name: 'liar', core: lie }],
    { quorum },
  );
}

/** Backed by the two who agree, as the books have it. */
async function expectOutvoted(report: Report): Promise<void> {
  expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
  expect(report.reserves.agreement).toEqual({ operators: 2, of: 3 });
  expect(report.reserves.observations.map(({ operator, agrees }) => [operator, agrees])).toEqual([
    ['anna', true],
    ['bert', true],
    ['liar', false],
  ]);
  await expectConsistent(report, open.world);
}

/** Indeterminate, without any reserves, for this reason alone. */
function expectUndecided(report: Report, code: string): void {
  expect(report.verdict).toBe('indeterminate');
  expect(report.reserves.sats).toBeNull();
  expect(report.surplus).toBeNull();
  expect(report.reasons.map((reason) => reason.code)).toEqual([code]);
}

/** An output as a dispute shows it: who has it, and with which amount. */
type Claim = readonly [output: ScannedOutput, truth: bigint | null, lie: bigint | null];

interface Lie {
  readonly change: (outputs: readonly ScannedOutput[]) => readonly ScannedOutput[];
  /** What has to be in dispute, from the outputs as they are. */
  readonly disputes: (outputs: readonly ScannedOutput[]) => readonly Claim[];
}

function firstOf(outputs: readonly ScannedOutput[]): ScannedOutput {
  return outputs[0] ?? expect.fail('the scan found nothing');
}

const elsewhere = (output: ScannedOutput): ScannedOutput => ({ ...output, txid: 'ab'.repeat(32) });
const withAmount = (output: ScannedOutput, amount: bigint): ScannedOutput => ({
  ...output,
  amount,
});

const lies: Readonly<Record<string, Lie>> = {
  'a missing output': {
    change: ([, ...rest]) => rest,
    disputes: (outputs) => [[firstOf(outputs), firstOf(outputs).amount, null]],
  },
  'an output that never was': {
    change: (outputs) => [...outputs, elsewhere(withAmount(firstOf(outputs), 12_345n))],
    disputes: (outputs) => [[elsewhere(firstOf(outputs)), null, 12_345n]],
  },
  'an amount, by one satoshi': {
    change: ([first, ...rest]) =>
      first ? [withAmount(first, first.amount + 1n), ...rest] : expect.fail('nothing'),
    disputes: (outputs) => {
      const { amount } = firstOf(outputs);
      return [[firstOf(outputs), amount, amount + 1n]];
    },
  },
  'an outpoint, with the right sum': {
    change: ([first, ...rest]) => (first ? [elsewhere(first), ...rest] : expect.fail('nothing')),
    disputes: (outputs) => {
      const { amount } = firstOf(outputs);
      return [
        [firstOf(outputs), amount, null],
        [elsewhere(firstOf(outputs)), null, amount],
      ];
    },
  },
};

describe.each(Object.entries(lies))('one source that lies about %s', (_what, lie) => {
  let seen: readonly ScannedOutput[] = [];
  const answer: AnswerRequest = async (calls, pass) => {
    const honest = await pass();
    if (!calls.some(({ method }) => method === 'scantxoutset')) return honest;
    const body = alterScan(honest.body, (outputs) => {
      seen = outputs;
      return lie.change(outputs);
    });
    return { ...honest, body };
  };
  const disputed = (): unknown[] =>
    lie
      .disputes(seen)
      .map(([{ txid, vout }, truth, told]) => ({
        outpoint: `${txid}:${vout}`,
        claims: [
          { operator: 'anna', sats: truth?.toString() ?? null },
          { operator: 'bert', sats: truth?.toString() ?? null },
          { operator: 'liar', sats: told?.toString() ?? null },
        ],
      }))
      .sort((a, b) => (a.outpoint < b.outpoint ? -1 : 1));
  const told = (report: Report): unknown[] =>
    report.reserves.disputes.map(({ outpoint, claims }) => ({ outpoint, claims }));

  it('is outvoted by two, and shown', async () => {
    const report = await auditWith(answer, 2);
    await expectOutvoted(report);
    expect(told(report)).toEqual(disputed());
  });

  it('leaves no answer where three must agree, and the reason names the output', async () => {
    const report = await auditWith(answer, 3);
    expectUndecided(report, 'BITCOIN_SOURCES_DISAGREE');
    expect(told(report)).toEqual(disputed());
    expect(report.reasons[0]?.message).toContain(report.reserves.disputes[0]?.outpoint);
    expect(report.reasons[0]?.message).toMatch(/\(anna, bert\).*\(liar\)$/);
  });
});

const Reply = z.looseObject({ result: z.unknown() });

/** Changes the result of one method, for calls with one request each. */
function altering(
  method: string,
  change: (result: unknown, params: unknown) => unknown,
): AnswerRequest {
  return async (calls, pass) => {
    const honest = await pass();
    const [call] = calls;
    if (call?.method !== method) return honest;
    const reply = Reply.parse(JSON.parse(honest.body));
    const body = JSON.stringify({ ...reply, result: change(reply.result, call.params) });
    return { ...honest, body };
  };
}

describe('one source that names another block', () => {
  const Answers = z.array(z.looseObject({ id: z.unknown() }));

  /** Consistent in itself: it knows the block that it invented, and those upon it, all with their work. */
  async function inventBlock(): Promise<{
    readonly answer: AnswerRequest;
    readonly at: number;
    readonly invented: string;
  }> {
    const { rpc } = open.world.devnet.bitcoind;
    const tip = await open.world.devnet.readBitcoinTip();
    const at = tip.height - 5;
    const blocks = new Map<string, { readonly truth: string; readonly header: string }>();
    const names = new Map<string, string>();
    for (let height = at; height <= tip.height; height += 1) {
      const truth = z.string().parse(await rpc('getblockhash', [height]));
      const header = Buffer.from(
        z.string().parse(await rpc('getblockheader', [truth, false])),
        'hex',
      );
      const parent = header.subarray(4, 36).toReversed();
      const own = mineHeader({
        version: header.readInt32LE(0),
        previousHash: [...names.values()].at(-1) ?? Buffer.from(parent).toString('hex'),
        merkleRoot: Buffer.from(header.subarray(36, 68).toReversed()).toString('hex'),
        time: header.readUInt32LE(68),
        bits: header.readUInt32LE(72),
        nonce: 1_000_000,
      });
      names.set(truth, own.hash);
      blocks.set(own.hash, { truth, header: own.header.toString('hex') });
    }
    const rename = (text: string): string =>
      [...names].reduce((all, [truth, name]) => all.replaceAll(truth, name), text);
    const answer: AnswerRequest = async (calls, pass) => {
      const honest = await pass();
      const body: unknown = JSON.parse(honest.body);
      const answers = Answers.parse(Array.isArray(body) ? body : [body]);
      const shown = await Promise.all(
        answers.map(async (one) => {
          const { method, params } = calls.find(({ id }) => id === one.id) ?? {};
          const [subject, verbose] = z.array(z.unknown()).parse(params ?? []);
          const block = blocks.get(String(subject));
          // The node does not know it: it is asked for the block that stands in its place.
          if (method !== 'getblockheader' || !block) return one;
          const result =
            verbose === false ? block.header : await rpc('getblockheader', [block.truth]);
          return { jsonrpc: '2.0', id: one.id, result };
        }),
      );
      return {
        status: 200,
        body: rename(JSON.stringify(Array.isArray(body) ? shown : shown[0])),
      };
    };
    return { answer, at, invented: [...names.values()][0] ?? '' };
  }

  it('at the height to be audited is outvoted by two', async () => {
    const { answer, at, invented } = await inventBlock();
    const report = await auditWith(answer, 2);
    await expectOutvoted(report);
    const liar = report.reserves.observations.find(({ operator }) => operator === 'liar');
    expect(liar).toMatchObject({ sats: null, point: { height: at, hash: invented } });
  });

  it('leaves no block to audit where three must agree', async () => {
    const { answer } = await inventBlock();
    const report = await auditWith(answer, 3);
    expectUndecided(report, 'BITCOIN_SOURCES_DISAGREE');
    expect(report.reserves.point).toBeNull();
  });

  it('or a height without any hash counts as absent', async () => {
    const headless = altering('getblockchaininfo', (result) => {
      const { bestblockhash: _, ...rest } = z.looseObject({}).parse(result);
      return rest;
    });
    const report = await auditWith(headless, 2);
    await expectOutvoted(report);
    const [, , liar] = report.reserves.observations;
    expect(liar?.fault?.code).toBe('SOURCE_RESPONSE_INVALID');
    expectUndecided(await auditWith(headless, 3), 'BITCOIN_QUORUM_NOT_MET');
  });
});
