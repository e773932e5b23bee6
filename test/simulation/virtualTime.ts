/** Time that passes only when everybody waits for it. */
export interface VirtualTime {
  /** Milliseconds since it began. */
  readonly elapsed: number;
  /** Lets time pass until the promise settles. */
  drive<T>(promise: Promise<T>): Promise<T>;
  after(milliseconds: number, callback: () => void): void;
  /** Gives the machine's own time back. */
  uninstall(): void;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  now: Date.now,
  performanceNow: performance.now,
  timeout: AbortSignal.timeout,
};

/**
 * Takes the place of the machine's timers and clocks. A source that hangs for a quarter of an hour
 * costs nothing then, and what comes first is the same in every run: of two timers the one that is
 * due first, or was set first. (Timers that vitest fakes are looked up one by one and let time pass
 * in real milliseconds: too slow for a thousand schedules.)
 */
export function installVirtualTime(start: number): VirtualTime {
  const timers = new Map<object, Timer>();
  let elapsed = 0;
  let order = 0;

  function set(callback: (...args: never[]) => void, milliseconds = 0, ...args: never[]): object {
    const handle = { ref: () => handle, unref: () => handle, hasRef: () => true };
    const due = elapsed + Math.max(0, milliseconds);
    timers.set(handle, { due, order: order++, run: () => callback(...args) });
    return handle;
  }

  function next(): [object, Timer] | undefined {
    let first: [object, Timer] | undefined;
    for (const entry of timers) {
      const [, timer] = entry;
      const known = first?.[1];
      const earlier =
        !known || timer.due < known.due || (timer.due === known.due && timer.order < known.order);
      if (earlier) first = entry;
    }
    return first;
  }

  Object.assign(globalThis, {
    setTimeout: set,
    clearTimeout: (handle: object | undefined) => handle && timers.delete(handle),
  });
  Object.assign(Date, { now: () => start + elapsed });
  Object.assign(performance, { now: () => elapsed });
  Object.assign(AbortSignal, {
    timeout(milliseconds: number) {
      const controller = new AbortController();
      set(() => controller.abort(new DOMException('timed out', 'TimeoutError')), milliseconds);
      return controller.signal;
    },
  });

  return {
    get elapsed() {
      return elapsed;
    },
    after: (milliseconds, callback) => void set(callback, milliseconds),
    async drive(promise) {
      let settled = false;
      const settle = () => {
        settled = true;
      };
      promise.then(settle, settle);
      for (;;) {
        // Everything that follows from the last timer happens before the next one.
        await new Promise((resolve) => setImmediate(resolve));
        if (settled) return promise;
        const timer = next();
        if (!timer) throw new Error('everybody waits, and for nothing');
        timers.delete(timer[0]);
        elapsed = Math.max(elapsed, timer[1].due);
        timer[1].run();
      }
    },
    uninstall() {
      Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
      Object.assign(Date, { now: real.now });
      Object.assign(performance, { now: real.performanceNow });
      Object.assign(AbortSignal, { timeout: real.timeout });
    },
  };
}
