import { AssayError } from '../core/assayError.ts';
import { type ChainId, chainNamespace, chainReference, tokenIdParts } from '../core/caip.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext, SourceRef } from '../core/source.ts';
import { sourceResponseInvalid, sourceWrongChain } from '../core/sourceErrors.ts';
import { apiFailed, chainKindInvalid, sourceTipWentBack, supplyRequestInvalid } from './errors.ts';
import { createJsonClient, type JsonClientOptions } from './jsonClient.ts';
import type { LatestSupplySource } from './latestSupplySource.ts';
import { parseAnswer } from './parseAnswer.ts';
import {
  ChainIdentifier,
  Checkpoint,
  CoinMetadata,
  GraphqlAnswer,
  GraphqlErrorCode,
} from './suiAnswers.ts';
import { checkCoin, coinTypeOf } from './suiCoin.ts';
import type { TokenReading, TokenToRead } from './supplySource.ts';

export interface SuiSourceOptions {
  /** The GraphQL service, whole and with its keys: `https://…/graphql`. */
  readonly url: string;
  /** How the server is named in observations and errors. */
  readonly source: SourceRef;
  /** `sui:mainnet` or `sui:testnet`. */
  readonly chain: ChainId;
  /** For one HTTP request; 20 seconds unless told. */
  readonly timeoutMs?: number;
  /** Waits before a second try; for tests. */
  readonly wait?: JsonClientOptions['wait'];
}

/** Digest of the genesis checkpoint of each network, in base58, and its first four bytes in hex. */
const networks: ReadonlyMap<string, readonly string[]> = new Map([
  ['mainnet', ['4btiuiMPvEENsttpZC7CZ53DruC3MAgfznDbASZ7DR6S', '35834a8a']],
  ['testnet', ['69WiPg3DAQiwdxfncX6wYQ2siKwAe6L9BZthQea3JNMD', '4c78adac']],
]);

/** The service limits a query to 300 nodes; one coin takes four. */
const coinsPerQuery = 20;

/** Of the servers behind one address some are behind others. */
const lagSeconds = 60;

const maxResponseBytes = 1024 * 1024;
const what = 'the GraphQL query';

/**
 * A `LatestSupplySource` over one GraphQL service of Sui. The service answers each query as of one
 * checkpoint, which comes with the figures, but it promises no history of supplies: what it says is
 * framed by the earliest and the latest checkpoint that it named, one of them before it was asked for
 * any figure. Checkpoints are final.
 *
 * @throws AssayError SOURCE_URL_INVALID, CHAIN_ID_INVALID
 */
export function createSuiSource(options: SuiSourceOptions): LatestSupplySource {
  const { url, source, chain, timeoutMs = 20_000, wait } = options;
  const identifiers = networks.get(chainReference(chain));
  if (chainNamespace(chain) !== 'sui' || !identifiers) {
    throw chainKindInvalid(chain, 'Sui');
  }
  const known = identifiers;
  const client = createJsonClient({ url, source, timeoutMs, maxBytes: maxResponseBytes, wait });
  let newest: ChainPoint | undefined;

  /** Asks for some coins, none perhaps, and for the checkpoint that the answer holds for. */
  async function ask(coinTypes: readonly string[], context: ReadContext) {
    const seen = newest;
    const variables = Object.fromEntries(coinTypes.map((type, index) => [`t${index}`, type]));
    const body = { query: writeQuery(coinTypes.length), variables };
    const answer = await client.ask({ what, body }, context.signal);
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
    const id = parseAnswer(ChainIdentifier, data.chainIdentifier, source, 'chainIdentifier');
    if (!known.includes(id)) throw sourceWrongChain(source, chain, nameNetwork(id));
    const point = pointOf(parseAnswer(Checkpoint, data.checkpoint, source, 'checkpoint'));
    checkOrder(seen, point);
    if (!newest || point.height > newest.height) newest = point;
    const coins = coinTypes.map((_, index) =>
      parseAnswer(CoinMetadata, data[`c${index}`], source, 'coinMetadata'),
    );
    return { point, coins };
  }

  function checkOrder(seen: ChainPoint | undefined, point: ChainPoint): void {
    if (!seen || point.height > seen.height) return;
    if (point.time < seen.time - lagSeconds) {
      throw sourceTipWentBack(source, seen.height, point.height);
    }
    const same = point.height === seen.height;
    if (
      point.time > seen.time ||
      (same && (point.hash !== seen.hash || point.time !== seen.time))
    ) {
      throw sourceResponseInvalid(source, `contradicts itself about checkpoint ${point.height}`);
    }
  }

  function pointOf({ sequenceNumber, digest, timestamp }: Checkpoint): ChainPoint {
    return { chain, height: sequenceNumber, hash: digest, time: timestamp };
  }

  function typeOf(toRead: TokenToRead): string | AssayError {
    if (tokenIdParts(toRead.token).chain !== chain) {
      throw supplyRequestInvalid(`names ${toRead.token}, which is not on ${chain}`);
    }
    return tokenErrorOr(() => coinTypeOf(toRead));
  }

  return {
    reach: 'latest',
    source,
    chain,

    async readLatest(tokens, context = {}) {
      const types = tokens.map(typeOf);
      const valid = [...new Set(types.filter((type) => typeof type === 'string'))];
      const report = (done: number) =>
        context.onProgress?.({ source, phase: 'supply', done, total: valid.length });
      report(0);
      let { point: from } = await ask([], context);
      let to = from;
      const coins = new Map<string, CoinMetadata>();
      for (let at = 0; at < valid.length; at += coinsPerQuery) {
        const some = valid.slice(at, at + coinsPerQuery);
        const answer = await ask(some, context);
        if (answer.point.height < from.height) from = answer.point;
        if (answer.point.height > to.height) to = answer.point;
        for (const [index, type] of some.entries()) coins.set(type, answer.coins[index] ?? null);
        report(at + some.length);
      }
      const readings = tokens.map((toRead, index): TokenReading => {
        const { token } = toRead;
        const type = types[index];
        if (typeof type !== 'string')
          return { token, error: type ?? new AssayError('INTERNAL_ERROR') };
        const amount = tokenErrorOr(() => checkCoin(toRead, coins.get(type) ?? null, source));
        return amount instanceof AssayError ? { token, error: amount } : { token, amount };
      });
      return { source, from, to, tokens: readings };
    },

    close: () => client.close(),
  };
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

function nameNetwork(id: string): string {
  for (const [name, identifiers] of networks) if (identifiers.includes(id)) return `sui:${name}`;
  return `the network ${id}`;
}

/** What is wrong with a token is part of the reading; what is wrong with the server is thrown. */
function tokenErrorOr<T>(check: () => T): T | AssayError {
  try {
    return check();
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.startsWith('TOKEN_')) return thrown;
    throw thrown;
  }
}
