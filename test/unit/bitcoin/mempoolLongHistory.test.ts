import { afterEach, describe, expect, it } from 'vitest';
import {
  addressRequests,
  closeServed,
  depositOften,
  serveChain,
} from '../../support/serveChain.ts';
import { createSyntheticChain, syntheticAddress } from '../../support/syntheticChain.ts';

const alice = syntheticAddress('alice');
const bob = syntheticAddress('bob');
const outside = syntheticAddress('outside');

afterEach(closeServed);

describe('a mempool source and an address with a long history', () => {
  it('reads outputs, newest transactions and statistics: four requests', async () => {
    const chain = createSyntheticChain();
    depositOften(chain, alice, 100);
    const point = chain.mine();
    const { server, source } = await serveChain(chain);
    const { total, scripts } = await source.readReserves({ point, scripts: [alice] });
    expect(total).toBe(100_000n);
    expect(scripts[0]?.utxos).toHaveLength(100);
    const requests = addressRequests(server);
    expect(requests).toHaveLength(4);
    expect(requests[0]).toBe(`/address/${alice.address}`);
    expect(requests.slice(1, 3)).toContain(`/address/${alice.address}/utxo`);
    expect(requests.slice(1, 3)).toContain(`/address/${alice.address}/txs/chain`);
    expect(requests[3]).toBe(`/address/${alice.address}`);
  });

  it('brings back what was spent above the audited block, with its height', async () => {
    const chain = createSyntheticChain();
    const coins = depositOften(chain, alice, 100);
    const point = chain.mine();
    const spent = coins.slice(2, 4);
    const change = chain.send({
      from: spent,
      to: [
        { to: outside, sats: 500n },
        { to: alice, sats: 1400n },
      ],
    });
    chain.mine();
    chain.send({ from: [change.coin(1)], to: [{ to: outside, sats: 1300n }] });
    chain.mine();
    const { source } = await serveChain(chain);
    const { total, scripts, window } = await source.readReserves({ point, scripts: [alice] });
    expect(total).toBe(100_000n);
    expect(window).toEqual({ lowest: 98_000n, highest: 100_000n });
    const utxos = scripts[0]?.utxos ?? [];
    expect(new Set(utxos.map(({ txid }) => txid))).toEqual(new Set(coins.map(({ txid }) => txid)));
    expect(utxos.find(({ txid }) => txid === coins[2]?.txid)?.height).toBe(3);
  });

  it('brings back what only the mempool spends', async () => {
    const chain = createSyntheticChain();
    const coins = depositOften(chain, alice, 100);
    const point = chain.mine();
    const change = chain.send({ from: coins.slice(0, 5), to: [{ to: alice, sats: 4900n }] });
    chain.send({ from: [change.coin(0)], to: [{ to: outside, sats: 4800n }] });
    const { server, source } = await serveChain(chain);
    const { total, scripts, window } = await source.readReserves({ point, scripts: [alice] });
    expect(total).toBe(100_000n);
    expect(scripts[0]?.utxos).toHaveLength(100);
    expect(window).toEqual({ lowest: 100_000n, highest: 100_000n });
    expect(server.requests).toContain(`/address/${alice.address}/txs/mempool`);
  });

  it('reads the rest of the history where that takes fewer requests than heights one by one', async () => {
    const chain = createSyntheticChain();
    const coins = depositOften(chain, alice, 100);
    const point = chain.mine();
    chain.send({ from: coins, to: [{ to: bob, sats: 99_000n }] });
    chain.mine();
    const { server, source } = await serveChain(chain);
    const { total, scripts } = await source.readReserves({ point, scripts: [alice] });
    expect(total).toBe(100_000n);
    expect(scripts[0]?.utxos?.map(({ height }) => height).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
    expect(addressRequests(server)).toHaveLength(8);
  });

  it('gives the exact sum, without outpoints, beyond the outputs that the server lists', async () => {
    const chain = createSyntheticChain();
    const coins = depositOften(chain, alice, 90);
    chain.send({ to: Array.from({ length: 450 }, () => ({ to: alice, sats: 10n })) });
    const point = chain.mine(2);
    chain.send({ from: coins.slice(0, 10), to: [{ to: outside, sats: 9000n }] });
    chain.mine();
    chain.send({ from: coins.slice(10, 20), to: [{ to: outside, sats: 9000n }] });
    const { source } = await serveChain(chain);
    const { total, scripts, window } = await source.readReserves({ point, scripts: [alice] });
    expect(total).toBe(94_500n);
    expect(scripts).toEqual([{ script: alice.script, sats: 94_500n, utxos: null }]);
    expect(window).toEqual({ lowest: 84_500n, highest: 94_500n });
  });

  it('gives the exact sum also when a block arrives between two of its requests', async () => {
    const chain = createSyntheticChain();
    const coins = depositOften(chain, alice, 90);
    chain.send({ to: Array.from({ length: 450 }, () => ({ to: alice, sats: 10n })) });
    const point = chain.mine(2);
    const { source } = await serveChain(chain, {
      intercept: (path, times) => {
        if (path.endsWith('/txs/chain') && times === 0) {
          chain.send({ from: coins.slice(0, 10), to: [{ to: outside, sats: 9000n }] });
          chain.mine();
        }
        return undefined;
      },
    });
    const { scripts } = await source.readReserves({ point, scripts: [alice] });
    expect(scripts).toEqual([{ script: alice.script, sats: 94_500n, utxos: null }]);
  });

  it('gives the exact sum, without outpoints, beyond the mempool that the server lists', async () => {
    const chain = createSyntheticChain();
    const coins = depositOften(chain, alice, 100);
    const point = chain.mine();
    for (const coin of coins.slice(0, 60)) {
      chain.send({ from: [coin], to: [{ to: outside, sats: 900n }] });
    }
    const { source } = await serveChain(chain);
    const { scripts } = await source.readReserves({ point, scripts: [alice] });
    expect(scripts).toEqual([{ script: alice.script, sats: 100_000n, utxos: null }]);
  });

  it('notices a spend that left the mempool between two of its requests', async () => {
    const chain = createSyntheticChain();
    const coins = depositOften(chain, alice, 100);
    const point = chain.mine();
    const payment = chain.send({ from: coins.slice(0, 1), to: [{ to: outside, sats: 900n }] });
    const { server, source } = await serveChain(chain, {
      intercept: (path) => {
        if (path.endsWith('/txs/mempool')) chain.drop(payment.txid);
        return undefined;
      },
    });
    const { total, scripts } = await source.readReserves({ point, scripts: [alice] });
    expect(total).toBe(100_000n);
    expect(scripts[0]?.utxos).toHaveLength(100);
    expect(server.requests.filter((path) => path.endsWith('/utxo'))).toHaveLength(2);
  });

  it.each(['/utxo', '/txs/chain', ''])(
    'reads once more when a block arrives before the request for "%s"',
    async (suffix) => {
      const chain = createSyntheticChain();
      const coins = depositOften(chain, alice, 100);
      const point = chain.mine();
      const { source } = await serveChain(chain, {
        intercept: (path, times) => {
          const due = suffix === '' ? 1 : 0;
          if (path === `/address/${alice.address}${suffix}` && times === due) {
            // In number and sum of the outputs nothing changes.
            chain.send({ from: coins.slice(0, 1), to: [{ to: alice, sats: 1000n }] });
            chain.mine();
          }
          return undefined;
        },
      });
      const { total, scripts } = await source.readReserves({ point, scripts: [alice] });
      expect(total).toBe(100_000n);
      const held = new Set(scripts[0]?.utxos?.map(({ txid }) => txid));
      expect(held).toEqual(new Set(coins.map(({ txid }) => txid)));
    },
  );
});
