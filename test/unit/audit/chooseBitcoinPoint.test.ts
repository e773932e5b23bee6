import { describe, expect, it } from 'vitest';
import type { Patience } from '../../../src/audit/askSources.ts';
import {
  type AuditedMoment,
  chooseBitcoinPoint,
  type PointChoice,
} from '../../../src/audit/chooseBitcoinPoint.ts';
import type { BitcoinSource } from '../../../src/bitcoin/bitcoinSource.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { ChainId } from '../../../src/core/caip.ts';
import type { ChainPoint } from '../../../src/core/chainPoint.ts';
import type { ReadContext } from '../../../src/core/source.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { expectCode } from '../../support/expectCode.ts';
import { pointAt } from '../../support/scriptedSources.ts';

const chain = ChainId('bip122:000000000019d6689c085ae165831e93');
const genesisTime = 1_000_000;
/** Ten minutes from block to block. */
const steady = (height: number) => genesisTime + height * 600;
const never = new Promise<never>(() => {});

interface Script {
  readonly tip?: number;
  readonly time?: (height: number) => number;
  readonly fork?: (height: number) => number;
  /** Instead of its answer, or before it. */
  readonly readPoint?: (height: number, answer: ChainPoint) => ChainPoint | Promise<ChainPoint>;
  readonly readTip?: (answer: ChainPoint) => ChainPoint | Promise<ChainPoint>;
}

/** A source that knows blocks and nothing else; what it was asked stands in `asked`. */
function scripted(operator: string, script: Script = {}): BitcoinSource & { asked: number[] } {
  const { tip = 200, time = steady, fork = () => 0 } = script;
  const at = (height: number) => pointAt(chain, height, time(height), fork(height));
  const asked: number[] = [];
  return {
    source: { id: `core+http://${operator}`, operator, kind: 'core' },
    asked,
    readTip: async () => script.readTip?.(at(tip)) ?? at(tip),
    readPoint: async (height) => {
      asked.push(height);
      if (height > tip) throw new AssayError('BITCOIN_HEIGHT_ABOVE_TIP');
      return script.readPoint?.(height, at(height)) ?? at(height);
    },
    readReserves: async () => {
      throw new AssayError('INTERNAL_ERROR');
    },
    close: async () => {},
  };
}

interface Asking {
  readonly at?: AuditedMoment;
  readonly quorum?: number;
  readonly confirmations?: number;
  readonly context?: ReadContext;
  readonly patience?: Patience;
}

function choose(sources: readonly BitcoinSource[], asking: Asking = {}): Promise<PointChoice> {
  const { at, quorum = 2, confirmations = 6, context = {}, patience } = asking;
  return chooseBitcoinPoint(sources, { confirmations, quorum }, at, context, patience);
}

function atTime(time: number): AuditedMoment {
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
    expect(choice.point).toEqual(pointAt(chain, 195, steady(195)));
    expect(shown(choice)).toEqual({ a: steady(195), b: steady(195) });
  });

  it('is not known where two name one hash with two times', async () => {
    const liar = scripted('b', { time: (height) => steady(height) + 1 });
    const choice = await choose([scripted('a'), liar]);
    expect(codeOf(choice)).toBe('BITCOIN_SOURCES_DISAGREE');
    expect(shown(choice)).toEqual({ a: steady(195), b: steady(195) + 1 });
  });

  it('has the time that two of three name, though the first names another', async () => {
    const liar = scripted('x', { time: (height) => steady(height) + 86_400 });
    const choice = await choose([liar, scripted('a'), scripted('b')]);
    expect(choice.point).toEqual(pointAt(chain, 195, steady(195)));
    expect(shown(choice)).toEqual({
      x: steady(195) + 86_400,
      a: steady(195),
      b: steady(195),
    });
  });

  it.each([
    ['another height', (_: number, answer: ChainPoint) => ({ ...answer, height: 7 })],
    ['another block', (height: number) => pointAt(chain, height - 1, steady(height - 1))],
  ])('is not taken from who answers with %s', async (_, readPoint) => {
    const liar = scripted('x', { readPoint });
    for (const at of [undefined, { height: 150 }]) {
      const height = at?.height ?? 195;
      const choice = await choose([liar, scripted('a'), scripted('b')], { ...(at && { at }) });
      expect(choice.point).toEqual(pointAt(chain, height, steady(height)));
      expect(shown(choice)).toMatchObject({ x: 'SOURCE_RESPONSE_INVALID' });
    }
    expect(codeOf(await choose([liar], { quorum: 1 }))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('is of the chain that the quorum names', async () => {
    const other = ChainId('bip122:0f9188f13cb7b2c71f2a335e3a4fc328');
    const readPoint = (_: number, answer: ChainPoint) => ({ ...answer, chain: other });
    const liar = scripted('x', { readPoint });
    const { point } = await choose([liar, scripted('a'), scripted('b')]);
    expect(point).toMatchObject({ chain, height: 195 });
    expect(codeOf(await choose([liar, scripted('a')]))).toBe('BITCOIN_SOURCES_DISAGREE');
  });

  it.each([0, 50, 1_000_000])('is not moved by one who says that its tip is %i', async (tip) => {
    const choice = await choose([scripted('x', { tip }), scripted('a'), scripted('b')]);
    expect(choice.point).toEqual(pointAt(chain, 195, steady(195)));
  });
});

describe('the block of a moment', () => {
  const moment = steady(90) + 599;
  const found = pointAt(chain, 90, steady(90));

  it('is the last one that is not after it', async () => {
    const two = [scripted('a'), scripted('b')];
    expect((await choose(two, { at: atTime(moment) })).point).toEqual(found);
    expect((await choose(two, { at: atTime(steady(90)) })).point).toEqual(found);
    expect((await choose(two, { at: atTime(steady(91)) })).point).toMatchObject({ height: 91 });
    expect((await choose(two, { at: atTime(genesisTime) })).point).toMatchObject({ height: 0 });
  });

  it('is the highest one where times go back, whatever the newest block is', async () => {
    // Block 93 is earlier than 90, and 91 and 92 are an hour late.
    const late = new Map([
      [91, steady(97)],
      [92, steady(97) + 1],
      [93, steady(89)],
    ]);
    const time = (height: number) => late.get(height) ?? steady(height);
    for (let tip = 100; tip < 140; tip++) {
      const two = [scripted('a', { time, tip }), scripted('b', { time, tip })];
      const { point } = await choose(two, { at: atTime(moment) });
      expect(point).toMatchObject({ height: 93, time: steady(89) });
    }
  });

  const random = (height: number) => genesisTime + ((height * 7919) % 200) * 600;
  it.each<[string, Script]>([
    ['that all blocks are older', { time: (height) => steady(height) - 500_000 }],
    ['that all blocks are newer', { time: (height) => steady(height) + 500_000 }],
    ['that all blocks are of one time', { time: () => moment }],
    ['times at random', { time: random }],
    ['a time of its own for the block alone', { time: (h) => steady(h) + (h === 90 ? 1 : 0) }],
    ['a time of its own for the successor', { time: (h) => (h === 91 ? moment : steady(h)) }],
    ['that its chain is another', { fork: () => 1, time: random }],
    ['that its tip is low', { tip: 3 }],
    ['that its tip is high', { tip: 1_000_000, time: (height) => steady(height) - 60_000 }],
  ])('is not moved by one of three who says %s', async (_, script) => {
    const honest = [scripted('a'), scripted('b')];
    for (const position of [0, 1, 2]) {
      const sources: BitcoinSource[] = [...honest];
      sources.splice(position, 0, scripted('x', script));
      expect((await choose(sources, { at: atTime(moment) })).point).toEqual(found);
    }
  });

  it.each([
    ['its own', 90],
    ['its successor', 91],
    ['the first one', 0],
    ['one that the search comes by', 100],
  ])('is not known where two disagree about the time of %s', async (_, height) => {
    const time = (at: number) => steady(at) + (at === height ? 1 : 0);
    const choice = await choose([scripted('a'), scripted('b', { time })], { at: atTime(moment) });
    expect(codeOf(choice)).toBe('BITCOIN_SOURCES_DISAGREE');
    expect(choice.point).toMatchObject({ facts: { height } });
    expect(shown(choice)).toEqual({ a: steady(height), b: steady(height) + 1 });
  });

  it('is not known by the word of fewer than the quorum', async () => {
    const failing = () => {
      throw new AssayError('SOURCE_UNREACHABLE');
    };
    const dead = scripted('b', { readPoint: failing });
    const mute = scripted('b', { readTip: failing });
    for (const other of [dead, mute]) {
      const choice = await choose([scripted('a'), other], { at: atTime(moment) });
      expect(codeOf(choice)).toBe('BITCOIN_QUORUM_NOT_MET');
      expect(shown(choice)).toMatchObject({ b: 'SOURCE_UNREACHABLE' });
    }
    // Nor is it known that there is none.
    const choice = await choose([scripted('a'), mute], { at: atTime(steady(500)) });
    expect(codeOf(choice)).toBe('BITCOIN_QUORUM_NOT_MET');
  });

  it('is not waited for at each step where one hangs', async () => {
    const hanging = scripted('x', { readPoint: () => never });
    const honest = scripted('a');
    const patience = { deadlineMs: 60_000, graceMs: 1 };
    const choice = await choose([hanging, honest, scripted('b')], {
      at: atTime(moment),
      patience,
    });
    expect(choice.point).toEqual(found);
    expect(shown(choice)).toMatchObject({ x: 'SOURCE_NOT_AWAITED' });
    // Once on the way, and once for what the report says of it.
    expect(hanging.asked).toEqual([0, 90]);
    expect(honest.asked.length).toBeGreaterThan(10);
  });

  it('is asked of who was slow where the others do not suffice', async () => {
    const patience = { deadlineMs: 60_000, graceMs: 1 };
    // Its first answer never comes, and from then on another lies.
    const slow: BitcoinSource = scripted('x', {
      readPoint: (height, answer) => (height === 0 ? never : answer),
    });
    const liar = scripted('b', { time: (height) => steady(height) + (height === 0 ? 0 : 7) });
    const choice = await choose([slow, scripted('a'), liar], { at: atTime(moment), patience });
    expect(choice.point).toEqual(found);
  });

  it('is bad input before the first block', async () => {
    const two = [scripted('a'), scripted('b')];
    await expectCode(() => choose(two, { at: atTime(genesisTime - 1) }), 'BITCOIN_TIME_UNKNOWN');
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
    const reads = new Map<number, number>();
    const fork = (height: number) => {
      const count = (reads.get(height) ?? 0) + 1;
      reads.set(height, count);
      return height === 90 && count > 1 ? 1 : 0;
    };
    await expectCode(
      () => choose([scripted('a', { fork })], { at: atTime(moment), quorum: 1 }),
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
      readPoint: (height, answer) => {
        if (height === 100) caller.abort(reason);
        return answer;
      },
    });
    const asked = choose([source], {
      quorum: 1,
      at: atTime(steady(90)),
      context: { signal: caller.signal },
    });
    await expect(asked).rejects.toBe(reason);
    expect(source.asked).toEqual([0, 100]);
  });
});
