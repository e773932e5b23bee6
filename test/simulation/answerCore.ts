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
  return (view, body) => {
    current = view;
    const { id, method, params } = Call.parse(JSON.parse(body));
    const reply = node.answer({ method, params });
    const answer =
      method === 'getblock' && typeof reply === 'object' && 'result' in reply
        ? { result: withCoinbase(reply.result) }
        : reply;
    return { status: 200, body: coreJson({ jsonrpc: '2.0', ...Object(answer), id }) };
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
