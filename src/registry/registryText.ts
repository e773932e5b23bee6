import { z } from 'zod';

/**
 * Text that is shown to people, in terminals and on pages: one line without control, format or
 * surrogate characters, so that it can neither colour a terminal nor turn the reading direction.
 */
export function registryText(maxLength: number) {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^\P{C}+$/u, { error: 'must be one line of printable text' });
}
