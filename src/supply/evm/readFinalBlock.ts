import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid, sourceRpcError } from '../../core/sourceErrors.ts';
import { blockUnavailable, chainTooShort, finalityUnknown } from '../errors.ts';
import type { FinalityRule } from '../finalityRule.ts';
import { type BlockHeader, parseBlockHeader } from './blockHeader.ts';
import type { RpcCall } from './guardReads.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import { classifyRpcFault } from './rpcFault.ts';

/**
 * The last final block, as the chain's rule has it. Never the newest one for want of a better: a node
 * that refuses the tag, or names no block by it, does not know what is final.
 *
 * @param send makes the calls, in their order
 * @throws AssayError SOURCE_RPC_ERROR if the node does not know, or the chain is not that deep;
 * SUPPLY_BLOCK_UNAVAILABLE if it does not have the block at that depth; SOURCE_RESPONSE_INVALID if it
 * calls a block final that is above the newest one
 */
export async function readFinalBlock(
  rule: FinalityRule,
  source: SourceRef,
  send: (calls: readonly RpcCall[]) => Promise<readonly RpcAnswer[]>,
): Promise<BlockHeader> {
  if (rule.kind === 'depth') {
    const [latest] = await readTags(['latest']);
    if (latest.height < rule.blocks) throw chainTooShort(source, rule.blocks, latest.height);
    const height = latest.height - rule.blocks;
    const [answer] = await send([blockCall(height)]);
    const header = headerOf(answer, height);
    if (!header) throw blockUnavailable(source, `has no block ${height}`, { height });
    return header;
  }
  const [final, latest] = await readTags([rule.tag, 'latest']);
  if (final.height <= latest.height) return final;
  // Where blocks are final at once, one may come between the two answers.
  const [now] = await readTags(['latest']);
  if (final.height > now.height) {
    throw sourceResponseInvalid(
      source,
      `calls block ${final.height} final, and its newest one is ${now.height}`,
    );
  }
  return final;

  async function readTags<const Tags extends readonly string[]>(
    tags: Tags,
  ): Promise<{ readonly [Index in keyof Tags]: BlockHeader }>;
  async function readTags(tags: readonly string[]): Promise<readonly BlockHeader[]> {
    const answers = await send(tags.map(blockCall));
    return tags.map((tag, index) => {
      const answer = answers[index];
      if (answer && 'fault' in answer) throw finalityUnknown(source, tag, answer.fault.code);
      const header = headerOf(answer, undefined);
      if (!header) throw finalityUnknown(source, tag, undefined);
      return header;
    });
  }

  function headerOf(answer: RpcAnswer | undefined, height: number | undefined) {
    if (!answer) return null;
    if ('result' in answer) return parseBlockHeader(answer.result, height, source);
    if (classifyRpcFault(answer.fault) === 'unavailable') return null;
    throw sourceRpcError(source, 'eth_getBlockByNumber', answer.fault.code);
  }
}

/** Asks for a block by its height or tag, without its transactions. */
export function blockCall(block: number | string): RpcCall {
  const which = typeof block === 'number' ? `0x${block.toString(16)}` : block;
  return { method: 'eth_getBlockByNumber', params: [which, false] };
}
