import { AssayError } from '../src/core/assayError.ts';
import { amountsOf, type ServerAnswer } from './readChain.ts';

/**
 * - `agree`: two servers or more say the same
 * - `alone`: one server says it, and none says otherwise
 * - `differ`: servers contradict each other, or the registry
 * - `unread`: no server says anything
 */
export type Outcome = 'agree' | 'alone' | 'differ' | 'unread';

/** What the answers of all servers of one deployment amount to. */
export function judgeAnswers(answers: readonly ServerAnswer[]): Outcome {
  const figures = answers.flatMap(({ said }) => (said instanceof AssayError ? [] : [said]));
  const hashes = new Map(figures.map(({ point }) => [point.height, point.hash]));
  const isOneChain = figures.every(({ point }) => hashes.get(point.height) === point.hash);
  if (answers.some(({ said }) => contradicts(said)) || amountsOf(answers).size > 1 || !isOneChain) {
    return 'differ';
  }
  if (figures.length === 0) return 'unread';
  return figures.length === 1 ? 'alone' : 'agree';
}

/** The server has the token, or its place, and it is not as the registry says. */
function contradicts(said: ServerAnswer['said']): boolean {
  if (!(said instanceof AssayError) || !said.code.startsWith('TOKEN_')) return false;
  return !['TOKEN_SUPPLY_UNKNOWN', 'TOKEN_DECIMALS_UNKNOWN'].includes(said.code);
}

/** 0 all that was asked for was read and nothing differs; 1 something differs; 2 something is unread. */
export function exitCodeOf(outcomes: readonly Outcome[]): 0 | 1 | 2 {
  if (outcomes.includes('differ')) return 1;
  return outcomes.length === 0 || outcomes.includes('unread') ? 2 : 0;
}
