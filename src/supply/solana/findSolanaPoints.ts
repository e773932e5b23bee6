import type { ChainId } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceRpcError } from '../../core/sourceErrors.ts';
import { UnixTime } from '../../core/unixTime.ts';
import { blockUnavailable } from '../errors.ts';
import type { RpcAnswer } from '../evm/matchAnswers.ts';
import { type PatientPosterOptions, pauseReading } from '../patientPoster.ts';
import { parseBlock, parseSlots } from './solanaAnswers.ts';

export interface SolanaPointFinder {
  readonly source: SourceRef;
  readonly chain: ChainId;
  readonly call: (method: string, params: readonly unknown[]) => Promise<RpcAnswer>;
  readonly wait: PatientPosterOptions['wait'];
  readonly signal: AbortSignal | undefined;
}

/** The block of a slot, twice; or the nearest ones before and after it. */
export interface SolanaPoints {
  readonly from: ChainPoint;
  readonly to: ChainPoint;
}

/** Slots last 400 ms, so that another block is final after a second or two. */
const pauseMs = 1_000;
const tries = 4;
/** How far the nearest blocks are looked for. */
const reachSlots = 64;

/**
 * Codes of Agave's `custom_error.rs`. A node may not show a block that it has just called final
 * (-32004, -32014); for a skipped slot it cannot (-32007, -32009), nor for one that it misses.
 */
const missingCodes: ReadonlySet<number> = new Set([-32004, -32007, -32009, -32014]);
/** The block was cleaned up, or the node keeps no blocks. */
const forgottenCodes: ReadonlySet<number> = new Set([-32001, -32011]);

/**
 * The blocks between which the state of a final slot lies. A slot that has a final state has a block,
 * which is both; but a node that lags behind itself, or a gap in what it keeps, may hide that block:
 * then they are its neighbours.
 *
 * @throws AssayError SUPPLY_BLOCK_UNAVAILABLE, SOURCE_RPC_ERROR, SOURCE_RESPONSE_INVALID
 */
export async function findSolanaPoints(
  slot: number,
  finder: SolanaPointFinder,
): Promise<SolanaPoints> {
  const { source, wait, signal } = finder;
  for (let attempt = 1; attempt <= tries; attempt++) {
    if (attempt > 1) await pauseReading(pauseMs, source, signal, wait);
    const point = await readBlock(slot, finder);
    if (point) return { from: point, to: point };
    const neighbours = await findNeighbours(slot, finder);
    if (neighbours) return neighbours;
  }
  const what = `shows neither the block of slot ${slot} nor those around it`;
  throw blockUnavailable(source, what, { slot });
}

async function findNeighbours(
  slot: number,
  finder: SolanaPointFinder,
): Promise<SolanaPoints | undefined> {
  const range = { first: Math.max(0, slot - reachSlots), last: slot + reachSlots };
  const config = { commitment: 'finalized' };
  const answer = await finder.call('getBlocks', [range.first, range.last, config]);
  if ('fault' in answer) {
    if (missingCodes.has(answer.fault.code)) return undefined;
    throw faultOf(answer.fault.code, 'getBlocks', slot, finder);
  }
  const slots = parseSlots(answer.result, range, finder.source);
  const before = slots.findLast((one) => one < slot);
  const after = slots.find((one) => one > slot);
  if (before === undefined || after === undefined || slots.includes(slot)) return undefined;
  const [from, to] = await Promise.all([readBlock(before, finder), readBlock(after, finder)]);
  return from && to ? { from, to } : undefined;
}

/** The final block of a slot; undefined if the node cannot show one. */
async function readBlock(slot: number, finder: SolanaPointFinder): Promise<ChainPoint | undefined> {
  const { source, chain } = finder;
  const config = {
    commitment: 'finalized',
    transactionDetails: 'none',
    rewards: false,
    maxSupportedTransactionVersion: 0,
  };
  const answer = await finder.call('getBlock', [slot, config]);
  if ('fault' in answer) {
    if (missingCodes.has(answer.fault.code)) return undefined;
    throw faultOf(answer.fault.code, 'getBlock', slot, finder);
  }
  if (answer.result === null) return undefined;
  const { hash, time } = parseBlock(answer.result, slot, source);
  if (time === null) {
    throw blockUnavailable(source, `does not know the time of block ${slot}`, { slot });
  }
  return { chain, height: slot, hash, time: UnixTime(time) };
}

function faultOf(code: number, method: string, slot: number, { source }: SolanaPointFinder) {
  return forgottenCodes.has(code)
    ? blockUnavailable(source, `keeps no block of slot ${slot} (error ${code})`, {
        slot,
        rpcCode: code,
      })
    : sourceRpcError(source, method, code);
}
