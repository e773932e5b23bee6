import { tokenIdParts } from '../../core/caip.ts';
import { parseAnswer } from '../../http/parseAnswer.ts';
import { tokenMissing } from '../errors.ts';
import {
  concernsHolding,
  heldTwice,
  holderRefused,
  holdingInvalid,
  nativeUnitUnsupported,
} from '../holdingErrors.ts';
import type { HoldingReading, HoldingToRead } from '../holdingReader.ts';
import { BalanceView, FlagView, ObjectView } from './aptosAnswers.ts';
import { type AptosView, primaryStoreOf, viewsForHolding } from './aptosToken.ts';
import { type AptosState, callView } from './readAptosToken.ts';

const addressPattern = /^0x[0-9a-f]{64}$/;

/**
 * How much of one token its holder has. An account has what lies in its primary store, and of a coin
 * also what lies there of the asset that is paired with it; other stores that it may own are holders of
 * their own, each by its address. A store of another asset is an error, not a holder of nothing; and so
 * is the primary store of an account that is itself among the holders.
 *
 * @param all whose holdings are asked for together, this one among them
 * @throws AssayError SUPPLY_STATE_UNAVAILABLE, SOURCE_*
 */
export async function readAptosHolding(
  holding: HoldingToRead,
  all: readonly HoldingToRead[],
  state: AptosState,
): Promise<HoldingReading> {
  const { token, holder } = holding;
  try {
    return { token, holder, amount: await readAmount(holding, all, state) };
  } catch (thrown) {
    if (concernsHolding(thrown)) return { token, holder, error: thrown };
    throw thrown;
  }
}

async function readAmount(
  holding: HoldingToRead,
  all: readonly HoldingToRead[],
  state: AptosState,
): Promise<bigint> {
  const { source, point } = state;
  const { token, holder } = holding;
  const { chain, standard } = tokenIdParts(token);
  if (chain !== point.chain) throw holdingInvalid(holding, `at a block of ${point.chain}`);
  if (standard === 'slip44') throw nativeUnitUnsupported(source, holding);
  if (!addressPattern.test(holder)) {
    throw holdingInvalid(holding, 'by what is no address of Aptos');
  }
  const { balance, isStore, store, isCoin } = viewsForHolding(token, holder);
  const owner = all.find(
    (one) =>
      store !== null &&
      one.token === token &&
      addressPattern.test(one.holder) &&
      primaryStoreOf(one.holder, store.asset) === holder,
  );
  if (owner) throw heldTwice(source, holding, owner.holder);
  const [owned, storeThere, coinThere] = await Promise.all([
    readBalance(balance),
    readFlag(isStore),
    isCoin ? readFlag(isCoin) : true,
  ]);
  if (!coinThere) {
    throw tokenMissing(source, token, `is no coin at block ${point.height}`);
  }
  if (!storeThere) return owned;
  if (!store) {
    throw holderRefused(source, holding, 'is no account but a store of a fungible asset');
  }
  const [asset, stored] = await Promise.all([
    callView(store.ofAsset, holding, state),
    readBalance(store.balance),
  ]);
  const found = parseAnswer(ObjectView, asset, source, store.ofAsset.function);
  if (found === store.asset) return stored;
  throw holderRefused(source, holding, `is a store of another asset, ${found}`);

  async function readBalance(view: AptosView): Promise<bigint> {
    const answer = await callView(view, holding, state);
    const [amount] = parseAnswer(BalanceView, answer, source, view.function);
    return amount;
  }

  async function readFlag(view: AptosView): Promise<boolean> {
    const answer = await callView(view, holding, state);
    const [flag] = parseAnswer(FlagView, answer, source, view.function);
    return flag;
  }
}
