import { bitcoinNetworks } from '../../src/core/bitcoinNetwork.ts';
import type { ChainPoint } from '../../src/core/chainPoint.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import { mineHeader } from './mineHeader.ts';

const regtest = bitcoinNetworks.find(({ name }) => name === 'regtest');
if (!regtest) throw new Error('no regtest');
const { chain } = regtest;

/** The time of the first block of regtest. */
export const genesisTime = 1_296_688_602;

const genesis = mineHeader({
  version: 1,
  previousHash: null,
  merkleRoot: '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b',
  time: genesisTime,
  bits: 0x207f_ffff,
  nonce: 2,
});

/** Headers of a chain of regtest's difficulty: linked, with their work, and at the times that a test gives. */
export interface RegtestHeaders {
  at(height: number): ChainPoint;
  /** 80 bytes each. */
  run(from: number, count: number): Uint8Array;
}

/**
 * Computed as they are asked for. Block 0 is regtest's own if it is to have the time of that; otherwise
 * times begin where a test likes, and what checks the first block refuses it.
 *
 * @param fork another number makes every hash another one
 */
export function createRegtestHeaders(
  time: (height: number) => number,
  fork: (height: number) => number = () => 0,
): RegtestHeaders {
  const known: { readonly header: Buffer; readonly hash: string }[] = [];
  const block = (height: number) => {
    while (known.length <= height) known.push(mine(known.length, known.at(-1)?.hash ?? null));
    const found = known[height];
    if (!found) throw new Error(`there is no block ${height}`);
    return found;
  };
  function mine(height: number, previousHash: string | null) {
    if (height === 0 && time(0) === genesisTime) return genesis;
    return mineHeader({
      version: 0x2000_0000,
      previousHash,
      merkleRoot: fork(height).toString(16).padStart(64, '0'),
      time: time(height),
      bits: 0x207f_ffff,
      nonce: 0,
    });
  }
  return {
    at: (height) => ({ chain, height, hash: block(height).hash, time: UnixTime(time(height)) }),
    run: (from, count) =>
      Uint8Array.from(
        Buffer.concat(Array.from({ length: count }, (_, index) => block(from + index).header)),
      ),
  };
}
