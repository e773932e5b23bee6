import { readAnswerJson } from '../http/readAnswerJson.ts';

/** An error of the server's own: the words decide what it means, and are shown to nobody. */
export interface ElectrumError {
  readonly code: number;
  readonly message: string;
}

/** What a server answered: a result that nobody has checked yet, or an error. */
export type ElectrumAnswer =
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly result?: undefined; readonly error: ElectrumError };

/**
 * The answers in a line that a server sent: one, or those of an array. News that nobody asked for,
 * such as a new block, are none.
 *
 * Checked by hand: a reading has tens of thousands, and a schema would take longer than JSON.parse.
 *
 * @returns undefined for what is no JSON-RPC; an `id` of null is an error for no request in particular
 */
export function parseElectrumLine(line: string): readonly ElectrumMessage[] | undefined {
  const reading = readAnswerJson(line);
  if (!reading.ok) return undefined;
  const { value } = reading;
  const messages: ElectrumMessage[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    if (!isRecord(one)) return undefined;
    const message = readMessage(one);
    if (message) messages.push(message);
    else if (typeof one.method !== 'string') return undefined;
  }
  return messages;
}

/** An answer and the request that it belongs to. */
export interface ElectrumMessage {
  readonly id: number | null;
  readonly answer: ElectrumAnswer;
}

function readMessage(message: Readonly<Record<string, unknown>>): ElectrumMessage | undefined {
  const { id = null, result, error } = message;
  if (id !== null && !(typeof id === 'number' && Number.isSafeInteger(id))) return undefined;
  if (error !== undefined && error !== null) {
    const known = readError(error);
    return known && { id, answer: { error: known } };
  }
  return id === null || result === undefined ? undefined : { id, answer: { result } };
}

function readError(error: unknown): ElectrumError | undefined {
  // Some servers write no more than their words.
  if (typeof error === 'string') return { code: 0, message: error };
  if (!isRecord(error)) return undefined;
  const { code, message } = error;
  const isError = Number.isSafeInteger(code) && typeof message === 'string';
  return isError ? { code: Number(code), message } : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Whether an error says "too often": ElectrumX by -101 and -102, others in words. */
export function isBusy({ code, message }: ElectrumError): boolean {
  return (
    code === -101 ||
    code === -102 ||
    /excessive|too many requests|rate.?limit|busy|overload|try again/i.test(message)
  );
}

/** Whether an error says that the answer would be too large. */
export function isTooLarge({ message }: ElectrumError): boolean {
  return /too (?:large|long|big|many)|exceed|lookup limit/i.test(message);
}
