import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Address, getAddress } from 'viem';
import type { z } from 'zod';
import { bitcoinNetworks } from '../src/core/bitcoinNetwork.ts';
import { formatTime, UnixTime } from '../src/core/unixTime.ts';
import type { AssetFile } from '../src/registry/assetFile.ts';
import { registrySchemas } from '../src/registry/registrySchemas.ts';
import type { ReservesFile } from '../src/registry/reservesFile.ts';
import type { DemoAsset } from './demoAsset.ts';

const regtest = bitcoinNetworks.find(({ name }) => name === 'regtest');

/**
 * Writes the assets as a registry that `loadRegistry` reads: the format of `addresses/`, with every
 * address and token `published` by the demo itself.
 */
export async function writeRegistry(
  directory: string,
  assets: readonly DemoAsset[],
  now: UnixTime,
): Promise<void> {
  await mkdir(join(directory, 'schema'), { recursive: true });
  for (const [name, text] of registrySchemas()) {
    await writeFile(join(directory, 'schema', name), text);
  }
  for (const asset of assets) {
    const folder = join(directory, asset.id);
    await mkdir(folder);
    const sources = { demo: describeSource(now) };
    await writeJson(join(folder, 'asset.json'), assetFile(asset, sources));
    await writeJson(join(folder, 'reserves.json'), reservesFile(asset, sources));
  }
}

type Sources = z.input<typeof AssetFile>['sources'];

function describeSource(now: UnixTime): Sources[string] {
  return {
    kind: 'published',
    by: 'assay demo',
    source: 'demo/buildWorld.ts',
    date: formatTime(UnixTime(now)).slice(0, 10),
  };
}

function assetFile(asset: DemoAsset, sources: Sources): z.input<typeof AssetFile> {
  if (!regtest) throw new Error('regtest is not among the networks');
  return {
    $schema: '../schema/asset.schema.json',
    schema: 'assay.asset/1',
    id: asset.id,
    name: asset.name,
    symbol: asset.symbol,
    issuer: `${asset.symbol} issuer of the demo`,
    reserveChain: regtest.chain,
    policy: { confirmations: 6, maxSkewSeconds: 900 },
    coverage: { status: 'complete' },
    sources,
    deployments: [
      ...asset.tokens.map(({ chainId, address, decimals }) => ({
        token: tokenOf(chainId, address),
        kind: 'canonical' as const,
        decimals,
        provenance: ['demo'],
      })),
      ...asset.bridges.map(({ key, symbol, awayChainId, copy, token }) => ({
        token: tokenOf(awayChainId, copy),
        kind: 'bridged' as const,
        decimals: token.decimals,
        symbol,
        lockbox: key,
        provenance: ['demo'],
      })),
    ].sort((a, b) => (a.token < b.token ? -1 : 1)),
    ...(asset.bridges.length > 0 && { lockboxes: lockboxesOf(asset) }),
  };
}

function lockboxesOf({ bridges }: DemoAsset): z.input<typeof AssetFile>['lockboxes'] {
  return Object.fromEntries(
    bridges.map(({ key, kind, lockbox, token: { chainId, address } }) => [
      key,
      {
        contract: `eip155:${chainId}:${getAddress(lockbox)}`,
        kind,
        locks: tokenOf(chainId, address),
        provenance: ['demo'],
      },
    ]),
  );
}

function tokenOf(chainId: number, address: Address): string {
  return `eip155:${chainId}/erc20:${getAddress(address)}`;
}

function reservesFile(asset: DemoAsset, sources: Sources): z.input<typeof ReservesFile> {
  return {
    $schema: '../schema/reserves.schema.json',
    schema: 'assay.reserves/1',
    sources,
    addresses: [...asset.addresses].sort().map((address) => ({
      address,
      custodian: asset.custodian,
      provenance: ['demo'],
    })),
  };
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
