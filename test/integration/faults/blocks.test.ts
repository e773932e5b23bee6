import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../../src/attest/report.ts';
import { type FaultWorld, openFaultWorld } from '../../support/faultWorld.ts';
import { createTurnstile, type Turnstile } from '../../support/turnstile.ts';
import { expectConsistent } from '../demo/expectConsistent.ts';

let open: FaultWorld;
beforeAll(async () => {
  open = await openFaultWorld();
});
afterAll(() => open?.[Symbol.asyncDispose]());

/** Three operators who must agree, each by another kind of source; all that they are asked counts. */
function auditThrough({ answer, intercept }: Turnstile): Promise<Report> {
  return open.audit(
    [
      { name: 'core', core: answer, evm: answer },
      { name: 'esplora', esplora: { intercept } },
      { name: 'electrum', electrum: { intercept }, evm: answer },
    ],
    { quorum: 3 },
  );
}

describe('a block that arrives between two calls of an audit', () => {
  it('is never mixed into the answer, before whichever of all calls it comes', async () => {
    const { world, demo } = open;
    const { book } = demo;
    const [first = '', second = ''] = demo.addresses;
    const undisturbed = createTurnstile(0, async () => undefined);
    expect((await auditThrough(undisturbed)).verdict).toBe('backed');
    expect(undisturbed.count()).toBeGreaterThan(30);

    const heights = new Map<number, number>();
    for (let at = 1; at <= undisturbed.count(); at++) {
      const before = await world.devnet.readBitcoinTip();
      let arrived = false;
      const report = await auditThrough(
        createTurnstile(at, async () => {
          await demo.receive([{ address: first, sats: 1_000_000n + BigInt(at) }]);
          await demo.payOut(second, 10_000n + BigInt(at));
          await world.advance(1);
          arrived = true;
        }),
      );
      // An audit may take a call or two less than another.
      if (!arrived) continue;
      expect(report).toMatchObject({ verdict: 'backed', reasons: [] });
      expect(report.reserves.agreement).toEqual({ operators: 3, of: 3 });
      expect(report.reserves.disputes).toEqual([]);
      await expectConsistent(report, world);
      const { height = 0 } = report.reserves.point ?? {};
      const later = height - (before.height - 5);
      heights.set(later, (heights.get(later) ?? 0) + 1);
      // What the block changes shows in the window alone, and only if it was seen.
      const seen = [before.height, before.height + 1].map((tip) => book.reservesAt(tip).toString());
      expect(seen).toContain(report.window?.reserves.highestSats);
    }
    // Whoever must agree on a tip takes the lower one: only a block before the first answer counts.
    expect([...heights.keys()].every((later) => later === 0 || later === 1)).toBe(true);
    expect(heights.get(0)).toBeGreaterThan(25);
  });
});
