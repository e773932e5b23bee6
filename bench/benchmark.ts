/** One figure, measured against a reference in the same run: only the ratio means anything. */
export interface BenchmarkResult {
  readonly name: string;
  /** Unit of `measured` and `reference`: `ms`, `requests/s`, `MB`, … */
  readonly unit: string;
  readonly measured: number;
  /** What the reference is, in words, and its figure. */
  readonly reference: string;
  readonly referenceValue: number;
  /** measured ÷ referenceValue. */
  readonly ratio: number;
  /** `at most` for costs, `at least` for rates. */
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
}

/** A benchmark file exports one of these; `npm run bench` runs them in turn. */
export interface Benchmark {
  readonly name: string;
  run(): Promise<readonly BenchmarkResult[]>;
}

/** Whether the figure keeps its bound. */
export function meetsLimit(result: BenchmarkResult): boolean {
  return result.bound === 'at most' ? result.ratio <= result.limit : result.ratio >= result.limit;
}
