import { describe, expect, it } from 'vitest';
import { guardTerminal } from '../../../src/cli/guardTerminal.ts';
import { jsonText } from '../../../src/cli/output/jsonText.ts';
import { printable } from '../../../src/cli/output/printable.ts';
import { createStyle } from '../../../src/cli/output/style.ts';
import { createTestTerminal } from '../../support/testTerminal.ts';

const hostile = '\u001b[2J\u001b]0;title\u0007\u009b31m\u202e\u200b\u2028\r\u007f';
/** What acts on a terminal, besides line breaks. */
const acting = /[\p{C}\p{Zl}\p{Zp}](?<!\n)/u;

describe('a guarded terminal', () => {
  it('prints nothing that steers it, on either stream', () => {
    const terminal = createTestTerminal();
    const guarded = guardTerminal(terminal);
    guarded.writeOut(`a${hostile}b\nc`);
    guarded.writeError(`d${hostile}e\n`);
    expect(terminal.out()).not.toMatch(acting);
    expect(terminal.error()).not.toMatch(acting);
    expect(terminal.out()).toContain('\\u{1b}[2J');
    expect(terminal.out()).toMatch(/b\nc$/);
  });

  it('keeps our own colours where there are colours, and no other sequence', () => {
    const terminal = { ...createTestTerminal(), colors: true };
    let out = '';
    const guarded = guardTerminal({ ...terminal, writeOut: (text) => (out += text) });
    const style = createStyle(true);
    const shown = ['backed', 'under-backed', 'indeterminate']
      .map((verdict) => style.verdict(verdict, style.bold(style.dim(verdict))))
      .join('\n');
    guarded.writeOut(shown);
    expect(out).toBe(shown);
    out = '';
    guarded.writeOut('\u001b[8mhidden\u001b[0m\u001b[1;31m');
    expect(out).not.toMatch(acting);
  });

  it('shows no colours of others where there are none', () => {
    const terminal = createTestTerminal();
    guardTerminal(terminal).writeOut('\u001b[32mgreen');
    expect(terminal.out()).toBe('\\u{1b}[32mgreen');
  });
});

describe('printable', () => {
  it('escapes every text of a value, however deep, and changes nothing else', () => {
    const value = { name: hostile, sats: 5n, list: [{ reason: hostile }, null, true] };
    const shown = printable(value);
    expect(JSON.stringify({ ...shown, sats: '5' })).not.toMatch(acting);
    expect(shown).toMatchObject({ sats: 5n, list: [{}, null, true] });
    expect(value.name).toBe(hostile);
  });
});

describe('jsonText', () => {
  it('is the same value, and steers no terminal', () => {
    const value = { name: hostile, emoji: '👩‍🔬', tag: '\u{e0041}', plain: 'Schlüssel', list: [1] };
    const text = jsonText(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).not.toMatch(acting);
    expect(text).toContain('Schlüssel');
    expect(text.endsWith('}\n')).toBe(true);
  });
});
