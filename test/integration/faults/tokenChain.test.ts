import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AnswerRequest } from '../../../demo/frontRpc.ts';
import type { Report } from '../../../src/attest/report.ts';
import { type FaultWorld, openFaultWorld } from '../../support/faultWorld.ts';
import { createTurnstile } from '../../support/turnstile.ts';
import { expectConsistent } from '../demo/expectConsistent.ts';

let open: FaultWorld;
beforeAll(async () => {
  open = await openFaultWorld();
});
afterAll(() => open?.[Symbol.asyncDispose]());

/** Two operators who must agree; what they ask their anvil goes through `evm`. */
function auditThrough(evm: AnswerRequest): Promise<Report> {
  return open.audit([
    { name: 'a', evm },
    { name: 'b', evm },
  ]);
}

describe('a token chain that goes back to a snapshot', () => {
  it('during the audit, before whichever call, leaves no token that was minted after it', async () => {
    const { world, demo } = open;
    const anvil = world.devnet.anvil(31337);
    const [token] = demo.tokens;
    const undisturbed = createTurnstile(0, async () => undefined);
    expect((await auditThrough(undisturbed.answer)).verdict).toBe('backed');
    expect(undisturbed.count()).toBeGreaterThan(6);

    const supplies = new Set<string>();
    for (let at = 1; at <= undisturbed.count(); at++) {
      const snapshot = await anvil.client.snapshot();
      // Not in the books: it is undone.
      await token?.mint(1_000_000_000n + BigInt(at));
      await world.advance(7);
      const before = await auditThrough(async (_calls, pass) => pass());
      expect(before.verdict).toBe('under-backed');

      let reverted = false;
      const report = await auditThrough(
        createTurnstile(at, async () => {
          await anvil.client.revert({ id: snapshot });
          await world.devnet.wait(60);
          reverted = true;
        }).answer,
      );
      expect(reverted).toBe(true);
      expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
      await expectConsistent(report, world);
      supplies.add(`${report.supply.amount}`);
    }
    expect([...supplies]).toEqual(['5400000000000000000']);
  });
});

const Reply = z.looseObject({ id: z.unknown(), result: z.unknown().optional() });

/** Changes the results of one method, also in a batch; an error stays as it is. */
function altering(method: string, change: (result: unknown) => unknown): AnswerRequest {
  return async (calls, pass) => {
    const honest = await pass();
    const body: unknown = JSON.parse(honest.body);
    const alter = (reply: unknown): unknown => {
      const { id, result, ...rest } = Reply.parse(reply);
      if (result === undefined) return reply;
      const call = calls.find((one) => one.id === id);
      return { ...rest, id, result: call?.method === method ? change(result) : result };
    };
    const altered = Array.isArray(body) ? body.map(alter) : alter(body);
    return { ...honest, body: JSON.stringify(altered) };
  };
}

describe('one source that lies about the supply by one unit', () => {
  const supply = 540_000_000n;
  const word = (amount: bigint): string => `0x${amount.toString(16).padStart(64, '0')}`;
  const evm = altering('eth_call', (result) =>
    result === word(supply) ? word(supply - 1n) : result,
  );
  const operators = [{ name: 'anna' }, { name: 'bert' }, { name: 'liar', evm }];

  it('is outvoted by two, and shown', async () => {
    const report = await open.audit(operators, { quorum: 2 });
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    await expectConsistent(report, open.world);
    const [deployment] = report.supply.deployments;
    expect(deployment?.agreement).toEqual({ operators: 2, of: 3 });
    expect(
      deployment?.observations.map(({ operator, amount, agrees }) => [operator, amount, agrees]),
    ).toEqual([
      ['anna', '540000000', true],
      ['bert', '540000000', true],
      ['liar', '539999999', false],
    ]);
  });

  it('leaves no supply where three must agree', async () => {
    const report = await open.audit(operators, { quorum: 3 });
    expect(report.verdict).toBe('indeterminate');
    expect(report.supply.amount).toBeNull();
    expect(report.reasons.map(({ code }) => code)).toEqual(['SUPPLY_SOURCES_DISAGREE']);
    expect(report.reserves.sats).not.toBeNull();
  });
});

describe('one source of another token chain', () => {
  it('counts as absent', async () => {
    const evm = altering('eth_chainId', () => '0x1');
    const operators = [{ name: 'anna' }, { name: 'bert' }, { name: 'other', evm }];
    const report = await open.audit(operators, { quorum: 2 });
    expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
    await expectConsistent(report, open.world);
    const [deployment] = report.supply.deployments;
    expect(deployment?.observations.map(({ fault }) => fault?.code)).toEqual([
      undefined,
      undefined,
      'SOURCE_WRONG_CHAIN',
    ]);
    const short = await open.audit(operators, { quorum: 3 });
    expect(short.reasons.map(({ code }) => code)).toEqual(['SUPPLY_QUORUM_NOT_MET']);
  });
});
