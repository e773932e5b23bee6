import { afterEach, describe, expect, it } from 'vitest';
import type { InclusionReader } from '../../../src/bitcoin/inclusionReader.ts';
import { createElectrumChain } from '../../support/electrumChain.ts';
import { closeElectrum, serveElectrum, timesAsked } from '../../support/electrumServed.ts';
import type { ElectrumServerOptions } from '../../support/electrumServer.ts';
import { expectProven, hashHeaders } from '../../support/inclusionProofs.ts';
import { rejection } from '../../support/rejection.ts';
import { syntheticAddress } from '../../support/syntheticChain.ts';

const alice = syntheticAddress('alice');

afterEach(closeElectrum);

/** Block 1 with six payments, then three more blocks. */
function createChain() {
  const chain = createElectrumChain();
  for (let count = 0; count < 6; count++) chain.send({ to: [{ to: alice, sats: 10n }] });
  chain.mine(4);
  const txids = chain.readView().blocks[1]?.transactions.map(({ txid }) => txid) ?? [];
  return { chain, txids };
}

async function openReader(
  chain: ReturnType<typeof createElectrumChain>,
  options: Partial<ElectrumServerOptions> = {},
) {
  const { source, server } = await serveElectrum(chain, options);
  const { inclusion } = source;
  if (!inclusion) throw new Error('the source reads no proofs');
  return { source, reader: inclusion satisfies InclusionReader, server };
}

describe('the proofs of an Electrum source', () => {
  it('lead from each transaction, without its witnesses, to the header', async () => {
    const { chain, txids } = createChain();
    const { source, reader } = await openReader(chain);
    const headers = await source.readHeaders(1, 1);
    const proofs = await reader.readTransactionProofs(chain.point(1), txids.toReversed());
    expect(proofs.map(({ txid }) => txid)).toEqual(txids.toReversed());
    expect(proofs.map(({ position }) => position)).toEqual([6, 5, 4, 3, 2, 1, 0]);
    for (const proof of proofs) expectProven(proof, headers);
  });

  it('lead from the coinbase, which must be the first of its block', async () => {
    const { chain, txids } = createChain();
    const { reader } = await openReader(chain);
    expect((await reader.readCoinbase(chain.point(1))).txid).toBe(txids[0]);
    const { reader: liar } = await openReader(chain, {
      intercept: (method) =>
        method === 'blockchain.transaction.id_from_pos' ? { result: txids[2] } : undefined,
    });
    const { code, message } = await rejection(() => liar.readCoinbase(chain.point(1)));
    expect(code).toBe('SOURCE_RESPONSE_INVALID');
    expect(message).toContain('the first of its block that is not');
  });

  it.each(['1.4', '1.6'])(
    'have headers in runs of at most 2,016: protocol %s',
    async (protocol) => {
      const { chain } = createChain();
      chain.mine(2_100);
      const { source, server } = await openReader(chain, { protocol });
      const headers = await source.readHeaders(0, 2_050);
      const expected = chain.readView().blocks.slice(0, 2_050);
      expect(hashHeaders(headers)).toEqual(expected.map(({ hash }) => hash));
      expect(timesAsked(server, 'blockchain.block.headers')).toBe(2);
      const { code } = await rejection(() => source.readHeaders(2_100, 10));
      expect(code).toBe('BITCOIN_HEIGHT_ABOVE_TIP');
    },
  );

  it('are of the block that was asked for, or there are none', async () => {
    const { chain, txids } = createChain();
    const { reader } = await openReader(chain);
    const gone = { ...chain.point(1), hash: 'ab'.repeat(32) };
    const error = await rejection(() => reader.readTransactionProofs(gone, txids));
    expect(error.code).toBe('BITCOIN_REORGANISED');
    const other = await rejection(() => reader.readTransactionProofs(chain.point(2), txids));
    expect(other.code).toBe('SOURCE_RPC_ERROR');
  });

  it.each([
    ['another branch', { merkle: ['11'.repeat(32)], pos: 0, block_height: 1 }],
    ['another block', { merkle: [], pos: 0, block_height: 2 }],
    [
      'a branch that is too long',
      { merkle: Array(16).fill('11'.repeat(32)), pos: 0, block_height: 1 },
    ],
  ])('are refused with %s', async (_, result) => {
    const { chain, txids } = createChain();
    const { reader } = await openReader(chain, {
      intercept: (method) =>
        method === 'blockchain.transaction.get_merkle' ? { result } : undefined,
    });
    const { code } = await rejection(() => reader.readTransactionProofs(chain.point(1), txids));
    expect(code).toBe('SOURCE_RESPONSE_INVALID');
  });

  it.each([
    ['fewer headers than counted', { count: 2, hex: '00'.repeat(80), max: 2016 }],
    ['more than asked for', { count: 3, hex: '00'.repeat(240), max: 2016 }],
    ['half a header', { count: 1, hex: '00'.repeat(40), max: 2016 }],
  ])('are refused with %s', async (_, result) => {
    const { chain } = createChain();
    const { source } = await openReader(chain, {
      intercept: (method) => (method === 'blockchain.block.headers' ? { result } : undefined),
    });
    const { code } = await rejection(() => source.readHeaders(0, 2));
    expect(code).toBe('SOURCE_RESPONSE_INVALID');
  });
});
