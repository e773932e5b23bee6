import { expect, it } from 'vitest';
import { loadInTurn } from '../../../src/core/loadInTurn.ts';

it('loads one module after the other, and goes on after one that fails', async () => {
  const steps: string[] = [];
  const load = (name: string, outcome: Promise<string>) =>
    loadInTurn(async () => {
      steps.push(`begins ${name}`);
      await outcome;
      steps.push(`ends ${name}`);
      return name;
    });
  const first = Promise.withResolvers<string>();
  const loads = [
    load('a', first.promise),
    load('b', Promise.reject(new Error('is not there'))),
    load('c', Promise.resolve('c')),
  ];
  first.resolve('a');
  const [a, b, c] = await Promise.allSettled(loads);
  expect([a, c]).toEqual([
    { status: 'fulfilled', value: 'a' },
    { status: 'fulfilled', value: 'c' },
  ]);
  expect(b).toMatchObject({ status: 'rejected', reason: { message: 'is not there' } });
  expect(steps).toEqual(['begins a', 'ends a', 'begins b', 'begins c', 'ends c']);
});
