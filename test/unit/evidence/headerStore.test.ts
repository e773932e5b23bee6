import { describe, expect, it } from 'vitest';
import { showHash } from '../../../src/evidence/blockHeader.ts';
import { checkHeaderStore, openHeaderStore } from '../../../src/evidence/headerStore.ts';
import { mainnetGenesis, mineChain, mineHeader, sha256d } from '../../support/evidenceChain.ts';
import { expectCode } from '../../support/expectCode.ts';
import { regtest } from '../../support/networks.ts';

const headers = mineChain(2050, 1_600_000_000);
const bytes = Uint8Array.from(Buffer.concat(headers));
const nothing = () => undefined;

function readerOf(stored: Uint8Array) {
  return (height: number) =>
    height < stored.length / 80 ? stored.subarray(height * 80, height * 80 + 80) : undefined;
}

describe('a header store', () => {
  it('is filled from genesis on, run by run', () => {
    const store = openHeaderStore(regtest, nothing, 0);
    expect([store.count, store.tip]).toEqual([0, undefined]);
    store.append(bytes.subarray(0, 80 * 7));
    store.append(new Uint8Array());
    store.append(bytes.subarray(80 * 7));
    expect(store.count).toBe(2050);
    expect(store.tip?.height).toBe(2049);
    expect(showHash(store.tip?.hash ?? new Uint8Array())).toBe(
      showHash(sha256d(headers[2049] ?? new Uint8Array())),
    );
  });

  it('is opened again where it ended, and at fewer headers after a reorganisation', async () => {
    const store = openHeaderStore(regtest, readerOf(bytes.subarray(0, 80 * 2045)), 2045);
    store.append(bytes.subarray(80 * 2045));
    expect(store.tip?.height).toBe(2049);

    const forked = openHeaderStore(regtest, readerOf(bytes), 2040);
    const other = mineHeader({
      previous: sha256d(headers[2039] ?? new Uint8Array()),
      time: 1_600_009_999,
    });
    forked.append(other);
    expect(forked.tip?.height).toBe(2040);
    await expectCode(() => forked.append(bytes.subarray(80 * 2041)), 'HEADERS_INVALID');
  });

  it('takes only whole headers of its network', async () => {
    const open = () => openHeaderStore(regtest, nothing, 0);
    await expectCode(() => open().append(bytes.subarray(0, 81)), 'HEADERS_INVALID');
    await expectCode(() => open().append(bytes.subarray(80, 160)), 'HEADERS_INVALID');
    await expectCode(() => open().append(mainnetGenesis), 'HEADERS_INVALID');
  });

  it('says which header it lacks', async () => {
    const open = () => openHeaderStore(regtest, readerOf(bytes.subarray(0, 800)), 11);
    const thrown = await expectCode(open, 'HEADERS_MISSING');
    expect(thrown.facts).toEqual({ height: 10 });
  });

  it('is not that of a chain which only shares its beginning', async () => {
    const known = { height: 3, hash: showHash(sha256d(headers[3] ?? new Uint8Array())) };
    const named = { ...regtest, knownBlocks: [...regtest.knownBlocks, known] };
    expect(openHeaderStore(named, readerOf(bytes), 2050).count).toBe(2050);
    const forked = { ...regtest, knownBlocks: [{ ...known, height: 4 }] };
    const thrown = await expectCode(
      () => openHeaderStore(forked, readerOf(bytes), 2050),
      'HEADERS_INVALID',
    );
    expect(thrown.message).toContain('height 4 is not that of regtest');
    // It is not there yet.
    expect(openHeaderStore(forked, readerOf(bytes), 4).count).toBe(4);
  });

  it('can be checked as a whole', async () => {
    const { tip, work } = checkHeaderStore(regtest, readerOf(bytes), 2050);
    expect([tip?.height, work]).toEqual([2049, 2050n * 2n]);
    const changed = bytes.slice();
    changed[80 * 3] = (changed[80 * 3] ?? 0) ^ 1;
    await expectCode(() => checkHeaderStore(regtest, readerOf(changed), 2050), 'HEADERS_INVALID');
  });
});
