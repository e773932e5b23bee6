import { AssayError } from '../core/assayError.ts';

/** Whole numbers, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What came of one span. */
export type SpanOutcome<T> = { readonly value: T } | { readonly refused: AssayError };

export interface WalkOptions<T> {
  /** Numbers in a span, to begin with. */
  readonly size: number;
  readonly maxAsked: number;
  readonly signal: AbortSignal | undefined;
  /** Asks for several spans; one outcome for each. */
  readonly ask: (spans: readonly Span[]) => Promise<readonly SpanOutcome<T>[]>;
  /** What to throw when `maxAsked` spans were asked for. */
  readonly exhausted: () => AssayError;
}

/** Spans that are asked for at a time, once a span of their size was answered. */
const together = 10;

/** Servers that do not answer at all are not asked for ever. */
const maxStalls = 3;

const stalls: ReadonlySet<string> = new Set(['SOURCE_TIMEOUT', 'SOURCE_SERVER_ERROR']);

/** Some servers say "limit exceeded" of a range as they do of a rate. */
const refusals: ReadonlySet<string> = new Set([
  ...stalls,
  'SOURCE_RATE_LIMITED',
  'SOURCE_RESPONSE_TOO_LARGE',
]);

/**
 * Reads a long range from a server that limits, by rules of its own, how much it gives at a time: a
 * span that is refused is halved, and the size that worked is kept for the rest, so that there are
 * about 25 refusals at most. The values come in the order of their spans.
 *
 * @throws AssayError the refusal of a span of one, `exhausted`, or what `ask` throws for other reasons
 */
export async function walkRange<T>(whole: Span, options: WalkOptions<T>): Promise<readonly T[]> {
  const { maxAsked, signal, ask, exhausted } = options;
  const values: T[] = [];
  let size = options.size;
  let width = 1;
  let widest = together;
  let asked = 0;
  let stalled = 0;
  let next = whole.from;
  while (next <= whole.to) {
    const spans = takeSpans({ from: next, to: whole.to }, size, width);
    asked += spans.length;
    if (asked > maxAsked) throw exhausted();
    const outcomes = await askAll(spans);
    for (const [index, span] of spans.entries()) {
      const outcome = outcomes[index];
      if (outcome && 'value' in outcome) {
        values.push(outcome.value);
        next = span.to + 1;
        width = widest;
        continue;
      }
      const length = span.to - span.from + 1;
      if (spans.length > 1 && outcome === undefined) {
        // All of them together were too much: that says nothing about one of them.
        widest = 1;
      } else if (length === 1) {
        throw outcome?.refused ?? exhausted();
      } else {
        size = Math.floor(length / 2);
      }
      width = 1;
      break;
    }
  }
  return values;

  /** No outcomes where the request for several spans failed as a whole. */
  async function askAll(spans: readonly Span[]): Promise<readonly SpanOutcome<T>[]> {
    try {
      return await ask(spans);
    } catch (thrown) {
      if (!(thrown instanceof AssayError) || !refusals.has(thrown.code) || signal?.aborted) {
        throw thrown;
      }
      if (stalls.has(thrown.code)) {
        stalled += 1;
        if (stalled > maxStalls) throw thrown;
      }
      return spans.length === 1 ? [{ refused: thrown }] : [];
    }
  }
}

function takeSpans({ from, to }: Span, size: number, width: number): readonly Span[] {
  const spans: Span[] = [];
  for (let at = from; at <= to && spans.length < width; at += size) {
    spans.push({ from: at, to: Math.min(at + size - 1, to) });
  }
  return spans;
}
