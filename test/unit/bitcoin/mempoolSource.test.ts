import { afterEach, describe, expect, it } from 'vitest';
import { holdUntil } from '../../support/holdUntil.ts';
import { mempoolSourceOf } from '../../support/mempoolSourceOf.ts';
import { rejectionCode } from '../../support/rejection.ts';
import {
  addressRequests,
  closeServed,
  depositOften,
  serveChain,
} from '../../support/serveChain.ts';
import { createSyntheticChain, syntheticAddress } from '../../support/syntheticChain.ts';

const alice = syntheticAddress('alice');
const bob = syntheticAddress('bob');
const carol = syntheticAddress('carol');
const outside = syntheticAddress('outside');

afterEach(closeServed);

describe('a mempool source and the chain', () => {
  it('reads the tip and any point below it', async () => {
    const chain = createSyntheticChain();
    chain.mine(7);
    const { source } = await serveChain(chain);
    expect(await source.readTip()).toEqual(chain.point(7));
    expect(await source.readPoint(3)).toEqual(chain.point(3));
    expect((await source.readPoint(0)).time).toBe(1_296_688_602);
  });

  it('finds the API of a server whose URL names only the host', async () => {
    const chain = createSyntheticChain();
    for (const prefix of ['/api', '']) {
      const { server, source } = await serveChain(chain, { prefix });
      const other = mempoolSourceOf(server, { baseUrl: server.url });
      expect(await other.readTip()).toEqual(await source.readTip());
      await other.close();
    }
  });

  it('refuses a height above the tip', async () => {
    const chain = createSyntheticChain();
    chain.mine(3);
    const { source } = await serveChain(chain);
    expect(await rejectionCode(() => source.readPoint(4))).toBe('BITCOIN_HEIGHT_ABOVE_TIP');
    const point = { ...chain.point(3), height: 4 };
    const work = () => source.readReserves({ point, scripts: [alice] });
    expect(await rejectionCode(work)).toBe('BITCOIN_HEIGHT_ABOVE_TIP');
  });

  it('refuses a point that is not in the best chain', async () => {
    const chain = createSyntheticChain();
    const point = chain.mine(3);
    chain.disconnect(1);
    chain.mine(2);
    const { source } = await serveChain(chain);
    const work = () => source.readReserves({ point, scripts: [alice] });
    expect(await rejectionCode(work)).toBe('BITCOIN_REORGANISED');
  });

  it('notices that the audited block is reorganised away while it reads', async () => {
    const chain = createSyntheticChain();
    depositOften(chain, alice, 2);
    const point = chain.mine(3);
    const { source } = await serveChain(chain, {
      intercept: (path, times) => {
        if (path === `/address/${alice.address}` && times === 0) {
          chain.disconnect(4);
          chain.mine(6);
        }
        return undefined;
      },
    });
    const work = () => source.readReserves({ point, scripts: [alice, bob] });
    expect(await rejectionCode(work)).toBe('BITCOIN_REORGANISED');
  });

  it('does not answer when the tip, above the audited block, is replaced while it reads', async () => {
    const chain = createSyntheticChain();
    chain.mine(5);
    const { source } = await serveChain(chain, {
      intercept: (path) => {
        if (path === `/address/${alice.address}`) {
          chain.disconnect(1);
          chain.mine(2);
        }
        return undefined;
      },
    });
    const work = () => source.readReserves({ point: chain.point(3), scripts: [alice] });
    expect(await rejectionCode(work)).toBe('BITCOIN_STATE_MOVED');
  });

  it('notices a tip that goes backwards, and starts afresh after that', async () => {
    const chain = createSyntheticChain();
    chain.mine(5);
    const { source } = await serveChain(chain);
    expect((await source.readTip()).height).toBe(5);
    chain.disconnect(2);
    expect(await rejectionCode(() => source.readTip())).toBe('SOURCE_TIP_WENT_BACK');
    expect((await source.readTip()).height).toBe(3);
  });

  it('notices a tip that goes backwards while it reads', async () => {
    const chain = createSyntheticChain();
    const point = chain.mine(5);
    for (const depth of [1, 3]) {
      const { source } = await serveChain(chain, {
        intercept: (path) => {
          if (path.startsWith('/address/')) chain.disconnect(depth);
          return undefined;
        },
      });
      const work = () => source.readReserves({ point: chain.point(4), scripts: [alice] });
      expect(point.height).toBe(5);
      expect(await rejectionCode(work)).toBe('SOURCE_TIP_WENT_BACK');
      chain.mine(depth);
    }
  });
});

describe('a mempool source and an address with a short history', () => {
  it('needs one request to know that an address was never used', async () => {
    const chain = createSyntheticChain();
    const point = chain.mine(2);
    const { server, source } = await serveChain(chain);
    const { total, scripts } = await source.readReserves({ point, scripts: [alice] });
    expect(total).toBe(0n);
    expect(scripts).toEqual([{ script: alice.script, sats: 0n, utxos: [] }]);
    expect(addressRequests(server)).toEqual([`/address/${alice.address}`]);
  });

  it('gives outputs with their heights, sorted, in the order of the request', async () => {
    const chain = createSyntheticChain();
    const first = chain.send({
      to: [
        { to: alice, sats: 5n },
        { to: bob, sats: 7n },
      ],
    });
    chain.mine();
    const second = chain.send({
      to: [
        { to: alice, sats: 11n },
        { to: alice, sats: 13n },
      ],
    });
    const point = chain.mine();
    const { server, source } = await serveChain(chain);
    const { total, scripts, tip } = await source.readReserves({ point, scripts: [bob, alice] });
    expect(total).toBe(36n);
    expect(tip).toEqual(point);
    const ofAlice = [
      { ...first.coin(0), sats: 5n, height: 1 },
      { ...second.coin(0), sats: 11n, height: 2 },
      { ...second.coin(1), sats: 13n, height: 2 },
    ].sort((a, b) => (a.txid === b.txid ? a.vout - b.vout : a.txid < b.txid ? -1 : 1));
    expect(scripts).toEqual([
      { script: bob.script, sats: 7n, utxos: [{ ...first.coin(1), sats: 7n, height: 1 }] },
      { script: alice.script, sats: 29n, utxos: ofAlice },
    ]);
    expect(addressRequests(server)).toHaveLength(4);
  });

  it('leaves out what waits in the mempool, both ways', async () => {
    const chain = createSyntheticChain();
    const [coin] = depositOften(chain, alice, 1);
    const point = chain.mine(2);
    chain.send({ from: coin ? [coin] : [], to: [{ to: outside, sats: 900n }] });
    chain.send({
      to: [
        { to: alice, sats: 5000n },
        { to: bob, sats: 1n },
      ],
    });
    const { source } = await serveChain(chain);
    const { total, scripts } = await source.readReserves({ point, scripts: [alice, bob] });
    expect(total).toBe(1000n);
    expect(scripts[0]?.utxos).toEqual([{ ...coin, sats: 1000n, height: 1 }]);
  });

  it('undoes a sweep between custody addresses above the audited block to the satoshi', async () => {
    const chain = createSyntheticChain();
    const coins = depositOften(chain, alice, 3);
    const point = chain.mine();
    chain.send({ from: coins, to: [{ to: bob, sats: 2800n }] });
    chain.mine(2);
    const { source } = await serveChain(chain);
    const { total, scripts, window } = await source.readReserves({ point, scripts: [alice, bob] });
    expect(total).toBe(3000n);
    expect(scripts.map(({ sats }) => sats)).toEqual([3000n, 0n]);
    expect(window).toEqual({ lowest: 2800n, highest: 3000n });
  });

  it('gives the window over all blocks from the audited one to the tip', async () => {
    const chain = createSyntheticChain();
    const [coin] = depositOften(chain, alice, 1);
    const point = chain.mine();
    chain.send({ to: [{ to: bob, sats: 50n }] });
    chain.mine();
    chain.send({ from: coin ? [coin] : [], to: [{ to: outside, sats: 800n }] });
    chain.mine();
    chain.send({ to: [{ to: alice, sats: 200n }] });
    chain.mine(3);
    const { source } = await serveChain(chain);
    const { total, window } = await source.readReserves({ point, scripts: [alice, bob] });
    expect(total).toBe(1000n);
    expect(window).toEqual({ lowest: 50n, highest: 1050n });
  });

  it('pages through the history', async () => {
    const chain = createSyntheticChain();
    depositOften(chain, alice, 60);
    const { server, source } = await serveChain(chain);
    const point = chain.point(40);
    const { total, window } = await source.readReserves({ point, scripts: [alice] });
    expect(total).toBe(40_000n);
    expect(window).toEqual({ lowest: 40_000n, highest: 60_000n });
    expect(addressRequests(server)).toHaveLength(4);
  });

  it('reads once more when a block arrives between two of its requests', async () => {
    const chain = createSyntheticChain();
    const coins = depositOften(chain, alice, 30);
    const point = chain.mine();
    const { server, source } = await serveChain(chain, {
      intercept: (path, times) => {
        if (path === `/address/${alice.address}/txs/chain` && times === 0) {
          chain.send({ from: coins, to: [{ to: bob, sats: 29_000n }] });
          chain.mine();
        }
        return undefined;
      },
    });
    const { total, scripts, tip, window } = await source.readReserves({
      point,
      scripts: [alice, bob],
    });
    expect(total).toBe(30_000n);
    expect(scripts.map(({ sats }) => sats)).toEqual([30_000n, 0n]);
    expect(scripts[0]?.utxos).toHaveLength(30);
    expect(server.requests.filter((path) => path === `/address/${alice.address}`)).toHaveLength(2);
    // The new block is above the tip of the reading: undone, but not part of the window.
    expect(tip).toEqual(point);
    expect(window).toEqual({ lowest: 30_000n, highest: 30_000n });
  });

  it('gives up when the answers never belong together', async () => {
    const chain = createSyntheticChain();
    depositOften(chain, alice, 1);
    const point = chain.mine();
    const { source } = await serveChain(chain, {
      intercept: (path) => {
        if (path.endsWith('/txs/chain')) depositOften(chain, alice, 1);
        return undefined;
      },
    });
    const work = () => source.readReserves({ point, scripts: [alice] });
    expect(await rejectionCode(work)).toBe('BITCOIN_STATE_MOVED');
  });
});

describe('a mempool source and many addresses', () => {
  it.each([
    ['the payer first', [alice, carol, bob]],
    ['the receiver first', [bob, carol, alice]],
  ])('counts a sweep that is mined in the middle of the reading once: %s', async (_, scripts) => {
    const chain = createSyntheticChain();
    const coins = depositOften(chain, alice, 3);
    depositOften(chain, carol, 1);
    const point = chain.mine(2);
    const { source } = await serveChain(
      chain,
      {
        intercept: (path, times) => {
          if (path === `/address/${carol.address}` && times === 0) {
            chain.send({ from: coins, to: [{ to: bob, sats: 2900n }] });
            chain.mine();
          }
          return undefined;
        },
      },
      { concurrency: 1 },
    );
    const { total } = await source.readReserves({ point, scripts });
    expect(chain.height).toBe(7);
    expect(total).toBe(4000n);
  });

  it('reports its progress, address by address', async () => {
    const chain = createSyntheticChain();
    const point = chain.mine();
    const { source } = await serveChain(chain);
    const seen: string[] = [];
    await source.readReserves(
      { point, scripts: [alice, bob, carol] },
      { onProgress: ({ phase, done, total }) => seen.push(`${phase} ${done}/${total}`) },
    );
    expect(seen).toEqual(['addresses 1/3', 'addresses 2/3', 'addresses 3/3']);
  });

  it('has as many requests under way as it may, and never more', async () => {
    const chain = createSyntheticChain();
    const point = chain.mine();
    const scripts = Array.from({ length: 60 }, (_, index) => syntheticAddress(`number ${index}`));
    const hold = holdUntil(7);
    const { server, source } = await serveChain(
      chain,
      {
        intercept: async (path) => {
          if (path.startsWith('/address/')) await hold();
          return undefined;
        },
      },
      { concurrency: 7 },
    );
    await source.readReserves({ point, scripts });
    expect(server.mostAtOnce).toBe(7);
  });

  it('stops when the caller gives up', async () => {
    const chain = createSyntheticChain();
    const point = chain.mine();
    const scripts = Array.from({ length: 60 }, (_, index) => syntheticAddress(`number ${index}`));
    const caller = new AbortController();
    const { server, source } = await serveChain(chain, {
      intercept: (path) => {
        if (path.startsWith('/address/')) caller.abort();
        return undefined;
      },
    });
    const work = () => source.readReserves({ point, scripts }, { signal: caller.signal });
    expect(await rejectionCode(work)).toBe('SOURCE_TIMEOUT');
    expect(addressRequests(server).length).toBeLessThanOrEqual(16);
  });

  it('refuses a script that is named twice', async () => {
    const chain = createSyntheticChain();
    const { source } = await serveChain(chain);
    const work = () => source.readReserves({ point: chain.point(0), scripts: [alice, alice] });
    expect(await rejectionCode(work)).toBe('INTERNAL_ERROR');
  });
});
