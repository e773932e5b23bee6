import { expect, it } from 'vitest';
import { createAnswerBudget } from '../../../src/http/answerBudget.ts';

/** Whether it has been let in by now: only promises are between. */
async function isIn(reservation: Promise<unknown>): Promise<boolean> {
  const tick = new Promise((resolve) => setImmediate(resolve, 'waiting'));
  return (await Promise.race([reservation, tick])) !== 'waiting';
}

it('lets in answers while there are bytes, and the next once some are given back', async () => {
  const budget = createAnswerBudget(100);
  const [one, two, three] = [budget.openShare(), budget.openShare(), budget.openShare()];
  const giveBack = await one.reserve(60);
  await two.reserve(40);
  const third = three.reserve(50);
  expect(await isIn(third)).toBe(false);
  giveBack();
  expect(await isIn(third)).toBe(true);
});

it('lets one large answer of a source in at a time, and holds up nobody else', async () => {
  const budget = createAnswerBudget(100);
  const [greedy, other] = [budget.openShare(), budget.openShare()];
  const giveBack = await greedy.reserve(10);
  const second = greedy.reserve(10);
  expect(await isIn(second)).toBe(false);
  expect(await isIn(other.reserve(90))).toBe(true);
  giveBack();
  expect(await isIn(second)).toBe(true);
});

it('lets none pass one that has waited for longer', async () => {
  const budget = createAnswerBudget(100);
  const [one, two, three] = [budget.openShare(), budget.openShare(), budget.openShare()];
  const giveBack = await one.reserve(60);
  const large = two.reserve(80);
  const small = three.reserve(10);
  expect(await isIn(small)).toBe(false);
  giveBack();
  expect(await isIn(large)).toBe(true);
  expect(await isIn(small)).toBe(true);
});

it('lets in alone what is larger than all of it', async () => {
  const budget = createAnswerBudget(100);
  const giveBack = await budget.openShare().reserve(1_000);
  const next = budget.openShare().reserve(1);
  expect(await isIn(next)).toBe(false);
  giveBack();
  expect(await isIn(next)).toBe(true);
});

it('forgets who gives up waiting', async () => {
  const budget = createAnswerBudget(100);
  const giveBack = await budget.openShare().reserve(100);
  const caller = new AbortController();
  const gone = budget.openShare().reserve(100, caller.signal);
  const next = budget.openShare().reserve(100);
  const why = new Error('given up');
  caller.abort(why);
  await expect(gone).rejects.toBe(why);
  giveBack();
  expect(await isIn(next)).toBe(true);
});
