import type { AssayError } from '../../core/assayError.ts';
import { type ChainId, tokenIdParts } from '../../core/caip.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid } from '../../core/sourceErrors.ts';
import { parseAnswer } from '../../http/parseAnswer.ts';
import { tokenMissing } from '../errors.ts';
import {
  concernsHolding,
  holderRefused,
  holdingInvalid,
  nativeUnitUnsupported,
} from '../holdingErrors.ts';
import type { HoldingReading, HoldingToRead } from '../holdingReader.ts';
import type { JsonAnswer } from '../jsonClient.ts';
import {
  AnyMetadataAnswer,
  BalanceAnswer,
  GrpcFault,
  grpcInvalidArgument,
  grpcNotFound,
  SupplyAnswer,
} from './cosmosAnswers.ts';
import { denomOf } from './denomToken.ts';

/** The bank module of one node, in the state after one block. */
export interface CosmosBank {
  readonly source: SourceRef;
  readonly chain: ChainId;
  /** Its answer about a denomination. @param what names the request */
  readonly ask: (query: string, denom: string, what?: string) => Promise<JsonAnswer>;
  /** The error of an answer that is none. */
  readonly refused: (answer: JsonAnswer, what: string) => AssayError;
}

/** The form of bech32, whose checksum and prefix the node judges. */
const accountPattern = /^[a-z]{1,83}1[02-9ac-hj-np-z]{6,}$/;

/**
 * How much of denominations accounts have, by the bank's word: staked tokens are not theirs. Of a
 * denomination that does not exist everybody has 0 as well, so that its supply, or its metadata, must
 * show that it does; and nobody has more than the supply.
 *
 * @throws AssayError SOURCE_*, SUPPLY_STATE_UNAVAILABLE
 */
export function readCosmosHoldings(
  holdings: readonly HoldingToRead[],
  bank: CosmosBank,
): Promise<readonly HoldingReading[]> {
  const supplies = new Map<string, Promise<bigint>>();
  const readSupply = (holding: HoldingToRead, denom: string): Promise<bigint> => {
    const supply = supplies.get(denom) ?? readKnownSupply(holding, denom, bank);
    supplies.set(denom, supply);
    return supply;
  };
  return Promise.all(
    holdings.map(async (holding): Promise<HoldingReading> => {
      const { token, holder } = holding;
      try {
        checkRequest(holding, bank);
        const denom = denomOf(holding);
        const [balance, supply] = await Promise.all([
          readBalance(holding, denom, bank),
          readSupply(holding, denom),
        ]);
        if (balance > supply) {
          throw sourceResponseInvalid(bank.source, 'gives one account more than there is');
        }
        return { token, holder, amount: balance };
      } catch (thrown) {
        if (concernsHolding(thrown)) return { token, holder, error: thrown };
        throw thrown;
      }
    }),
  );
}

function checkRequest(holding: HoldingToRead, { source, chain: own }: CosmosBank): void {
  const { chain, standard } = tokenIdParts(holding.token);
  if (chain !== own) throw holdingInvalid(holding, `from a source of ${own}`);
  if (standard === 'slip44') throw nativeUnitUnsupported(source, holding);
  if (!accountPattern.test(holding.holder)) {
    throw holdingInvalid(holding, 'by what is no account of a Cosmos chain');
  }
}

async function readBalance(
  holding: HoldingToRead,
  denom: string,
  { source, ask, refused }: CosmosBank,
): Promise<bigint> {
  const what = 'bank/balances/by_denom';
  const path = `balances/${encodeURIComponent(holding.holder)}/by_denom`;
  const answer = await ask(path, denom, what);
  if (GrpcFault.safeParse(answer.value).data?.code === grpcInvalidArgument) {
    throw holderRefused(source, holding, 'is no account of that chain, as its node has it');
  }
  if (answer.status >= 400) throw refused(answer, what);
  const { balance } = parseAnswer(BalanceAnswer, answer.value, source, what);
  checkDenom(balance.denom, denom, source);
  return balance.amount;
}

/** The supply of a denomination that exists. */
async function readKnownSupply(
  { token }: HoldingToRead,
  denom: string,
  { source, ask, refused }: CosmosBank,
): Promise<bigint> {
  const answer = await ask('supply/by_denom', denom);
  if (answer.status >= 400) throw refused(answer, 'bank/supply/by_denom');
  const { amount } = parseAnswer(SupplyAnswer, answer.value, source, 'bank/supply/by_denom');
  checkDenom(amount.denom, denom, source);
  if (amount.amount > 0n) return amount.amount;
  const metadata = await ask('denoms_metadata_by_query_string', denom);
  if (GrpcFault.safeParse(metadata.value).data?.code === grpcNotFound) {
    const what = 'has neither supply nor metadata: there is no such denomination';
    throw tokenMissing(source, token, what);
  }
  const what = 'bank/denoms_metadata_by_query_string';
  if (metadata.status >= 400) throw refused(metadata, what);
  const known = parseAnswer(AnyMetadataAnswer, metadata.value, source, what);
  checkDenom(known.metadata.base, denom, source);
  return 0n;
}

function checkDenom(found: string, denom: string, source: SourceRef): void {
  if (found !== denom) throw sourceResponseInvalid(source, 'answered for another denomination');
}
