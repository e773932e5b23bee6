import type { AssayError } from '../../core/assayError.ts';
import type { ChainId } from '../../core/caip.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceError } from '../../core/sourceErrors.ts';
import type { RpcCall } from './evmRpc.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import { stateBlock } from './stateBlock.ts';

/** The keccak256 of "assay asks for a block that does not exist": no header has this hash. */
const unknownBlockHash = '0x1812ea665cc6647431236d5e887f7227c4f19d18cc00648a16474591f743f86f';

/** Asks for state, in the form of EIP-1898, after a block that does not exist. */
export function unknownBlockCall(chain: ChainId): RpcCall {
  const block = stateBlock(chain, unknownBlockHash);
  return { method: 'eth_getCode', params: [`0x${'00'.repeat(20)}`, block] };
}

/**
 * Refuses a node that answers `unknownBlockCall` with a result. It reads another block, its newest one as
 * a rule, whatever block it is asked about: its figures would be reported under the name of another
 * block. EIP-1898 wants an error, and any will do: a node that cannot read the parameter says the same of
 * each real reading.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID
 */
export function checkReadsByHash(answer: RpcAnswer | undefined, source: SourceRef): void {
  if (!answer || 'result' in answer) throw blockIgnored(source);
}

function blockIgnored(source: SourceRef): AssayError {
  return sourceError(
    'SOURCE_RESPONSE_INVALID',
    source,
    'answers for a block that does not exist: it does not read state by block hash',
    { fix: 'Use a node that supports EIP-1898.' },
  );
}
