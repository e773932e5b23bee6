import { beforeEach, describe, expect, it } from 'vitest';
import { createClockGuard } from '../../../src/audit/clockGuard.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { rejection } from '../../support/rejection.ts';
import { sampleReport } from '../../support/sampleReport.ts';

/** The newest Bitcoin block of the sample report is 600 s old by then. */
const start = 1_763_803_600;

let wall = start;
let steady = 5000;
beforeEach(() => {
  wall = start;
  steady = 5000;
});

function openGuard() {
  return createClockGuard({ clock: () => UnixTime(wall), steady: () => steady });
}

/** Time passes, and somebody may set the clock meanwhile. */
function pass(seconds: number, jump = 0): void {
  wall += seconds + jump;
  steady += seconds;
}

const reportAt = (observedAt: number) => sampleReport({ observedAt });

describe('a clock', () => {
  it('that keeps pace may be signed, however long it runs and strays about', () => {
    const guard = openGuard();
    for (let round = 0; round < 20; round += 1) {
      pass(600, round % 2 === 0 ? 30 : -30);
      const begun = guard.look();
      pass(20);
      expect(() => guard.check(reportAt(begun.wall), begun)).not.toThrow();
    }
  });

  it('that gains a little each round is not followed for long', () => {
    const guard = openGuard();
    let gained = 0;
    expect(() => {
      for (let round = 0; round < 200; round += 1) {
        pass(600, 10);
        gained += 10;
        const begun = guard.look();
        guard.check(reportAt(begun.wall), begun);
      }
    }).toThrow('forward against the machine');
    expect(gained).toBeLessThan(150);
  });

  it.each([
    ['forward', 121],
    ['back', -121],
  ])('that was set %s since the last look is not signed', async (way, jump) => {
    const guard = openGuard();
    pass(600, jump);
    const begun = guard.look();
    const error = await rejection(() => guard.check(reportAt(begun.wall), begun));
    expect(error.code).toBe('CLOCK_UNSURE');
    expect(error.message).toContain(`it went 121 s ${way} against the machine's steady clock`);
  });

  it.each([
    ['before it begins', [500, 0, 0]],
    ['and set back at once, so that only its beginning is wrong', [500, -500, 0]],
    ['on the way', [0, 500, 0]],
  ])('that was set while an audit ran, %s, is not signed', async (_, [first = 0, second = 0]) => {
    const guard = openGuard();
    pass(10, first);
    const begun = guard.look();
    pass(10, second);
    expect((await rejection(() => guard.check(reportAt(begun.wall), begun))).code).toBe(
      'CLOCK_UNSURE',
    );
  });

  it('that the chains bear out is taken as right from the next report on', async () => {
    const guard = openGuard();
    pass(600, 3000);
    const begun = guard.look();
    const error = await rejection(() => guard.check(reportAt(begun.wall), begun));
    expect(error.fix).toContain('it is taken as right from now on');
    pass(600);
    const next = guard.look();
    expect(() => guard.check(reportAt(next.wall), next)).not.toThrow();
  });

  it('that is behind a block of any chain is not signed, and never taken as right', async () => {
    wall = start - 4000;
    const guard = openGuard();
    for (let round = 0; round < 3; round += 1) {
      const begun = guard.look();
      const error = await rejection(() => guard.check(reportAt(begun.wall), begun));
      expect(error.message).toMatch(/it is \d+ s behind block 2100000\d of eip155:3133\d/);
      pass(60);
    }
  });

  it('may be behind a Bitcoin block as far as its miner may be ahead', async () => {
    const report = sampleReport({ deployments: [] });
    wall = (report.reserves.point?.time ?? 0) - 7320;
    const guard = openGuard();
    expect(() => guard.check(report, guard.look())).not.toThrow();
    wall -= 1;
    const late = openGuard();
    const error = await rejection(() => late.check(report, late.look()));
    expect(error.message).toContain('it is 7321 s behind block 895000 of bip122:');
  });

  it('that is ahead of every block is not signed, and never taken as right', async () => {
    wall = start + 86_400;
    const guard = openGuard();
    for (let round = 0; round < 3; round += 1) {
      const begun = guard.look();
      const error = await rejection(() => guard.check(reportAt(begun.wall), begun));
      expect(error.message).toContain('ahead of the newest block of all chains');
      expect(error.message).toContain('or every source stands still');
      pass(60);
    }
  });

  it('is not borne out by a newest block, which is the word of one source', () => {
    wall = start + 86_400;
    const guard = openGuard();
    const { reserves, ...report } = reportAt(wall);
    const tip = reserves.tip && { ...reserves.tip, time: wall };
    expect(() => guard.check({ ...report, reserves: { ...reserves, tip } }, guard.look())).toThrow(
      'ahead of the newest block',
    );
  });

  it('is signed beside a block of the past that was asked for, however old', () => {
    wall = start + 86_400;
    const guard = openGuard();
    const { policy, ...report } = reportAt(wall);
    const historic = { ...report, policy: { ...policy, maxAgeSeconds: null } };
    expect(() => guard.check(historic, guard.look())).not.toThrow();
  });

  it('is signed where no block is known at all: so much is certain', () => {
    const guard = openGuard();
    pass(600);
    const report = sampleReport({ addresses: [null], deployments: [] });
    const silent = { ...report, reserves: { ...report.reserves, point: null, tip: null } };
    expect(() => guard.check(silent, guard.look())).not.toThrow();
    pass(600, 121);
    expect(() => guard.check(silent, guard.look())).toThrow('121 s forward');
    expect(() => guard.check(silent, guard.look())).toThrow('121 s forward');
  });

  it('is not signed where all that was found lies hours ahead of it, and was refused', () => {
    const guard = openGuard();
    const { reserves, ...report } = reportAt(wall);
    const fault = { code: 'SOURCE_BLOCK_FUTURE', message: 'it gives a block of tomorrow' };
    const observations = reserves.observations.map((one) => ({ ...one, point: null, fault }));
    const unread = {
      ...report,
      reserves: { ...reserves, point: null, tip: null, observations },
      supply: { ...report.supply, deployments: [] },
    };
    expect(() => guard.check(unread, guard.look())).toThrow('hours ahead of it');
  });
});

describe('an attestation before', () => {
  const ahead = { id: '0x01', observedAt: start + 86_400 };

  it('that is of a later time stops one report, where the chains bear out the clock', async () => {
    const guard = openGuard();
    const begun = guard.look();
    const error = await rejection(() => guard.check(reportAt(begun.wall), begun, [ahead]));
    expect(error.message).toContain('it is 86400 s behind the attestation before');
    pass(600);
    const next = guard.look();
    expect(() => guard.check(reportAt(next.wall), next, [ahead])).not.toThrow();
    const other = { id: '0x02', observedAt: ahead.observedAt };
    expect(() => guard.check(reportAt(next.wall), next, [other])).toThrow('behind the attestation');
  });

  it('may be later by as much as clocks may drift', () => {
    const guard = openGuard();
    const begun = guard.look();
    const near = { id: '0x01', observedAt: begun.wall + 120 };
    expect(() => guard.check(reportAt(begun.wall), begun, [near])).not.toThrow();
  });
});

describe('now', () => {
  it('goes on by the steady clock where the clock is set back, so that nothing gets younger', () => {
    const guard = openGuard();
    pass(600, -86_400);
    expect(guard.now()).toBe(start + 600);
    pass(600, 2 * 86_400);
    expect(guard.now()).toBe(wall);
  });
});
