import type { AssayError } from '../../core/assayError.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceError } from '../../core/sourceErrors.ts';
import type { JsonAnswer } from '../jsonClient.ts';
import type { AptosView } from './aptosToken.ts';

/** Calls a view function in the state after a ledger version. */
export type CallView = (call: AptosView, version: bigint) => Promise<JsonAnswer>;

/** The largest version that there can be: no chain comes near it. */
export const unknownVersion = 2n ** 63n - 1n;

/**
 * Calls of one node's view functions, which is the only way in which state is read: the first one that it
 * answers is made once more at a version that does not exist, and must be refused there. A node, or the
 * proxy before it, that does not heed the version answers for its newest, and its figures would be
 * reported under the name of another block.
 *
 * @throws AssayError SOURCE_RESPONSE_INVALID; whatever `call` throws
 */
export function guardViews(
  source: SourceRef,
): (view: AptosView, call: CallView, version: bigint) => Promise<JsonAnswer> {
  let test: Promise<void> | undefined;

  async function putToTest(view: AptosView, call: CallView): Promise<void> {
    const { status } = await call(view, unknownVersion);
    if (status < 400) throw versionIgnored(source);
  }

  return async (view, call, version) => {
    const answer = await call(view, version);
    if (answer.status >= 400) return answer;
    test ??= putToTest(view, call).catch((thrown: unknown) => {
      test = undefined;
      throw thrown;
    });
    await test;
    return answer;
  };
}

function versionIgnored(source: SourceRef): AssayError {
  return sourceError(
    'SOURCE_RESPONSE_INVALID',
    source,
    'answers a view function at a ledger version that does not exist: it does not read state by version',
    { fix: 'Use a node, or a proxy, that heeds ledger_version.' },
  );
}
