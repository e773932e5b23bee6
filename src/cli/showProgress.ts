import cliProgress from 'cli-progress';
import type { Progress } from '../core/source.ts';

const phases: Record<Progress['phase'], string> = {
  scan: 'scanning the UTXO set',
  undo: 'undoing blocks',
  addresses: 'reading addresses',
  headers: 'finding blocks',
  supply: 'reading supply',
};

export interface ProgressDisplay {
  readonly onProgress: (progress: Progress) => void;
  readonly stop: () => void;
}

/** Progress bars on standard error, one per source and phase; nothing where it is no terminal. */
export function showProgress(isTerminal: boolean): ProgressDisplay {
  if (!isTerminal) return { onProgress: () => {}, stop: () => {} };
  const display = new cliProgress.MultiBar({
    stream: process.stderr,
    format: '  {label} {bar} {percentage}%',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
  });
  const bars = new Map<string, cliProgress.SingleBar>();
  return {
    onProgress: ({ source, phase, done, total }) => {
      const key = `${source.id} ${phase}`;
      const bar = bars.get(key);
      if (bar) {
        bar.setTotal(total);
        bar.update(done);
      } else if (total > 0) {
        const label = `${phases[phase]} (${source.operator})`.slice(0, 44).padEnd(44);
        bars.set(key, display.create(total, done, { label }));
      }
    },
    stop: () => display.stop(),
  };
}
