import { fileURLToPath } from 'node:url';
import type { Terminal } from './terminal.ts';

/** The registry to use: the option, else ASSAY_REGISTRY, else the one that ships with assay. */
export function registryDirectory(option: string | undefined, terminal: Terminal): string {
  return (
    option ??
    terminal.environment.registry ??
    fileURLToPath(new URL('../../addresses', import.meta.url))
  );
}
