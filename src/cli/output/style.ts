import { styleText } from 'node:util';

/** Colours where the output is a terminal that wants them, else the text as it is. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly verdict: (verdict: string, text: string) => string;
}

const control = '\u001b';

/** The sequences that a style writes, captured: bold, dim, three colours, and their ends. */
export const ownEscapes = new RegExp(`(${control}\\[(?:1|2|22|31|32|33|39)m)`);

const verdictColors = {
  backed: 'green',
  'under-backed': 'red',
  indeterminate: 'yellow',
} as const;

export function createStyle(colors: boolean): Style {
  const apply = (format: Parameters<typeof styleText>[0], text: string) =>
    colors ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: (text) => apply('bold', text),
    dim: (text) => apply('dim', text),
    verdict: (verdict, text) =>
      apply(['bold', verdictColors[verdict as keyof typeof verdictColors] ?? 'yellow'], text),
  };
}
