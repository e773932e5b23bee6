import type { Scenario } from './scenario.ts';
import { bridge } from './scenarios/bridge.ts';
import { inflight } from './scenarios/inflight.ts';
import { liar } from './scenarios/liar.ts';
import { none } from './scenarios/none.ts';
import { outage } from './scenarios/outage.ts';
import { overmint } from './scenarios/overmint.ts';
import { reorg } from './scenarios/reorg.ts';
import { shortfall } from './scenarios/shortfall.ts';
import { sweep } from './scenarios/sweep.ts';

/** Every scenario by its name. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map(
  [none, shortfall, overmint, sweep, reorg, outage, inflight, liar, bridge].map((one) => [
    one.name,
    one,
  ]),
);
