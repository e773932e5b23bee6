import { describe, expect, it } from 'vitest';
import { arrangeReserves } from '../../../src/bitcoin/arrangeReserves.ts';
import { Sats } from '../../../src/core/sats.ts';
import { rejectionCode } from '../../support/rejection.ts';

const scripts = [
  { address: 'B', script: 'bb' },
  { address: 'A', script: 'aa' },
];

function utxo(txid: string, vout: number, sats: bigint) {
  return { txid: txid.repeat(64), vout, sats: Sats(sats), height: 1 };
}

describe('arrangeReserves', () => {
  it('keeps the order of the request, sorts outputs, and gives 0 for a script without any', () => {
    const [first, second, third] = [utxo('1', 2, 1n), utxo('1', 10, 2n), utxo('f', 0, 4n)];
    expect(arrangeReserves(scripts, new Map([['aa', [third, second, first]]]))).toEqual([
      { script: 'bb', sats: 0n, utxos: [] },
      { script: 'aa', sats: 7n, utxos: [first, second, third] },
    ]);
  });

  it('refuses an output of two scripts', async () => {
    const shared = new Map([
      ['aa', [utxo('1', 0, 1n)]],
      ['bb', [utxo('2', 0, 1n), utxo('1', 0, 1n)]],
    ]);
    expect(await rejectionCode(() => arrangeReserves(scripts, shared))).toBe(
      'SOURCE_RESPONSE_INVALID',
    );
  });

  it('refuses an output that is there twice', async () => {
    const twice = new Map([['aa', [utxo('1', 0, 1n), utxo('2', 0, 1n), utxo('1', 0, 1n)]]]);
    expect(await rejectionCode(() => arrangeReserves(scripts, twice))).toBe(
      'SOURCE_RESPONSE_INVALID',
    );
  });
});
