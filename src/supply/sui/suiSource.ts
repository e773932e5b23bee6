import type { ChainId } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid } from '../../core/sourceErrors.ts';
import type { AnswerBudget } from '../../http/answerBudget.ts';
import { parseAnswer } from '../../http/parseAnswer.ts';
import { apiFailed } from '../errors.ts';
import { createJsonClient, type JsonClientOptions } from '../jsonClient.ts';
import type { LatestSupplySource } from '../latestSupplySource.ts';
import {
  ChainIdentifier,
  Checkpoint,
  CoinMetadata,
  GraphqlAnswer,
  GraphqlErrorCode,
} from './suiAnswers.ts';
import { suiNetwork } from './suiNetwork.ts';
import { createSuiReader, type SuiAnswer } from './suiReader.ts';

export interface SuiSourceOptions {
  /** The GraphQL service, whole and with its keys: `https://…/graphql`. */
  readonly url: string;
  /** How the server is named in observations and errors. */
  readonly source: SourceRef;
  /** `sui:mainnet` or `sui:testnet`. */
  readonly chain: ChainId;
  /** For one HTTP request; 20 seconds unless told. */
  readonly timeoutMs?: number;
  /** That of the run; its own unless told. */
  readonly budget?: AnswerBudget | undefined;
  /** Waits before a second try; for tests. */
  readonly wait?: JsonClientOptions['wait'];
}

/** The service limits a query to 300 nodes; one coin takes four. */
const coinsAtOnce = 20;

const maxResponseBytes = 1024 * 1024;
const what = 'the GraphQL query';

/**
 * A `LatestSupplySource` over one GraphQL service of Sui. The service answers each query as of one
 * checkpoint, which comes with the figures.
 *
 * @throws AssayError SOURCE_URL_INVALID, CHAIN_ID_INVALID
 */
export function createSuiSource(options: SuiSourceOptions): LatestSupplySource {
  const { url, source, chain, timeoutMs = 20_000, wait } = options;
  const network = suiNetwork(chain);
  const client = createJsonClient({
    ...{ url, source, timeoutMs, wait },
    ...{ maxBytes: maxResponseBytes, budget: options.budget },
  });

  /** Asks for some coins, none perhaps, and for the checkpoint that the answer holds for. */
  async function ask(
    coinTypes: readonly string[],
    _from: ChainPoint | undefined,
    signal: AbortSignal | undefined,
  ): Promise<SuiAnswer> {
    const variables = Object.fromEntries(coinTypes.map((type, index) => [`t${index}`, type]));
    const body = { query: writeQuery(coinTypes.length), variables };
    const answer = await client.ask({ what, body }, signal);
    const { data, errors } = parseAnswer(GraphqlAnswer, answer.value, source, what);
    if (errors && errors.length > 0) {
      throw apiFailed(source, what, GraphqlErrorCode.safeParse(errors[0]?.extensions?.code).data);
    }
    if (answer.status >= 400 || !data) {
      throw sourceResponseInvalid(
        source,
        `answered ${what} with HTTP ${answer.status} and no data`,
      );
    }
    network.check(
      parseAnswer(ChainIdentifier, data.chainIdentifier, source, 'chainIdentifier'),
      source,
    );
    const point = pointOf(parseAnswer(Checkpoint, data.checkpoint, source, 'checkpoint'));
    const coins = coinTypes.map((_, index) =>
      parseAnswer(CoinMetadata, data[`c${index}`], source, 'coinMetadata'),
    );
    return { points: [point], coins };
  }

  function pointOf({ sequenceNumber, digest, timestamp }: Checkpoint): ChainPoint {
    return { chain, height: sequenceNumber, hash: digest, time: timestamp };
  }

  return createSuiReader({ source, chain, coinsAtOnce, ask, close: () => client.close() });
}

function writeQuery(coins: number): string {
  const indexes = Array.from({ length: coins }, (_, index) => index);
  const declared = indexes.map((index) => `$t${index}: String!`).join(', ');
  const fields = indexes.map(
    (index) => `c${index}: coinMetadata(coinType: $t${index}) { decimals symbol supply }`,
  );
  const head = coins === 0 ? 'query' : `query (${declared})`;
  const checkpoint = 'checkpoint { sequenceNumber digest timestamp }';
  return `${head} { chainIdentifier ${checkpoint} ${fields.join(' ')} }`;
}
