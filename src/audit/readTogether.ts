import type { ReadContext } from '../core/source.ts';
import { toAssayError } from '../core/toAssayError.ts';
import type { TokenReading, TokenToRead } from '../supply/supplySource.ts';
import { isMove } from './findMove.ts';

/** The tokens of one chain that are read in one go. */
export interface TokensOfChain {
  /** Those that count. */
  readonly tokens: readonly TokenToRead[];
  /** Read along with them, as far as that does them no harm. */
  readonly besides: readonly TokenToRead[];
}

/**
 * One source's reading of all tokens, in the order `tokens`, `besides`. Where it fails, those that count
 * are read by themselves: a contract that nobody counts on may be one that makes its server fail.
 *
 * @throws whatever `read` throws for the tokens that count
 */
export async function readTogether<T extends { readonly tokens: readonly TokenReading[] }>(
  { tokens, besides }: TokensOfChain,
  read: (tokens: readonly TokenToRead[]) => Promise<T>,
  { signal }: ReadContext,
): Promise<T> {
  try {
    return await read([...tokens, ...besides]);
  } catch (thrown) {
    if (tokens.length === 0 || besides.length === 0 || signal?.aborted || isMove(thrown)) {
      throw thrown;
    }
    const error = toAssayError(thrown);
    const alone = await read(tokens);
    const failed = besides.map(({ token }): TokenReading => ({ token, error }));
    return { ...alone, tokens: [...alone.tokens, ...failed] };
  }
}
