import { afterEach, describe, expect, it } from 'vitest';
import { PartialReadingError } from '../../../src/bitcoin/partialReadingError.ts';
import { electrumScriptHash, esploraScriptHash } from '../../../src/bitcoin/scriptHash.ts';
import { createElectrumChain } from '../../support/electrumChain.ts';
import { closeElectrum, serveElectrum, timesAsked } from '../../support/electrumServed.ts';
import { rejection } from '../../support/rejection.ts';
import { syntheticAddress } from '../../support/syntheticChain.ts';

const [alice, bob, carol] = [
  syntheticAddress('alice'),
  syntheticAddress('bob'),
  syntheticAddress('carol'),
];
const history = 'blockchain.scripthash.get_history';
const listUnspent = 'blockchain.scripthash.listunspent';

afterEach(closeElectrum);

describe('script hashes', () => {
  it('are reversed for Electrum and not for Esplora', () => {
    // The protocol's own example: the output of the genesis block, pay-to-public-key-hash.
    const script = '76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac';
    const hash = '8b01df4e368ea28f8dc0423bcf7a4923e3a12d307c875e47a0cfbf90b5c39161';
    expect(electrumScriptHash(script)).toBe(hash);
    expect(esploraScriptHash(script)).toBe(Buffer.from(hash, 'hex').reverse().toString('hex'));
  });
});

describe('an Electrum source', () => {
  it('gives the outputs as of H, whatever happened above it and in the mempool', async () => {
    const chain = createElectrumChain();
    const first = chain.send({ to: [{ to: alice, sats: 70_000n }] });
    chain.mine();
    const second = chain.send({
      to: [
        { to: bob, sats: 500n },
        { to: alice, sats: 30_000n },
      ],
    });
    chain.mine();
    const gone = chain.send({ to: [{ to: alice, sats: 9_000n }] });
    chain.mine();
    chain.send({ from: [gone.coin(0)], to: [{ to: carol, sats: 8_000n }] });
    const point = chain.mine();
    const expected = [
      {
        script: alice.script,
        sats: 100_000n,
        utxos: [
          { txid: first.txid, vout: 0, sats: 70_000n, height: 1 },
          { txid: second.txid, vout: 1, sats: 30_000n, height: 2 },
        ].sort((a, b) => (a.txid < b.txid ? -1 : 1)),
      },
      {
        script: bob.script,
        sats: 500n,
        utxos: [{ txid: second.txid, vout: 0, sats: 500n, height: 2 }],
      },
    ];
    const { source } = await serveElectrum(chain);
    const read = () => source.readReserves({ point, scripts: [alice, bob] });
    expect((await read()).scripts).toEqual(expected);

    // Moved in a block above H, moved on in the next, and what is left in the mempool.
    const moved = chain.send({
      from: [first.coin(0)],
      to: [
        { to: bob, sats: 60_000n },
        { to: carol, sats: 10_000n },
      ],
    });
    chain.mine();
    chain.send({ from: [moved.coin(0)], to: [{ to: alice, sats: 59_000n }] });
    chain.mine();
    chain.send({ from: [second.coin(0), second.coin(1)], to: [{ to: carol, sats: 30_000n }] });
    chain.send({ to: [{ to: alice, sats: 1_000_000n }] });
    const seen = await read();
    expect(seen.scripts).toEqual(expected);
    expect(seen.total).toBe(100_500n);
    expect(seen.tip).toEqual(chain.point(6));
    expect(seen.window).toEqual({ lowest: 89_500n, highest: 100_500n });
  });

  it('counts a coinbase and dust, and gives a script without history nothing', async () => {
    const chain = createElectrumChain();
    chain.mine(1, alice);
    const dust = chain.send({ to: [{ to: bob, sats: 1n }] });
    const point = chain.mine();
    const { source, server } = await serveElectrum(chain);
    const { scripts } = await source.readReserves({ point, scripts: [alice, bob, carol] });
    expect(scripts.map(({ sats }) => sats)).toEqual([5_000_000_000n, 1n, 0n]);
    expect(scripts[1]?.utxos).toEqual([{ txid: dust.txid, vout: 0, sats: 1n, height: 2 }]);
    expect(scripts[2]?.utxos).toEqual([]);
    // Three calls for each that has a history, one for the other, and no transaction at all.
    expect(timesAsked(server, history)).toBe(5);
    expect(timesAsked(server, listUnspent)).toBe(2);
    expect(timesAsked(server, 'blockchain.transaction.get')).toBe(0);
  });

  it('reads 5,000 outputs of one script to the satoshi, before and after a sweep', async () => {
    const chain = createElectrumChain();
    const coins = Array.from({ length: 50 }, () => {
      const to = Array.from({ length: 100 }, (_, index) => ({
        to: alice,
        sats: 1_000n + BigInt(index),
      }));
      const sent = chain.send({ to });
      return to.map((_, vout) => sent.coin(vout));
    }).flat();
    const point = chain.mine();
    const { source } = await serveElectrum(chain);
    const before = await source.readReserves({ point, scripts: [alice] });
    expect(before.scripts[0]?.utxos).toHaveLength(5_000);
    expect(before.total).toBe(50n * (100_000n + 4_950n));
    chain.send({ from: coins, to: [{ to: bob, sats: 1n }] });
    chain.mine();
    const after = await source.readReserves({ point, scripts: [alice] });
    expect(after.scripts).toEqual(before.scripts);
    expect(after.window.lowest).toBe(0n);
  });

  it('reads a script again whose history changed between its answers', async () => {
    const chain = createElectrumChain();
    const coin = chain.send({ to: [{ to: alice, sats: 5_000n }] }).coin(0);
    const point = chain.mine();
    // It is spent in the mempool just before the list of unspent outputs, which then lacks it.
    const { source, server } = await serveElectrum(chain, {
      intercept: (method, _, times) => {
        if (method === listUnspent && times === 0) {
          chain.send({ from: [coin], to: [{ to: bob, sats: 4_000n }] });
        }
        return undefined;
      },
    });
    const { total } = await source.readReserves({ point, scripts: [alice] });
    expect(total).toBe(5_000n);
    expect(timesAsked(server, listUnspent)).toBe(2);
  });

  it('does not take a list and a history of two states for one', async () => {
    const chain = createElectrumChain();
    chain.send({ to: [{ to: alice, sats: 5_000n }] });
    const point = chain.mine();
    const other = { tx_hash: '11'.repeat(32), tx_pos: 0, height: 1, value: 7_000 };
    const { source } = await serveElectrum(chain, {
      intercept: (method) => (method === listUnspent ? { result: [other] } : undefined),
    });
    const { code } = await rejection(() => source.readReserves({ point, scripts: [alice] }));
    expect(code).toBe('BITCOIN_STATE_MOVED');
  });

  it('never answers for a block that is reorganised away while it reads', async () => {
    const chain = createElectrumChain();
    chain.send({ to: [{ to: alice, sats: 5_000n }] });
    const point = chain.mine();
    const { source } = await serveElectrum(chain, {
      intercept: (method, _, times) => {
        if (method === listUnspent && times === 0) {
          chain.disconnect(1);
          chain.mine(2);
        }
        return undefined;
      },
    });
    const read = () => source.readReserves({ point, scripts: [alice] });
    expect((await rejection(read)).code).toBe('BITCOIN_REORGANISED');
    // It knows the new chain from then on.
    const next = chain.point(1);
    expect((await source.readReserves({ point: next, scripts: [alice] })).total).toBe(5_000n);
  });

  it('says so when blocks above H are replaced while it reads', async () => {
    const chain = createElectrumChain();
    chain.send({ to: [{ to: alice, sats: 5_000n }] });
    const point = chain.mine();
    chain.mine(2);
    const { source } = await serveElectrum(chain, {
      intercept: (method, _, times) => {
        if (method === listUnspent && times === 0) {
          chain.disconnect(2);
          chain.mine(3);
        }
        return undefined;
      },
    });
    const { code } = await rejection(() => source.readReserves({ point, scripts: [alice] }));
    expect(code).toBe('BITCOIN_STATE_MOVED');
  });

  it('leaves a script open whose history the server refuses, and never takes it for empty', async () => {
    const chain = createElectrumChain();
    for (let count = 0; count < 12; count++) chain.send({ to: [{ to: bob, sats: 10n }] });
    chain.send({ to: [{ to: alice, sats: 5_000n }] });
    const point = chain.mine();
    const { source } = await serveElectrum(chain, { historyLimit: 10 });
    const error = await rejection(() => source.readReserves({ point, scripts: [alice, bob] }));
    expect(error).toBeInstanceOf(PartialReadingError);
    expect(error.code).toBe('BITCOIN_RESERVES_PARTIAL');
    expect(error.message).toContain('refuses to list the history');
    if (!(error instanceof PartialReadingError)) return;
    const [held, refused] = error.observation.scripts;
    expect(held).toMatchObject({ script: alice.script, sats: 5_000n });
    expect(refused).toMatchObject({ script: bob.script, error: { code: 'SOURCE_RPC_ERROR' } });
  });

  it('refuses heights above the tip, and a block that is not in the chain', async () => {
    const chain = createElectrumChain();
    chain.mine(3);
    const { source } = await serveElectrum(chain);
    expect(await source.readTip()).toEqual(chain.point(3));
    expect(await source.readPoint(2)).toEqual(chain.point(2));
    expect((await rejection(() => source.readPoint(4))).code).toBe('BITCOIN_HEIGHT_ABOVE_TIP');
    const point = { ...chain.point(2), hash: '00'.repeat(32) };
    const { code } = await rejection(() => source.readReserves({ point, scripts: [alice] }));
    expect(code).toBe('BITCOIN_REORGANISED');
  });

  it('notices a tip that went back', async () => {
    const chain = createElectrumChain();
    chain.mine(3);
    const { source } = await serveElectrum(chain);
    await source.readTip();
    chain.disconnect(2);
    expect((await rejection(() => source.readTip())).code).toBe('SOURCE_TIP_WENT_BACK');
    expect((await source.readTip()).height).toBe(1);
  });
});
