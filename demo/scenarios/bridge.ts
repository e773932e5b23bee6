import type { Scenario } from '../scenario.ts';

/**
 * Two bridges carry dbtc to the second chain: an OFT adapter, and a bridge that locks and mints. Both
 * keep a token for each of their copies, until the second mints 3 copies and a smallest unit for which
 * nobody locked anything. The coins and the supply of dbtc are what they were, so that dbtc is backed;
 * the graph shows the edge that is not. The other bridge has nothing to do with it.
 */
export const bridge: Scenario = {
  name: 'bridge',
  story:
    'Two bridges carry dbtc to the second chain, and each locks a token for every copy, until one ' +
    'of them mints 3 copies that nothing is locked for. The issuer owes no more than before: the ' +
    "shortfall is that bridge's, and that of those who hold its copies.",
  expected: { dbtc: 'backed', dbtc18: 'backed' },
  seconds: 14 * 600 + 9,
  graph: true,
  prepare: async (world) => {
    const dbtc = world.asset('dbtc');
    const [oft, lockBridge] = [
      await dbtc.openBridge({
        key: 'oft-adapter',
        kind: 'oft-adapter',
        name: 'Demo Bitcoin (OFT)',
        symbol: 'DBTC.oft',
        awayChainId: 31338,
      }),
      await dbtc.openBridge({
        key: 'lock-bridge',
        kind: 'canonical-bridge',
        name: 'Demo Bitcoin (bridged)',
        symbol: 'DBTC.b',
        awayChainId: 31338,
      }),
    ];
    await oft.carryOver(1_234_567_891n);
    await oft.carryBack(34_567_890n);
    await lockBridge.carryOver(2_000_000_000n);
    await world.advance(7);
    await lockBridge.mintUnbacked(300_000_001n);
    await world.advance(7);
  },
};
