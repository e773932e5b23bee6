import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type ChainId, chainReference } from '../../src/core/caip.ts';
import type { Deployment } from '../../src/registry/asset.ts';
import { type ChainKind, chainKind } from '../../src/supply/chainKind.ts';
import { tokenPrograms } from '../../src/supply/solana/solanaMint.ts';
import { aptosGenesis, createAptosApi } from './aptosApi.ts';
import { startEvmChain } from './evmChain.ts';
import { type ApiReply, type ApiRequest, startJsonApiServer } from './jsonApiServer.ts';
import { encodeMint } from './solanaMints.ts';
import { solanaBlock, startSolanaServer } from './solanaServer.ts';
import { returnedText, returnedUint, startTronServer, tronBlock } from './tronServer.ts';

/** What all chains say. */
export interface ChainFigures {
  /** When their newest blocks were made, in seconds. */
  readonly now: number;
  /** The supply of a deployment of that kind. */
  readonly supply: (kind: Deployment['kind']) => bigint;
  /** What every holder has. */
  readonly held: bigint;
}

/** A server that answers for one chain. */
export interface TokenChain extends AsyncDisposable {
  readonly url: string;
}

type StartChain = (
  deployments: readonly Deployment[],
  figures: ChainFigures,
) => Promise<TokenChain>;

const kinds: Readonly<Record<ChainKind, StartChain>> = {
  evm: startEvmChain,
  solana: startSolana,
  sui: startSui,
  aptos: startAptos,
  tron: startTron,
  cosmos: startCosmos,
};

/** Starts the chain of these deployments; undefined where assay reads no such chain. */
export async function startTokenChain(
  chain: ChainId,
  deployments: readonly Deployment[],
  figures: ChainFigures,
): Promise<TokenChain | undefined> {
  const kind = chainKind(chain);
  return kind && kinds[kind](deployments, figures);
}

async function startSolana(
  deployments: readonly Deployment[],
  { now, supply }: ChainFigures,
): Promise<TokenChain> {
  const server = await startSolanaServer();
  server.slot = Math.floor((now - solanaBlock(0).blockTime) / 0.4);
  for (const { reference, kind, decimals } of deployments) {
    const data = encodeMint({ supply: supply(kind), decimals });
    server.accounts.set(reference, { owner: tokenPrograms.token, data });
  }
  return server;
}

async function startTron(
  deployments: readonly Deployment[],
  { now, supply }: ChainFigures,
): Promise<TokenChain> {
  const server = await startTronServer();
  const first = tronBlock(0).block_header.raw_data.timestamp / 1000;
  server.solid = Math.floor((now - first) / 3);
  for (const { reference, kind, decimals, symbol } of deployments) {
    server.returns.set(`${reference}/totalSupply()`, returnedUint(supply(kind)));
    server.returns.set(`${reference}/decimals()`, returnedUint(BigInt(decimals)));
    server.returns.set(`${reference}/symbol()`, returnedText(symbol));
  }
  return server;
}

async function startAptos(
  [deployment]: readonly Deployment[],
  { now, supply }: ChainFigures,
): Promise<TokenChain> {
  const api = createAptosApi();
  api.height = Math.floor((now - aptosGenesis) * 1.5);
  if (deployment) {
    const { kind, decimals, symbol } = deployment;
    api.views.set('0x1::dispatchable_fungible_asset::derived_supply', [
      { vec: [`${supply(kind)}`] },
    ]);
    api.views.set('0x1::fungible_asset::decimals', [decimals]);
    api.views.set('0x1::fungible_asset::symbol', [symbol]);
  }
  return startJsonApiServer((request) => api.answer(request));
}

const SuiQuery = z.object({ query: z.string(), variables: z.record(z.string(), z.string()) });

/** As crates/sui-indexer-alt-graphql of MystenLabs/sui answers (schema.graphql). */
async function startSui(
  deployments: readonly Deployment[],
  { now, supply }: ChainFigures,
): Promise<TokenChain> {
  const digest = '4btiuiMPvEENsttpZC7CZ53DruC3MAgfznDbASZ7DR6S';
  const timestamp = new Date(now * 1000).toISOString().replace('.000Z', 'Z');
  const coins = new Map(
    deployments.map(({ reference, kind, decimals, symbol }) => [
      decodeURIComponent(reference),
      { decimals, symbol, supply: `${supply(kind)}` },
    ]),
  );
  const server = await startJsonApiServer(({ body }): ApiReply => {
    const { query, variables } = SuiQuery.parse(body);
    const data: Record<string, unknown> = {
      chainIdentifier: digest,
      checkpoint: { sequenceNumber: 200_000_000, digest, timestamp },
    };
    for (const [, alias = '', name = ''] of query.matchAll(
      /(c\d+): coinMetadata\(coinType: \$(t\d+)\)/g,
    )) {
      data[alias] = coins.get(variables[name] ?? '') ?? null;
    }
    return { json: { data } };
  });
  return { ...server, url: `${server.url}/graphql` };
}

/** As the REST API of cosmos/cosmos-sdk v0.50 answers; a block every 1.5 seconds. */
async function startCosmos(
  deployments: readonly Deployment[],
  { now, supply }: ChainFigures,
): Promise<TokenChain> {
  const [first] = deployments;
  if (!first) throw new Error('there is no deployment');
  const newest = 50_000_000;
  const hashAt = (height: number) => createHash('sha256').update(`${height}`).digest('base64');
  const blockAt = (height: number) => {
    const time = new Date((now - (newest - height) * 1.5) * 1000).toISOString();
    const header = { chain_id: chainReference(first.chain), height: `${height}`, time };
    const block_id = { hash: hashAt(height), part_set_header: { total: 1, hash: hashAt(-height) } };
    return { block_id, block: { header }, sdk_block: { header } };
  };
  const denoms = new Map(
    deployments.map((one) => [decodeURIComponent(one.reference), one] as const),
  );
  const answer = ({ path, query, headers }: ApiRequest): ApiReply => {
    const which = /\/blocks\/(latest|\d+)$/.exec(path)?.[1];
    if (which !== undefined) return { json: blockAt(which === 'latest' ? newest : Number(which)) };
    const denom = query.get('denom') ?? '';
    const known = denoms.get(denom);
    if (!known) return { status: 404, json: { code: 5, message: 'not found', details: [] } };
    const { kind, decimals, symbol } = known;
    const units = [
      { denom, exponent: 0, aliases: [] },
      { denom: 'unit', exponent: decimals, aliases: [symbol] },
    ];
    const json = path.endsWith('/supply/by_denom')
      ? { amount: { denom, amount: `${supply(kind)}` } }
      : { metadata: { base: denom, display: 'unit', symbol, denom_units: units } };
    const height = `${headers['x-cosmos-block-height'] ?? newest}`;
    return { json, headers: { 'x-cosmos-block-height': height } };
  };
  return startJsonApiServer(answer);
}
