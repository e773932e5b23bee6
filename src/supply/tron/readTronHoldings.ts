import { hexToBigInt, size } from 'viem';
import type { AssayError } from '../../core/assayError.ts';
import { type ChainId, tokenIdParts } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { SourceRef } from '../../core/source.ts';
import { tokenHasNoCode, tokenReverted } from '../errors.ts';
import { holdingInvalid, nativeUnitUnsupported } from '../holdingErrors.ts';
import type { HoldingReading, HoldingToRead } from '../holdingReader.ts';
import { decodeTronAddress } from './tronAddress.ts';
import type { TronReturn } from './tronAnswers.ts';

/** A holding with what the contract said of it, or why it was not asked. */
export interface TronHoldingAnswer {
  readonly holding: HoldingToRead;
  readonly answer: TronReturn | AssayError;
}

/** Calls a function of a contract, with its arguments in ABI words. */
type CallContract = (contract: string, selector: string, parameter: string) => Promise<TronReturn>;

/**
 * Asks each TRC-20 contract for `balanceOf(address)`, whose argument is, as in Ethereum's ABI, the
 * account's 20 bytes without Tron's version byte.
 */
export function callHoldings(
  holdings: readonly HoldingToRead[],
  { source, chain: own }: { readonly source: SourceRef; readonly chain: ChainId },
  call: CallContract,
): Promise<readonly TronHoldingAnswer[]> {
  return Promise.all(
    holdings.map(async (holding): Promise<TronHoldingAnswer> => {
      const { chain, standard, reference } = tokenIdParts(holding.token);
      const account = decodeTronAddress(holding.holder);
      const refuse = (answer: AssayError): TronHoldingAnswer => ({ holding, answer });
      if (chain !== own) return refuse(holdingInvalid(holding, `from a source of ${own}`));
      if (standard === 'slip44') return refuse(nativeUnitUnsupported(source, holding));
      if (standard !== 'trc20' || !decodeTronAddress(reference)) {
        return refuse(holdingInvalid(holding, 'which is no TRC-20 token'));
      }
      if (!account) return refuse(holdingInvalid(holding, 'by what is no address of Tron'));
      const parameter = Buffer.from(account).toString('hex').padStart(64, '0');
      return { holding, answer: await call(reference, 'balanceOf(address)', parameter) };
    }),
  );
}

/** What a TRC-20 contract said of one holder. */
export function readTronHolding(
  { holding: { token, holder }, answer }: TronHoldingAnswer,
  point: ChainPoint,
  source: SourceRef,
): HoldingReading {
  const fail = (error: AssayError): HoldingReading => ({ token, holder, error });
  if (!('kind' in answer)) return fail(answer);
  if (answer.kind === 'absent') return fail(tokenHasNoCode(source, token, point));
  const refused = (what: string) => fail(tokenReverted(source, token, what));
  if (answer.kind === 'reverted') return refused(`reverts when balanceOf(${holder}) is called`);
  const bytes = size(answer.data);
  if (bytes === 0) return refused('has no function balanceOf()');
  if (bytes !== 32) return refused(`answers balanceOf(${holder}) with ${bytes} bytes, not 32`);
  return { token, holder, amount: hexToBigInt(answer.data) };
}
