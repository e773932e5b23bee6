import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { createInterruption, Interrupted } from '../../../src/cli/interruption.ts';

class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];
  exit(exitCode: number): void {
    this.exits.push(exitCode);
  }
}

it('leaves signals to the system until somebody has something to end in order', () => {
  const program = new FakeProcess();
  const interruption = createInterruption(program);
  expect(program.eventNames()).toEqual([]);
  expect(interruption().aborted).toBe(false);
  expect(program.eventNames()).toEqual(['SIGINT', 'SIGTERM']);
  expect(interruption()).toBe(interruption());
  expect(program.listenerCount('SIGINT')).toBe(1);
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('aborts by %s, which is exit code %i, and leaves a second one to the system', (name, code) => {
  const program = new FakeProcess();
  const signal = createInterruption(program)();
  program.emit(name);
  expect(signal.reason).toBeInstanceOf(Interrupted);
  expect(signal.reason).toMatchObject({ exitCode: code });
  expect(program.listenerCount(name)).toBe(0);
});
