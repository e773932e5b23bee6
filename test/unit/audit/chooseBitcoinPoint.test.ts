import { describe, expect, it } from 'vitest';
import type { Patience } from '../../../src/audit/askSources.ts';
import {
  type AuditedState,
  chooseBitcoinPoint,
  type PointChoice,
} from '../../../src/audit/chooseBitcoinPoint.ts';
import type { BitcoinSource } from '../../../src/bitcoin/bitcoinSource.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { medianMoment } from '../../../src/core/bitcoinMoment.ts';
import type { ChainPoint } from '../../../src/core/chainPoint.ts';
import type { ReadContext } from '../../../src/core/source.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { expectCode } from '../../support/expectCode.ts';
import { createRegtestHeaders, genesisTime } from '../../support/regtestHeaders.ts';
import { regtest } from '../../support/syntheticChain.ts';

/** Ten minutes from block to block. */
const steady = (height: number) => genesisTime + height * 600;
const never = new Promise<never>(() => {});
const honestChain = createRegtestHeaders(steady);

interface Script {
  readonly tip?: number;
  readonly time?: (height: number) => number;
  readonly fork?: (height: number) => number;
  /** Instead of its headers around a block, or before them. */
  readonly readHeaders?: (
    height: number,
    answer: Uint8Array,
    from: number,
  ) => Uint8Array | Promise<Uint8Array>;
  readonly readTip?: (answer: ChainPoint) => ChainPoint | Promise<ChainPoint>;
}

/** A source that knows blocks and nothing else; the blocks it was asked for stand in `asked`. */
function scripted(operator: string, script: Script = {}): BitcoinSource & { asked: number[] } {
  const { tip = 200 } = script;
  const headers =
    script.time || script.fork
      ? createRegtestHeaders(script.time ?? steady, script.fork)
      : honestChain;
  const tipPoint = { ...headers.at(Math.min(tip, 200)), height: tip };
  const asked: number[] = [];
  return {
    source: { id: `core+http://${operator}`, operator, kind: 'core' },
    asked,
    readTip: async () => script.readTip?.(tipPoint) ?? tipPoint,
    readPoint: async (height) => headers.at(height),
    readHeaders: async (from, count) => {
      const height = from === 0 ? count - 6 : from + 5;
      asked.push(height);
      if (from + count - 1 > tip) throw new AssayError('BITCOIN_HEIGHT_ABOVE_TIP');
      const run = headers.run(from, count);
      return script.readHeaders?.(height, run, from) ?? run;
    },
    readReserves: async () => {
      throw new AssayError('INTERNAL_ERROR');
    },
    close: async () => {},
  };
}

interface Asking {
  readonly at?: AuditedState;
  readonly quorum?: number;
  readonly confirmations?: number;
  readonly context?: ReadContext;
  readonly patience?: Patience;
}

function choose(sources: readonly BitcoinSource[], asking: Asking = {}): Promise<PointChoice> {
  const { at, quorum = 2, confirmations = 6, context = {}, patience } = asking;
  return chooseBitcoinPoint(regtest, sources, { confirmations, quorum }, at, context, patience);
}

function atTime(time: number): AuditedState {
  return { time: UnixTime(time) };
}

/** What each operator says of the block: its time, or the code of its error. */
function shown({ outcomes }: PointChoice): Record<string, number | string> {
  return Object.fromEntries(
    outcomes.map((one) => [one.source.operator, 'value' in one ? one.value.time : one.error.code]),
  );
}

function codeOf({ point }: PointChoice): string | undefined {
  return point instanceof AssayError ? point.code : undefined;
}

describe('the block to audit', () => {
  it('is buried under the confirmations, and everybody is shown with what he says', async () => {
    const choice = await choose([scripted('a'), scripted('b')]);
    expect(choice.point).toEqual(honestChain.at(195));
    expect(shown(choice)).toEqual({ a: steady(195), b: steady(195) });
  });

  it('is not known where two give it two times', async () => {
    const liar = scripted('b', { time: (height) => steady(height) + 1 });
    const choice = await choose([scripted('a'), liar]);
    expect(codeOf(choice)).toBe('BITCOIN_SOURCES_DISAGREE');
    expect(shown(choice)).toEqual({ a: steady(195), b: steady(195) + 1 });
  });

  it('has the time that two of three name, though the first names another', async () => {
    const liar = scripted('x', { time: (height) => steady(height) + 86_400 });
    const choice = await choose([liar, scripted('a'), scripted('b')]);
    expect(choice.point).toEqual(honestChain.at(195));
    expect(shown(choice)).toEqual({
      x: steady(195) + 86_400,
      a: steady(195),
      b: steady(195),
    });
  });

  const changed = (run: Uint8Array, at: number, value: number) => {
    const copy = Uint8Array.from(run);
    copy[at] = value;
    return copy;
  };
  it.each<[string, (run: Uint8Array) => Uint8Array]>([
    ['a header too few', (run) => run.subarray(80)],
    ['a header too many', (run) => Uint8Array.from([...run, ...run.subarray(0, 80)])],
    ['a time of its own', (run) => changed(run, 5 * 80 + 68, 7)],
    ['a last header that does not build on the others', (run) => changed(run, 10 * 80 + 4, 7)],
    ['headers that are too easy', (run) => changed(run, 10 * 80 + 72, 1)],
    ['nothing at all', () => new Uint8Array()],
  ])('is not taken from who answers with %s', async (_, twist) => {
    const liar = scripted('x', { readHeaders: (_at, run) => twist(run) });
    for (const at of [undefined, { height: 150 }]) {
      const height = at?.height ?? 195;
      const choice = await choose([liar, scripted('a'), scripted('b')], { ...(at && { at }) });
      expect(choice.point).toEqual(honestChain.at(height));
      expect(shown(choice)).toMatchObject({ x: 'SOURCE_RESPONSE_INVALID' });
    }
    expect(codeOf(await choose([liar], { quorum: 1 }))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it.each([0, 50, 1_000_000])('is not moved by one who says that its tip is %i', async (tip) => {
    const choice = await choose([scripted('x', { tip }), scripted('a'), scripted('b')]);
    expect(choice.point).toEqual(honestChain.at(195));
  });
});

describe('the moment of the block', () => {
  it.each([
    ['two hours ahead', 7200],
    ['an hour behind', -3600],
  ])('is the median of eleven: its own time %s leaves it where it is', async (_, seconds) => {
    const time = (height: number) => steady(height) + (height === 195 ? seconds : 0);
    const { point, moment } = await choose([scripted('a', { time }), scripted('b', { time })]);
    expect(point).toMatchObject({ height: 195, time: steady(195) + seconds });
    const nearest = seconds > 0 ? 196 : 194;
    expect(moment).toMatchObject({
      time: steady(nearest),
      doubtSeconds: 0,
      fromHeight: 190,
      toHeight: 200,
    });
    expect(moment?.headers).toHaveLength(880);
  });

  it.each([
    [1, 200, 200],
    [3, 198, 200],
    [5, 196, 200],
    [6, 195, 200],
    [9, 192, 197],
  ])('is in doubt with fewer than five above: %i confirmations', async (confirmations, at, to) => {
    const { point, moment } = await choose([scripted('a'), scripted('b')], { confirmations });
    expect(point).toMatchObject({ height: at });
    const times = Array.from({ length: to - at + 6 }, (_, index) => steady(at - 5 + index));
    expect(moment).toMatchObject(medianMoment(at - 5, times));
    expect(moment?.doubtSeconds).toBe(to - at === 5 ? 0 : 7200);
  });

  it('is in doubt near the first block, too', async () => {
    const two = [scripted('a'), scripted('b')];
    const { moment } = await choose(two, { at: { height: 2 } });
    expect(moment).toMatchObject({
      time: steady(4),
      doubtSeconds: 7200,
      fromHeight: 0,
      toHeight: 7,
    });
  });

  it('rests on no block that only one has: a tip alone makes none certain', async () => {
    const ahead = scripted('x', { tip: 203 });
    const { moment } = await choose([ahead, scripted('a'), scripted('b')], { at: { height: 198 } });
    expect(moment).toMatchObject({ fromHeight: 193, toHeight: 200, doubtSeconds: 7200 });
  });

  it('is told without one that is a block behind, which has the block all the same', async () => {
    const behind = scripted('x', { tip: 199 });
    const choice = await choose([behind, scripted('a'), scripted('b')]);
    expect(shown(choice)).toEqual({ x: steady(195), a: steady(195), b: steady(195) });
    expect(choice.moment).toMatchObject({ toHeight: 200, doubtSeconds: 0 });
  });

  it('is not known where two disagree on a block above', async () => {
    const forked = scripted('b', { fork: (height) => (height > 198 ? 1 : 0) });
    const choice = await choose([scripted('a'), forked]);
    expect(codeOf(choice)).toBe('BITCOIN_SOURCES_DISAGREE');
    expect(choice.point).toMatchObject({ message: expect.stringContaining('around height 195') });
    const three = await choose([forked, scripted('a'), scripted('c')]);
    expect(three.moment).toMatchObject({ time: steady(195), doubtSeconds: 0 });
    expect(shown(three)).toEqual({ b: steady(195), a: steady(195), c: steady(195) });
  });
});

describe('the block of a moment', () => {
  const moment90 = steady(90) + 599;
  const found = honestChain.at(90);

  it('is the last one that is not after it', async () => {
    const two = [scripted('a'), scripted('b')];
    expect((await choose(two, { at: atTime(moment90) })).point).toEqual(found);
    expect((await choose(two, { at: atTime(steady(90)) })).point).toEqual(found);
    expect((await choose(two, { at: atTime(steady(91)) })).point).toMatchObject({ height: 91 });
    // Of the first blocks the moment is that of later ones: none lies below them.
    expect((await choose(two, { at: atTime(steady(3)) })).point).toMatchObject({ height: 1 });
  });

  it('is the same whatever the times of single blocks and of the newest one are', async () => {
    // Block 93 is earlier than 90, and 91 and 92 are an hour late.
    const late = new Map([
      [91, steady(97)],
      [92, steady(97) + 1],
      [93, steady(89)],
    ]);
    const time = (height: number) => late.get(height) ?? steady(height);
    const seen = new Set<number>();
    for (let tip = 102; tip < 120; tip++) {
      const two = [scripted('a', { time, tip }), scripted('b', { time, tip })];
      const { point, moment } = await choose(two, { at: atTime(moment90) });
      // Its own time is an hour after the moment that was asked for.
      expect(point).toMatchObject({ height: 91, time: steady(97) });
      seen.add(moment?.time ?? 0);
    }
    expect([...seen]).toEqual([steady(90)]);
  });

  const random = (height: number) => genesisTime + ((height * 7919) % 200) * 600;
  it.each<[string, Script]>([
    ['that all blocks are older', { time: (height) => steady(height) - 500_000 }],
    ['that all blocks are newer', { time: (height) => steady(height) + 500_000 }],
    ['that all blocks are of one time', { time: () => moment90 }],
    ['times at random', { time: random }],
    ['a time of its own for the block alone', { time: (h) => steady(h) + (h === 90 ? 1 : 0) }],
    ['a time of its own for the successor', { time: (h) => (h === 91 ? moment90 : steady(h)) }],
    ['that its chain is another', { fork: () => 1, time: random }],
    ['that its tip is low', { tip: 3 }],
    ['that its tip is high', { tip: 1_000_000, time: (height) => steady(height) - 60_000 }],
  ])('is not moved by one of three who says %s', async (_, script) => {
    const honest = [scripted('a'), scripted('b')];
    for (const position of [0, 1, 2]) {
      const sources: BitcoinSource[] = [...honest];
      sources.splice(position, 0, scripted('x', script));
      expect((await choose(sources, { at: atTime(moment90) })).point).toEqual(found);
    }
  });

  it.each([90, 91, 97, 150])('is not known where two disagree from block %i on', async (from) => {
    const fork = (height: number) => (height >= from ? 1 : 0);
    const choice = await choose([scripted('a'), scripted('b', { fork })], {
      at: atTime(moment90),
    });
    expect(codeOf(choice)).toBe('BITCOIN_SOURCES_DISAGREE');
    expect(choice.point).toMatchObject({ facts: { height: 195 } });
  });

  it('is not known by the word of fewer than the quorum', async () => {
    const failing = () => {
      throw new AssayError('SOURCE_UNREACHABLE');
    };
    const dead = scripted('b', { readHeaders: failing });
    const mute = scripted('b', { readTip: failing });
    for (const other of [dead, mute]) {
      const choice = await choose([scripted('a'), other], { at: atTime(moment90) });
      expect(codeOf(choice)).toBe('BITCOIN_QUORUM_NOT_MET');
      expect(shown(choice)).toMatchObject({ b: 'SOURCE_UNREACHABLE' });
    }
    // Nor is it known that there is none.
    const choice = await choose([scripted('a'), mute], { at: atTime(steady(500)) });
    expect(codeOf(choice)).toBe('BITCOIN_QUORUM_NOT_MET');
  });

  it('is not waited for at each step where one hangs', async () => {
    const hanging = scripted('x', { readHeaders: () => never });
    const honest = scripted('a');
    const patience = { deadlineMs: 60_000, graceMs: 1 };
    const choice = await choose([hanging, honest, scripted('b')], {
      at: atTime(moment90),
      patience,
    });
    expect(choice.point).toEqual(found);
    expect(shown(choice)).toMatchObject({ x: 'SOURCE_NOT_AWAITED' });
    // Once on the way, and once for what the report says of it.
    expect(hanging.asked).toEqual([195, 90]);
    expect(honest.asked.length).toBeGreaterThan(6);
  });

  it('is asked of who was slow where the others do not suffice', async () => {
    const patience = { deadlineMs: 60_000, graceMs: 1 };
    // Its first answer never comes, and from then on another lies.
    const slow: BitcoinSource = scripted('x', {
      readHeaders: (height, answer) => (height === 195 ? never : answer),
    });
    const other = createRegtestHeaders((height) => steady(height) + (height === 0 ? 0 : 7));
    const liar = scripted('b', {
      readHeaders: (height, answer, from) => (height === 195 ? answer : other.run(from, 11)),
    });
    const choice = await choose([slow, scripted('a'), liar], { at: atTime(moment90), patience });
    expect(choice.point).toEqual(found);
  });

  it('is bad input before the first block', async () => {
    const two = [scripted('a'), scripted('b')];
    await expectCode(() => choose(two, { at: atTime(steady(3) - 1) }), 'BITCOIN_TIME_UNKNOWN');
  });

  it('is bad input where later blocks may still belong to it', async () => {
    const two = [scripted('a'), scripted('b')];
    expect((await choose(two, { at: atTime(steady(195) - 1) })).point).toMatchObject({
      height: 194,
    });
    for (const time of [steady(195), steady(199), steady(200), steady(201), steady(9999)]) {
      await expectCode(() => choose(two, { at: atTime(time) }), 'BITCOIN_TIME_UNKNOWN');
    }
    // One who says that it has six more of them does not change that.
    const three = [scripted('x', { tip: 300 }), ...two];
    await expectCode(() => choose(three, { at: atTime(steady(200)) }), 'BITCOIN_TIME_UNKNOWN');
  });

  it('is buried as deep as the policy asks', async () => {
    const two = [scripted('a'), scripted('b')];
    const confirmations = 20;
    expect((await choose(two, { at: atTime(steady(181)), confirmations })).point).toMatchObject({
      height: 181,
    });
    const error = await expectCode(
      () => choose(two, { at: atTime(steady(182)), confirmations }),
      'BITCOIN_TIME_UNKNOWN',
    );
    expect(error.message).toContain('19 confirmations, of 20');
  });

  it('is looked for again where it left the chain during the search', async () => {
    const other = createRegtestHeaders(steady, (height) => (height >= 90 ? 1 : 0));
    let reads = 0;
    const readHeaders = (height: number, answer: Uint8Array, from: number) =>
      height === 90 && ++reads > 1 ? other.run(from, 11) : answer;
    await expectCode(
      () => choose([scripted('a', { readHeaders })], { at: atTime(moment90), quorum: 1 }),
      'BITCOIN_REORGANISED',
    );
  });
});

describe('a caller that has given up', () => {
  it.each([undefined, { height: 90 }, atTime(steady(90))])('asks nobody for %j', async (at) => {
    const reason = new Error('given up');
    let tips = 0;
    const source = scripted('a', {
      readTip: (answer) => {
        tips += 1;
        return answer;
      },
    });
    const context = { signal: AbortSignal.abort(reason) };
    const asked = choose([source], { quorum: 1, context, ...(at && { at }) });
    await expect(asked).rejects.toBe(reason);
    expect([tips, source.asked]).toEqual([0, []]);
  });

  it('during the search for a moment ends it', async () => {
    const caller = new AbortController();
    const reason = new Error('given up');
    const source = scripted('a', {
      readHeaders: (height, answer) => {
        if (height === 97) caller.abort(reason);
        return answer;
      },
    });
    const asked = choose([source], {
      quorum: 1,
      at: atTime(steady(90)),
      context: { signal: caller.signal },
    });
    await expect(asked).rejects.toBe(reason);
    expect(source.asked).toEqual([195, 97]);
  });
});
