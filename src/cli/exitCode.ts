import type { Verdict } from '../reconcile/reconciliation.ts';

/** Exit code of one verdict: 0 backed, 1 under-backed, 2 indeterminate. */
export function exitCodeOfVerdict(verdict: Verdict): 0 | 1 | 2 {
  switch (verdict) {
    case 'backed':
      return 0;
    case 'under-backed':
      return 1;
    case 'indeterminate':
      return 2;
  }
}

/** Exit code for several assets: the first of 1, 2, 0 that occurs. */
export function combineExitCodes(codes: readonly (0 | 1 | 2)[]): 0 | 1 | 2 {
  if (codes.includes(1)) return 1;
  return codes.includes(2) ? 2 : 0;
}
