import { hexToBigInt, isAddress, size } from 'viem';
import type { AssayError } from '../core/assayError.ts';
import { tokenIdParts } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { SourceRef } from '../core/source.ts';
import { sourceResponseInvalid, sourceRpcError } from '../core/sourceErrors.ts';
import { stateUnavailable, supplyRequestInvalid, tokenHasNoCode, tokenReverted } from './errors.ts';
import type { RpcCall } from './evmRpc.ts';
import { HexData } from './hexData.ts';
import { holdingInvalid, nativeUnitUnsupported } from './holdingErrors.ts';
import type { HoldingReading, HoldingToRead } from './holdingReader.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import { classifyRpcFault, type RpcFault } from './rpcFault.ts';

/** Function selector of ERC-20's `balanceOf(address)`. */
const balanceOf = '0x70a08231';

/**
 * How much of ERC-20 tokens their holders have at a block: `balanceOf` by the block's hash, which must
 * be in the node's best chain (EIP-1898), and once per token whether there is code, since a call to an
 * address without any succeeds with nothing. What is wrong with a holding or its token is part of the
 * answer; what is wrong with the server is thrown.
 *
 * @param send makes the calls, in their order, of a block that is in the best chain before and after
 * @throws AssayError SOURCE_*, SUPPLY_REORGANISED, SUPPLY_STATE_UNAVAILABLE
 */
export async function readHoldings(
  holdings: readonly HoldingToRead[],
  point: ChainPoint,
  source: SourceRef,
  send: (calls: readonly RpcCall[]) => Promise<readonly RpcAnswer[]>,
): Promise<readonly HoldingReading[]> {
  const block = { blockHash: point.hash, requireCanonical: true };
  const asked = holdings.map((holding) => ({ holding, refusal: refuse(holding, point, source) }));
  const readable = asked.filter(({ refusal }) => !refusal).map(({ holding }) => holding);
  const tokens = [...new Set(readable.map(contractOf))];
  const calls: readonly RpcCall[] = [
    ...tokens.map((to) => ({ method: 'eth_getCode', params: [to, block] })),
    ...readable.map((holding) => ({
      method: 'eth_call',
      params: [{ to: contractOf(holding), data: encodeBalanceOf(holding.holder) }, block],
    })),
  ];
  const answers = calls.length === 0 ? [] : await send(calls);
  const codes = new Map(tokens.map((token, index) => [token, answers[index]]));
  const balances = new Map(
    readable.map((holding, index) => [holding, answers[tokens.length + index]]),
  );
  return asked.map(({ holding, refusal }) => {
    const { token, holder } = holding;
    if (refusal) return { token, holder, error: refusal };
    const [code, balance] = [codes.get(contractOf(holding)), balances.get(holding)];
    if (!code || !balance) throw supplyRequestInvalid(`has no answers for ${token}`);
    return readHolding(holding, point, { code, balance }, source);
  });
}

function readHolding(
  { token, holder }: HoldingToRead,
  point: ChainPoint,
  answers: { readonly code: RpcAnswer; readonly balance: RpcAnswer },
  source: SourceRef,
): HoldingReading {
  const { code, balance } = answers;
  if ('fault' in code) throw serverFault('eth_getCode', code.fault, point, source);
  if (size(dataOf(code.result, source)) === 0) {
    return { token, holder, error: tokenHasNoCode(source, token, point) };
  }
  if ('fault' in balance) {
    if (classifyRpcFault(balance.fault) !== 'reverted') {
      throw serverFault('eth_call', balance.fault, point, source);
    }
    return refused(`reverts when balanceOf(${holder}) is called`);
  }
  const data = dataOf(balance.result, source);
  if (size(data) === 0) return refused('has no function balanceOf()');
  if (size(data) !== 32) {
    return refused(`answers balanceOf(${holder}) with ${size(data)} bytes, not 32`);
  }
  return { token, holder, amount: hexToBigInt(data) };

  function refused(what: string): HoldingReading {
    return { token, holder, error: tokenReverted(source, token, what) };
  }
}

function serverFault(
  method: string,
  fault: RpcFault,
  point: ChainPoint,
  source: SourceRef,
): AssayError {
  return classifyRpcFault(fault) === 'unavailable'
    ? stateUnavailable(source, point, fault.code)
    : sourceRpcError(source, method, fault.code);
}

/** Why a holding is not one to ask the node for; undefined if it is. */
function refuse(
  holding: HoldingToRead,
  point: ChainPoint,
  source: SourceRef,
): AssayError | undefined {
  const { chain, standard, reference } = tokenIdParts(holding.token);
  if (chain !== point.chain) return holdingInvalid(holding, `at a block of ${point.chain}`);
  if (standard === 'slip44') return nativeUnitUnsupported(source, holding);
  if (standard !== 'erc20' || !isAddress(reference)) {
    return holdingInvalid(holding, 'which is no ERC-20 token');
  }
  // With a wrong checksum it is the balance of another account than was meant.
  if (!isAddress(holding.holder)) return holdingInvalid(holding, 'by what is no EVM address');
  return undefined;
}

function contractOf({ token }: HoldingToRead): string {
  return tokenIdParts(token).reference;
}

function encodeBalanceOf(holder: string): string {
  return `${balanceOf}${holder.slice(2).toLowerCase().padStart(64, '0')}`;
}

function dataOf(result: unknown, source: SourceRef): `0x${string}` {
  const data = HexData.safeParse(result);
  if (!data.success) {
    throw sourceResponseInvalid(source, 'answered a call with what is no hex data');
  }
  return data.data;
}
