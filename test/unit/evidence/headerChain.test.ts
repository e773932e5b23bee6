import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../src/core/assayError.ts';
import { meetsTarget, parseBlockHeader, showHash } from '../../../src/evidence/blockHeader.ts';
import { decodeTarget, encodeTarget, workOf } from '../../../src/evidence/compactTarget.ts';
import { createHash256 } from '../../../src/evidence/createHash256.ts';
import { badHeader } from '../../../src/evidence/errors.ts';
import { createHeaderChain } from '../../../src/evidence/headerChain.ts';
import { type HeaderRules, headerRules, retarget } from '../../../src/evidence/headerRules.ts';
import {
  easiestBits,
  type HeaderFields,
  mainnetGenesis,
  mainnetSecond,
  mineHeader,
  readMainnetBlock,
  regtestGenesis,
  sha256d,
} from '../../support/evidenceChain.ts';
import { expectCode } from '../../support/expectCode.ts';
import { mainnet, regtest, testnet4 } from '../../support/networks.ts';

const hash256 = createHash256();

describe('a header of the main network', () => {
  it('has the hash, root, time and work that explorers show', () => {
    const { header } = readMainnetBlock();
    const { time, bits } = parseBlockHeader(header);
    expect(showHash(hash256(header))).toBe(
      '000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae',
    );
    expect(new Date(time * 1000).toISOString().slice(0, 10)).toBe('2021-09-30');
    const target = decodeTarget(bits);
    expect(target && meetsTarget(hash256(header), target)).toBe(true);
    const harder = decodeTarget(0x1700_0001);
    expect(harder && meetsTarget(hash256(header), harder)).toBe(false);
  });

  it('is accepted after the first one', () => {
    const chain = createHeaderChain(headerRules(mainnet), 0, badHeader);
    chain.accept(mainnetGenesis);
    const { height, hash } = chain.accept(mainnetSecond);
    expect([height, showHash(hash)]).toEqual([
      1,
      '00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048',
    ]);
    expect(chain.work).toBe(2n * 0x1_0001_0001n);
    expect(chain.unchecked).toEqual([]);
  });
});

describe('the target that bits stand for', () => {
  it.each([
    [0x0100_3456, 0n],
    [0x0112_3456, 0x12n],
    [0x0200_8000, 0x80n],
    [0x0500_9234, 0x9234_0000n],
    [0x0412_3456, 0x1234_5600n],
    [0x2012_3456, 0x1234_56n << 232n],
    [0x2200_0001, 1n << 248n],
    [0x2100_00ff, 0xffn << 240n],
  ])('%i is exact', (bits, value) => {
    expect(decodeTarget(bits)?.value ?? 0n).toBe(value);
  });

  it.each([
    ['negative', 0x0492_3456],
    ['negative and short', 0x01fe_dcba],
    ['zero', 0x0480_0000],
    ['zero with a size', 0x1d00_0000],
    ['too long', 0xff12_3456],
    ['too long by a byte', 0x2101_0000],
    ['too long by two', 0x2200_0100],
    ['too long by three', 0x2300_0001],
  ])('is none where it is %s', (_, bits) => {
    expect(decodeTarget(bits)).toBeNull();
  });

  it('goes back to the same bits, with no sign in them', () => {
    for (const bits of [
      0x1d00_ffff, 0x207f_ffff, 0x1e03_77ae, 0x1b04_04cb, 0x0500_9234, 0x0112_0000,
    ]) {
      expect(encodeTarget(decodeTarget(bits)?.value ?? 0n)).toBe(bits);
    }
    expect(encodeTarget(0x80n)).toBe(0x0200_8000);
    expect(encodeTarget(0n)).toBe(0);
  });

  it('tells how many hashes it takes', () => {
    const target = decodeTarget(0x1d00_ffff);
    expect(target && workOf(target)).toBe(0x1_0001_0001n);
  });
});

describe('a change of difficulty', () => {
  // Blocks 30240 to 32255, 0 to 2015 and 66528 to 68543 of the main network; the last period is made up.
  it.each([
    ['the first there was', 1_261_130_161, 1_262_152_739, 0x1d00_ffff, 0x1d00_d86a],
    ['held at the easiest target', 1_231_006_505, 1_233_061_996, 0x1d00_ffff, 0x1d00_ffff],
    ['held at four times harder', 1_279_008_237, 1_279_297_671, 0x1c05_a3f4, 0x1c01_68fd],
    ['held at four times easier', 1_263_163_443, 1_269_211_443, 0x1c38_7f6f, 0x1d00_e1fd],
  ])('is as on the main network: %s', (_, firstTime, lastTime, bits, expected) => {
    expect(retarget({ firstTime, lastTime, bits }, 0x1d00_ffff)).toBe(expected);
  });
});

const { paceFrom: _, ...withoutPace } = headerRules(mainnet);

/** Rules with the main network's changes of difficulty and targets that a test can meet, at any time. */
const changing: HeaderRules = {
  ...withoutPace,
  knownBlocks: [{ height: 0, hash: showHash(sha256d(regtestGenesis)) }],
  limitBits: easiestBits,
};

/** A chain that grows by mined headers. */
function growing(rules: HeaderRules, start: number) {
  const chain = createHeaderChain(rules, start, badHeader);
  let previous: Uint8Array = new Uint8Array(32);
  function add(fields: Omit<HeaderFields, 'previous'>): void {
    const header = mineHeader({ previous, ...fields });
    chain.accept(header);
    previous = sha256d(header);
  }
  /** So many headers, `spacing` apart. */
  function addMany(count: number, spacing: number, bits: number): void {
    const from = chain.tip?.time ?? 1_600_000_000;
    for (let index = 1; index <= count; index += 1) add({ time: from + index * spacing, bits });
  }
  return { chain, add, addMany };
}

describe('a run of headers', () => {
  const hard = 0x207f_ffff;

  it('begins with the first header of its network, if at height 0', async () => {
    const chain = createHeaderChain(headerRules(mainnet), 0, badHeader);
    const thrown = await expectCode(() => chain.accept(mainnetSecond), 'EVIDENCE_HEADER_INVALID');
    expect(thrown.message).toContain('height 0 is not the first block of its network');
  });

  it('has the blocks by which its network is known, which fix its heights', async () => {
    const fields = { previous: new Uint8Array(32), time: 1_600_000_000 };
    const header = mineHeader(fields);
    const known = { height: 6, hash: showHash(sha256d(header)) };
    const rules = { ...headerRules(regtest), knownBlocks: [known] };
    const chain = createHeaderChain(rules, 6, badHeader);
    chain.accept(header);
    expect(chain.anchor).toBe(6);
    expect(growing(headerRules(regtest), 6).chain.anchor).toBeUndefined();
    const other = createHeaderChain(rules, 6, badHeader);
    const fork = mineHeader({ ...fields, time: 1_600_000_001 });
    const thrown = await expectCode(() => other.accept(fork), 'EVIDENCE_HEADER_INVALID');
    expect(thrown.message).toContain('height 6 is not block 6 of its network');
  });

  it.each([
    [950_000, 0x1708_b2cc, 0x1708_b2cd],
    [909_999, 0x170d_0864, 0x170d_0865],
    [481_825, 0x1804_f3a4, 0x1804_f3a5],
    [481_823, 0x1d00_ffff, 0x1d01_0000],
  ])(
    'of the main network has a quarter of the difficulty known before: %i',
    async (height, easiest, easier) => {
      const accept = (bits: number) => {
        const fields = { previous: new Uint8Array(32), time: 1_700_000_000, bits };
        const chain = createHeaderChain(headerRules(mainnet), height, badHeader);
        return expectCode(
          () => chain.accept(mineHeader(fields, { work: false })),
          'EVIDENCE_HEADER_INVALID',
        );
      };
      expect((await accept(easiest)).message).toContain('lacks the work that its bits demand');
      expect((await accept(easier)).message).toContain('which the network does not allow there');
    },
  );

  it.each([
    [300_000, 1_231_006_505 + 300_000 * 600 + 365 * 86_400],
    [839_999, 1_231_006_505 + 839_999 * 600 + 365 * 86_400],
  ])('of today has no height of years ago: at %i none is later than %i', async (height, latest) => {
    const { header } = readMainnetBlock();
    const chain = (time: number) => {
      const fields = { previous: new Uint8Array(32), time };
      const rules = { ...headerRules(mainnet), limitBits: easiestBits, knownBlocks: [] };
      const one = createHeaderChain(rules, height, badHeader);
      return () => one.accept(mineHeader(fields));
    };
    expect(chain(latest)().time).toBe(latest);
    expect((await expectCode(chain(latest + 1), 'EVIDENCE_HEADER_INVALID')).message).toContain(
      'is later than its height can be',
    );
    const early = createHeaderChain(headerRules(mainnet), 482_000, badHeader);
    const thrown = await expectCode(() => early.accept(header), 'EVIDENCE_HEADER_INVALID');
    expect(thrown.message).toContain('is later than its height can be');
  });

  it('takes a block of the main network at its height', () => {
    const { header, height } = readMainnetBlock();
    const chain = createHeaderChain(headerRules(mainnet), height, badHeader);
    expect(chain.accept(header).height).toBe(702_861);
  });

  it('must be linked', async () => {
    const { chain, add } = growing(headerRules(regtest), 5);
    add({ time: 1_600_000_000 });
    const stray = mineHeader({ previous: new Uint8Array(32), time: 1_600_000_600 });
    const thrown = await expectCode(() => chain.accept(stray), 'EVIDENCE_HEADER_INVALID');
    expect(thrown.message).toContain('height 6 does not build on the header before it');
  });

  it('must have the work that it claims', async () => {
    const chain = createHeaderChain(headerRules(regtest), 5, badHeader);
    const fields = { previous: new Uint8Array(32), time: 1_600_000_000 };
    const lazy = mineHeader(fields, { work: false });
    const thrown = await expectCode(() => chain.accept(lazy), 'EVIDENCE_HEADER_INVALID');
    expect(thrown.message).toContain('lacks the work');
  });

  it('must not be easier than the network allows, nor have a target that is none', async () => {
    for (const bits of [0x207f_ffff, 0x1d80_0001, 0]) {
      const chain = createHeaderChain(headerRules(mainnet), 7, badHeader);
      const header = mineHeader({ previous: new Uint8Array(32), time: 1 });
      new DataView(header.buffer).setUint32(72, bits, true);
      const thrown = await expectCode(() => chain.accept(header), 'EVIDENCE_HEADER_INVALID');
      expect(thrown.message).toContain('which the network does not allow');
    }
  });

  it('keeps its difficulty within a period', async () => {
    const { add } = growing(changing, 3000);
    add({ time: 1_600_000_000, bits: 0x2070_0000 });
    add({ time: 1_600_000_600, bits: 0x2070_0000 });
    const thrown = await expectCode(
      () => add({ time: 1_600_001_200, bits: 0x2070_0001 }),
      'EVIDENCE_HEADER_INVALID',
    );
    expect(thrown.message).toContain('has the bits 20700001, not 20700000');
  });

  it('passes the median time of the eleven blocks before', async () => {
    const { add, addMany } = growing(changing, 3000);
    addMany(11, 600, hard);
    const median = 1_600_000_000 + 6 * 600;
    await expectCode(() => add({ time: median, bits: hard }), 'EVIDENCE_HEADER_INVALID');
    add({ time: median + 1, bits: hard });
  });

  it('changes its difficulty exactly where the whole period is in the run', async () => {
    const run = growing(changing, 2016);
    run.addMany(2016, 300, hard);
    const first = 1_600_000_300;
    const bits = retarget({ firstTime: first, lastTime: first + 2015 * 300, bits: hard }, hard);
    expect(bits).not.toBe(hard);
    const time = first + 2016 * 300;
    const thrown = await expectCode(() => run.add({ time, bits: hard }), 'EVIDENCE_HEADER_INVALID');
    expect(thrown.message).toContain('height 4032 has the bits 207fffff');
    run.add({ time, bits });
    run.add({ time: time + 600, bits });
    expect(run.chain.unchecked).toEqual([
      'the difficulty at height 2016, where the run begins, is taken as it is',
    ]);
  });

  it('changes it by no more than four times where the period began before the run, and says so', async () => {
    const begin = () => {
      const run = growing(changing, 4030);
      run.addMany(2, 600, 0x2040_0000);
      return run;
    };
    await expectCode(
      () => begin().add({ time: 1_600_002_000, bits: 0x200f_ffff }),
      'EVIDENCE_HEADER_INVALID',
    );
    const run = begin();
    run.add({ time: 1_600_002_000, bits: 0x2010_0000 });
    expect(run.chain.unchecked).toHaveLength(2);
    expect(run.chain.unchecked[1]).toContain('height 4032 is within the allowed four times');
  });
});

describe('the rules of testnet4', () => {
  const rules: HeaderRules = { ...headerRules(testnet4), limitBits: easiestBits };
  const ruling = 0x2010_0000;

  it('allow the easiest target after twenty minutes only, and then go back', async () => {
    const { add } = growing(rules, 4000);
    add({ time: 1_600_000_000, bits: ruling });
    add({ time: 1_600_001_201, bits: easiestBits });
    await expectCode(
      () => add({ time: 1_600_002_401, bits: easiestBits }),
      'EVIDENCE_HEADER_INVALID',
    );
    add({ time: 1_600_002_401, bits: ruling });
    await expectCode(() => add({ time: 1_600_003_602, bits: ruling }), 'EVIDENCE_HEADER_INVALID');
  });

  it('take the change of difficulty from the first block of the period (BIP-94)', async () => {
    const run = growing(rules, 2016);
    run.add({ time: 1_600_000_000, bits: ruling });
    run.addMany(2014, 600, ruling);
    const last = (run.chain.tip?.time ?? 0) + 1201;
    run.add({ time: last, bits: easiestBits });
    const period = { firstTime: 1_600_000_000, lastTime: last };
    const bits = retarget({ ...period, bits: ruling }, easiestBits);
    expect(retarget({ ...period, bits: easiestBits }, easiestBits)).not.toBe(bits);
    await expectCode(() => run.add({ time: last - 601, bits }), 'EVIDENCE_HEADER_INVALID');
    run.add({ time: last - 600, bits });
    expect(run.chain.tip?.height).toBe(4032);
  });
});

it('tells faults as the caller wants them', () => {
  const chain = createHeaderChain(
    headerRules(mainnet),
    0,
    (height, what) => new AssayError('HEADERS_INVALID', { message: `${height} ${what}` }),
  );
  expect(() => chain.accept(regtestGenesis)).toThrow('0 is not the first block of its network');
});
