import { type Hex, hexToBigInt, size, slice } from 'viem';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid, sourceRpcError } from '../../core/sourceErrors.ts';
import { UnixTime } from '../../core/unixTime.ts';
import type { FeedClaim, FeedFault, FeedToRead } from '../claimReader.ts';
import { stateUnavailable, supplyRequestInvalid } from '../errors.ts';
import { HexData } from './hexData.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import { classifyRpcFault } from './rpcFault.ts';
import type { StateCall } from './stateCall.ts';

/** Function selectors of Chainlink's AggregatorV3Interface. */
const selectors = { decimals: '0x313ce567', latestRoundData: '0xfeaf968c' } as const;

type FeedFunction = keyof typeof selectors;

const callsPerFeed = 2;

/**
 * What on-chain feeds of reserves (Chainlink's AggregatorV3Interface) claim at a block. What is
 * wrong with a feed is part of the answer; what is wrong with the server is thrown.
 *
 * @param send makes the calls, in their order, of a block that is in the best chain before and after
 * @throws AssayError SOURCE_*, SUPPLY_STATE_UNAVAILABLE; INTERNAL_ERROR for a feed of another chain
 */
export async function readFeedClaims(
  feeds: readonly FeedToRead[],
  point: ChainPoint,
  source: SourceRef,
  send: (calls: readonly StateCall[]) => Promise<readonly RpcAnswer[]>,
): Promise<readonly FeedClaim[]> {
  const calls = feeds.flatMap(({ contract }) => {
    const to = addressOf(contract, point);
    return Object.values(selectors).map((data): StateCall => ({ method: 'eth_call', to, data }));
  });
  const answers = calls.length === 0 ? [] : await send(calls);
  return feeds.map((feed, index) => {
    const [decimals, round] = answers.slice(index * callsPerFeed, (index + 1) * callsPerFeed);
    if (!decimals || !round) throw supplyRequestInvalid(`has no answers for ${feed.contract}`);
    return readClaim(feed, point, { decimals, latestRoundData: round }, source);
  });
}

function readClaim(
  feed: FeedToRead,
  point: ChainPoint,
  answers: Readonly<Record<FeedFunction, RpcAnswer>>,
  source: SourceRef,
): FeedClaim {
  const { contract, heartbeatSeconds } = feed;
  const places = readWords('decimals', 1);
  if ('reason' in places) return places;
  const round = readWords('latestRoundData', 5);
  if ('reason' in round) return round;
  const [decimals = 0n] = places.words;
  const [roundId = 0n, answer = 0n, , updated = 0n, answeredInRound = 0n] = round.words;
  if (decimals !== BigInt(feed.decimals)) {
    const shown = decimals > 255n ? 'more than 255' : decimals.toString();
    return fault('decimals', `has ${shown} decimals, the registry says ${feed.decimals}`);
  }
  if (roundId > maxUint80 || answeredInRound > maxUint80) {
    return fault('malformed', 'answers with a round that is no uint80');
  }
  // An int256 in two's complement: the upper half is negative.
  if (answer === 0n || answer > maxInt256) {
    return fault('not-positive', `answers with ${answer === 0n ? 'zero' : 'a negative value'}`);
  }
  if (answeredInRound < roundId) {
    return fault('incomplete-round', `answers in round ${roundId} with that of an earlier one`);
  }
  if (updated === 0n) return fault('never-updated', 'has never been updated');
  if (updated > BigInt(point.time)) {
    return fault('future', 'says that it was updated after the block');
  }
  const updatedAt = UnixTime(Number(updated));
  const ageSeconds = point.time - updatedAt;
  return {
    contract,
    valid: true,
    value: answer,
    decimals: feed.decimals,
    roundId,
    updatedAt,
    ageSeconds,
    heartbeatSeconds: heartbeatSeconds ?? null,
    stale: heartbeatSeconds === undefined ? null : ageSeconds > heartbeatSeconds,
  };

  function fault(reason: FeedFault, what: string) {
    return { contract, valid: false, reason, message: `the feed ${contract} ${what}` } as const;
  }

  function readWords(name: FeedFunction, count: number) {
    const answered = answers[name];
    if ('fault' in answered) {
      const kind = classifyRpcFault(answered.fault);
      if (kind === 'reverted') return fault('reverted', `reverts when ${name}() is called`);
      throw kind === 'unavailable'
        ? stateUnavailable(source, point, answered.fault.code)
        : sourceRpcError(source, 'eth_call', answered.fault.code);
    }
    const { data } = HexData.safeParse(answered.result);
    if (data === undefined) {
      throw sourceResponseInvalid(source, 'answered a call with what is no hex data');
    }
    const bytes = size(data);
    if (bytes === 0) return fault('absent', `has no function ${name}() at block ${point.height}`);
    if (bytes !== 32 * count) {
      return fault('malformed', `answers ${name}() with ${bytes} bytes, not ${32 * count}`);
    }
    return { words: Array.from({ length: count }, (_, index) => wordAt(data, index)) };
  }
}

const maxUint80 = 2n ** 80n - 1n;
const maxInt256 = 2n ** 255n - 1n;

function wordAt(data: Hex, index: number): bigint {
  return hexToBigInt(slice(data, 32 * index, 32 * (index + 1)));
}

function addressOf(contract: string, point: ChainPoint): string {
  const split = contract.lastIndexOf(':');
  const address = contract.slice(split + 1);
  if (contract.slice(0, split) !== point.chain || !/^0x[0-9a-fA-F]{40}$/.test(address)) {
    throw supplyRequestInvalid(`names ${contract}, which is no contract of ${point.chain}`);
  }
  return address;
}
