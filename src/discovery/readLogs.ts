import { z } from 'zod';
import { AssayError } from '../core/assayError.ts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import { sourceResponseInvalid } from '../core/sourceErrors.ts';
import { blockReorganised } from '../supply/errors.ts';
import type { RpcCall } from '../supply/evm/guardReads.ts';
import { HexData } from '../supply/evm/hexData.ts';
import { HexQuantity } from '../supply/evm/hexQuantity.ts';
import type { RpcAnswer } from '../supply/evm/matchAnswers.ts';
import type { ChainReader } from './chainReader.ts';
import { listTooLong, logsUnavailable } from './contractErrors.ts';
import { maxListed } from './discovery.ts';
import { type Span, type SpanOutcome, walkRange } from './walkRange.ts';

/** One event of the contract. */
export interface ContractLog {
  readonly height: number;
  /** Of its block; lower case. */
  readonly hash: string;
  readonly index: number;
  /** `topic0` first; lower case. */
  readonly topics: readonly `0x${string}`[];
  readonly data: `0x${string}`;
}

const Hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/i)
  .transform((text): `0x${string}` => `0x${text.slice(2).toLowerCase()}`);

const Position = HexQuantity.refine((value) => value <= BigInt(Number.MAX_SAFE_INTEGER));

const RawLog = z.object({
  address: z.string(),
  topics: z.array(Hash).min(1).max(4),
  data: HexData,
  blockNumber: Position.transform(Number),
  blockHash: Hash,
  logIndex: Position.transform(Number),
  removed: z.literal(false).optional(),
});

/** Requests for ranges; a chain in ranges of 10,000 blocks needs fewer. */
const maxAsked = 4096;

/**
 * All events of the contract with one of the topics, from the chain's beginning to the pinned block, in
 * the order of the chain. Servers limit the range or the number of results, each in its own way: it is
 * tried with the whole chain first, and with half of it as often as that is refused.
 *
 * A log that a server leaves out cannot be noticed here: compare with the contract's views.
 *
 * @throws AssayError DISCOVERY_LOGS_UNAVAILABLE, DISCOVERY_LIST_TOO_LONG, SUPPLY_REORGANISED, SOURCE_*
 */
export async function readLogs(
  reader: ChainReader,
  topics: readonly string[],
): Promise<readonly ContractLog[]> {
  const { source, point } = reader;
  const contract = reader.contract.toLowerCase();
  const hashes = new Map<number, string>([[point.height, point.hash]]);
  const wanted = new Set<string>(topics);
  let count = 0;
  const parts = await walk();
  return parts.flat();

  async function walk(): Promise<readonly (readonly ContractLog[])[]> {
    const whole = { from: 0, to: point.height };
    try {
      return await walkRange<readonly ContractLog[]>(whole, {
        size: point.height + 1,
        maxAsked,
        signal: reader.signal,
        exhausted: () =>
          logsUnavailable(reader, `would take more than ${maxAsked} requests to give all events`),
        ask: async (spans) => {
          const answers = await reader.send(spans.map(callFor));
          return countEvents(spans.map((span, index) => outcomeOf(answers[index], span)));
        },
      });
    } catch (thrown) {
      if (!(thrown instanceof AssayError) || thrown.code !== 'SOURCE_RESPONSE_TOO_LARGE') {
        throw thrown;
      }
      throw logsUnavailable(reader, 'gives more events of one block than are read');
    }
  }

  function callFor({ from, to }: Span): RpcCall {
    const [fromBlock, toBlock] = [`0x${from.toString(16)}`, `0x${to.toString(16)}`];
    const address = reader.contract;
    return { method: 'eth_getLogs', params: [{ fromBlock, toBlock, address, topics: [topics] }] };
  }

  function outcomeOf(
    answer: RpcAnswer | undefined,
    span: Span,
  ): SpanOutcome<readonly ContractLog[]> {
    if (!answer || 'fault' in answer) {
      const code = answer?.fault.code ?? 0;
      return {
        refused: logsUnavailable(
          reader,
          `refuses the events of block ${span.from} (error ${code})`,
        ),
      };
    }
    if (!Array.isArray(answer.result)) throw invalid('with something that is no list');
    if (answer.result.length > maxListed) throw listTooLong(reader, 'events');
    const logs = answer.result.map((raw: unknown) => parseLog(raw, span));
    logs.sort((a, b) => a.height - b.height || a.index - b.index);
    for (const [index, log] of logs.entries()) {
      const before = logs[index - 1];
      if (before?.height === log.height && before.index === log.index) {
        throw invalid('with one event twice');
      }
    }
    return { value: logs };
  }

  /** Those after a refusal do not count: they are asked for again. */
  function countEvents(outcomes: readonly SpanOutcome<readonly ContractLog[]>[]) {
    for (const outcome of outcomes) {
      if ('refused' in outcome) break;
      count += outcome.value.length;
    }
    if (count > maxListed) throw listTooLong(reader, 'events');
    return outcomes;
  }

  function parseLog(raw: unknown, { from, to }: Span): ContractLog {
    const parsed = parseToFirstFault(RawLog, raw);
    if (!parsed.success) {
      const field = parsed.issue.path.map(String).join('.') || 'form';
      throw invalid(`with an event that has no valid ${field}`);
    }
    const { blockNumber: height, blockHash: hash, logIndex: index, data } = parsed.data;
    const [topic = ''] = parsed.data.topics;
    if (parsed.data.address.toLowerCase() !== contract || !wanted.has(topic)) {
      throw invalid('with an event that was not asked for');
    }
    if (height < from || height > to) throw invalid('with an event of another block');
    const known = hashes.get(height);
    if (height === point.height && hash !== point.hash) throw blockReorganised(source, point);
    if (known !== undefined && known !== hash) throw invalid('with two hashes of one block');
    hashes.set(height, hash);
    return { height, hash, index, topics: parsed.data.topics, data };
  }

  function invalid(what: string): AssayError {
    return sourceResponseInvalid(source, `answered eth_getLogs ${what}`);
  }
}
