import { z } from 'zod';
import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid } from '../../core/sourceErrors.ts';
import type { RpcFault } from './rpcFault.ts';

/** What the server said to one call: a result that nobody has looked at yet, or an error. */
export type RpcAnswer = { readonly result: unknown } | { readonly fault: RpcFault };

const RawAnswer = z.object({
  id: z.union([z.number(), z.string(), z.null()]).optional(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number().int(), message: z.string() }).nullish(),
});

/**
 * The answers of a JSON-RPC batch in the order of the calls' ids. A server may answer in any order,
 * so that an id which is missing, foreign or there twice makes the whole answer worthless.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID
 */
export function matchAnswers(
  ids: readonly number[],
  raw: readonly unknown[],
  source: SourceRef,
): RpcAnswer[] {
  if (raw.length !== ids.length) throw mismatch(source);
  const answers = new Map<number, RpcAnswer>();
  for (const one of raw) {
    const { id, answer } = parseAnswer(one, source);
    // JSON-RPC 2.0, section 5: an error has a null id where the server could not read the call's.
    const known = id === null && ids.length === 1 && 'fault' in answer ? ids[0] : id;
    if (typeof known !== 'number' || answers.has(known)) throw mismatch(source);
    answers.set(known, answer);
  }
  if (answers.size !== ids.length) throw mismatch(source);
  return ids.map((id) => {
    const answer = answers.get(id);
    if (!answer) throw mismatch(source);
    return answer;
  });
}

/** The error of an answer that stands for a whole batch; undefined if it is anything else. */
export function faultOfWholeBatch(raw: unknown): RpcFault | undefined {
  const one: unknown = Array.isArray(raw) && raw.length === 1 ? raw[0] : raw;
  const parsed = RawAnswer.safeParse(one);
  return parsed.success ? (parsed.data.error ?? undefined) : undefined;
}

function parseAnswer(
  raw: unknown,
  source: SourceRef,
): { readonly id: number | string | null | undefined; readonly answer: RpcAnswer } {
  const parsed = RawAnswer.safeParse(raw);
  if (!parsed.success)
    throw sourceResponseInvalid(source, 'answered something that is no JSON-RPC');
  const { id, result, error } = parsed.data;
  if (error) return { id, answer: { fault: error } };
  if (result === undefined) {
    throw sourceResponseInvalid(source, 'gave a JSON-RPC answer with neither result nor error');
  }
  return { id, answer: { result } };
}

function mismatch(source: SourceRef) {
  return sourceResponseInvalid(source, 'gave JSON-RPC answers that do not belong to the calls');
}
