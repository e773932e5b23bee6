import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** A path inside the checkout, from its parts: `inProject('devnet', 'contracts')`. */
export function inProject(...parts: readonly string[]): string {
  return join(root, ...parts);
}
