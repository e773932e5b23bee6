import { printableText } from '../registry/printableText.ts';
import { ownEscapes } from './output/style.ts';
import type { Terminal } from './terminal.ts';

/**
 * A terminal that nothing from outside can steer: besides line breaks, and the colours that `createStyle`
 * gives where there are any, each control or format character is written as `\u{…}`.
 */
export function guardTerminal(terminal: Terminal): Terminal {
  const colors = terminal.colors ? ownEscapes : undefined;
  return {
    environment: terminal.environment,
    errorIsTerminal: terminal.errorIsTerminal,
    colors: terminal.colors,
    askSecret: terminal.askSecret,
    clock: terminal.clock,
    steadyClock: terminal.steadyClock,
    // Not looked at before somebody has something to end in order: see `createInterruption`.
    get signal() {
      return terminal.signal;
    },
    writeOut: (text) => terminal.writeOut(guardText(text, colors)),
    writeError: (text) => terminal.writeError(guardText(text, undefined)),
  };
}

function guardText(text: string, own: RegExp | undefined): string {
  if (own === undefined)
    return text
      .split('\n')
      .map((line) => printableText(line))
      .join('\n');
  return text
    .split(own)
    .map((part, index) => (index % 2 === 1 ? part : guardText(part, undefined)))
    .join('');
}
