/**
 * How many bytes of answers are held at once over all sources of a run. A small answer is always let in;
 * for a large one its bytes are set aside first, and whoever finds none left waits its turn. A source has
 * one large answer at a time: it can hold up its own answers, and never more than its part of the rest.
 */
export interface AnswerBudget {
  /** The part of one source. */
  openShare(): AnswerShare;
}

/** One source's part in a budget. */
export interface AnswerShare {
  /**
   * Sets bytes aside for one answer, as soon as there are that many: in the order of asking.
   *
   * @param bytes what the answer may have at most
   * @returns gives them back; to be called once, whatever became of the answer
   * @throws the signal's reason, if that is aborted while it waits
   */
  reserve(bytes: number, signal?: AbortSignal): Promise<() => void>;
}

/** An answer of up to so many bytes is no large one: it needs no reservation. */
export const smallAnswerBytes = 1024 * 1024;

/** Enough for two sources whose answers are as large as any may be. */
const defaultBytes = 256 * 1024 * 1024;

interface Waiting {
  readonly bytes: number;
  readonly share: object;
  readonly admit: () => void;
}

/** Makes a budget. @param totalBytes of large answers; one that needs more is let in alone */
export function createAnswerBudget(totalBytes: number = defaultBytes): AnswerBudget {
  let free = totalBytes;
  const busy = new Set<object>();
  const queue: Waiting[] = [];

  /** Whoever waits for bytes holds back those behind it: else small ones could pass it for ever. */
  function admitNext(): void {
    for (let at = 0; at < queue.length; ) {
      const next = queue[at];
      if (next === undefined) return;
      // Its own large answer is what it waits for: no reason to hold back other sources.
      if (busy.has(next.share)) at++;
      else if (next.bytes > free) return;
      else {
        queue.splice(at, 1);
        next.admit();
      }
    }
  }

  return {
    openShare() {
      const share = {};
      return {
        reserve(asked, signal) {
          return new Promise((resolve, reject) => {
            if (signal?.aborted) return reject(signal.reason);
            const bytes = Math.min(asked, totalBytes);
            const waiting: Waiting = {
              bytes,
              share,
              admit() {
                signal?.removeEventListener('abort', giveUp);
                free -= bytes;
                busy.add(share);
                resolve(() => {
                  free += bytes;
                  busy.delete(share);
                  admitNext();
                });
              },
            };
            const giveUp = (): void => {
              const at = queue.indexOf(waiting);
              if (at >= 0) queue.splice(at, 1);
              reject(signal?.reason);
              admitNext();
            };
            signal?.addEventListener('abort', giveUp, { once: true });
            queue.push(waiting);
            admitNext();
          });
        },
      };
    },
  };
}
