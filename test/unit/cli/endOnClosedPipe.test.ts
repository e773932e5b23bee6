import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { endOnClosedPipe } from '../../../src/cli/endOnClosedPipe.ts';

const program = fileURLToPath(new URL('../../../bin/assay.js', import.meta.url));

/** What the program does once one of its streams fails. */
function failOn(stream: 'out' | 'error', code: string) {
  const streams = { out: new EventEmitter(), error: new EventEmitter() };
  const said: string[] = [];
  const exits: number[] = [];
  endOnClosedPipe(
    streams,
    (text) => said.push(text),
    (exitCode) => exits.push(exitCode),
  );
  streams[stream].emit('error', Object.assign(new Error(`write ${code}`), { code }));
  return { said: said.join(''), exits };
}

describe('endOnClosedPipe', () => {
  it('ends without a word, and with no exit code of a verdict, once nobody reads on', () => {
    expect(failOn('out', 'EPIPE')).toEqual({ said: '', exits: [141] });
    expect(failOn('error', 'EPIPE')).toEqual({ said: '', exits: [141] });
  });

  it('says why where the output cannot be written for another reason', () => {
    const { said, exits } = failOn('out', 'ENOSPC');
    expect(said).toContain(
      'error FILE_UNREADABLE\n  cannot write to standard output: the disk is full (ENOSPC)',
    );
    expect(exits).toEqual([3]);
    expect(failOn('error', 'ENOSPC')).toEqual({ said: '', exits: [3] });
  });
});

describe('the program', () => {
  it.each([
    [['registry', 'list', '--json']],
    [['registry', 'check', '--json']],
    [['help', 'reconcile']],
  ])('ends quietly when the reader of `%j` has gone', async (args) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Before it can have written anything.
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [exitCode] = await once(child, 'close');
    expect({ exitCode, said }).toEqual({ exitCode: 141, said: '' });
  });
});
