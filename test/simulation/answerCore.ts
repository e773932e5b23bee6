import { z } from 'zod';
import type { EsploraView } from '../support/esploraFormat.ts';
import { coreJson } from '../support/jsonRpcServer.ts';
import { createSyntheticNode, type SyntheticNode } from '../support/syntheticNode.ts';
import type { WireReply } from './wire.ts';

const Call = z.object({ id: z.unknown(), method: z.string(), params: z.array(z.unknown()) });
const nowhere = '0'.repeat(64);

/** Bitcoin Core's answer to one HTTP request, over what the node takes for the chain. */
export function createCoreAnswers(): (view: EsploraView, body: string) => WireReply {
  let current: EsploraView | undefined;
  const node: SyntheticNode = createSyntheticNode(() => {
    if (!current) throw new Error('nothing to see');
    return current;
  });
  function answer(call: unknown): object {
    const { id, method, params } = Call.parse(call);
    const reply = node.answer({ method, params });
    const shown =
      method === 'getblock' && typeof reply === 'object' && 'result' in reply
        ? { result: withCoinbase(reply.result) }
        : reply;
    return { jsonrpc: '2.0', ...Object(shown), id };
  }
  return (view, body) => {
    current = view;
    const calls: unknown = JSON.parse(body);
    const answers = Array.isArray(calls) ? calls.map(answer) : answer(calls);
    return { status: 200, body: coreJson(answers) };
  };
}

/** The synthetic node shows a coinbase of its own beside the one that the block has. */
function withCoinbase(result: unknown): unknown {
  const Input = z.looseObject({ txid: z.string().optional() });
  const Block = z.looseObject({ tx: z.array(z.looseObject({ vin: z.array(Input) })) });
  const block = Block.parse(result);
  return {
    ...block,
    tx: block.tx
      .slice(1)
      .map((one) =>
        one.vin[0]?.txid === nowhere ? { ...one, vin: [{ coinbase: '51', sequence: 0 }] } : one,
      ),
  };
}
