import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Asset } from '../../src/registry/asset.ts';
import { checkRegistry, type RegistryCheck } from '../../src/registry/checkRegistry.ts';

const directory = new URL('../../addresses/', import.meta.url);

let check: RegistryCheck;
beforeAll(async () => {
  check = await checkRegistry(fileURLToPath(directory));
});

function assetOf(id: string): Asset {
  const asset = check.registry?.assets.get(id);
  if (!asset) throw new Error(`${id} is not in the registry`);
  return asset;
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(new URL(path, directory), 'utf8'));
}

function tokensOf(asset: Asset, kind: 'canonical' | 'bridged'): string[] {
  return asset.deployments.filter((one) => one.kind === kind).map(({ token }) => token);
}

describe('the shipped registry', () => {
  it('has no findings', () => {
    expect(check.findings).toEqual([]);
  });

  it('holds these assets', () => {
    expect([...(check.registry?.assets.keys() ?? [])]).toEqual(['wbtc', 'xbtc']);
  });

  it('names its JSON Schemas, and keeps them under another validator too', async () => {
    const ajv = new Ajv2020();
    addFormats.default(ajv);
    for (const id of check.registry?.assets.keys() ?? []) {
      for (const kind of ['asset', 'reserves']) {
        const file = await readJson(`${id}/${kind}.json`);
        expect(file.$schema).toBe(`../schema/${kind}.schema.json`);
        const validate = ajv.compile(await readJson(`schema/${kind}.schema.json`));
        validate(file);
        expect(validate.errors).toBeNull();
      }
    }
  });

  it('presents nothing of third parties as published', () => {
    for (const asset of check.registry?.assets.values() ?? []) {
      const published = [...asset.custody, ...asset.deployments]
        .flatMap(({ provenance }) => provenance)
        .filter(({ kind }) => kind !== 'claimed')
        .map(({ by }) => by);
      expect(published).toEqual(asset.id === 'wbtc' ? ['WBTC DAO'] : []);
    }
  });

  it('lists the addresses of each file in the order of their texts', () => {
    for (const asset of check.registry?.assets.values() ?? []) {
      const addresses = asset.custody.map(({ address }) => address);
      expect(addresses).toEqual([...addresses].sort());
    }
  });
});

describe('wbtc', () => {
  it('has the 338 addresses of the list of 2024', () => {
    const { custody } = assetOf('wbtc');
    expect(custody.length).toBe(338);
    expect(custody.filter(({ scriptType }) => scriptType === 'p2sh').length).toBe(164);
    expect(custody.filter(({ scriptType }) => scriptType === 'p2wsh').length).toBe(174);
  });

  it('counts seven deployments, four of them on chains of the EVM, and no bridged copy', () => {
    expect(tokensOf(assetOf('wbtc'), 'canonical')).toEqual([
      'eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
      'eip155:8453/erc20:0x1ceA84203673764244E05693e42E6Ace62bE9BA5',
      'eip155:56/erc20:0x39665e85a68a4d7328b8799135E2ff301a0Ca86f',
      'eip155:2222/erc20:0xb5c4423a65B953905949548276654C96fcaE6992',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:5XZw2LKTyrfvfiskJ78AMpackRjPcyCif1WhUsPDuVqQ',
      'tron:0x2b6653dc/trc20:TYhWwKpw43ENFWBTGpzLHn3882f2au7SMi',
      'cosmos:osmosis-1/denom:factory%2Fosmo1z0qrq605sjgcqpylfl4aa6s90x738j7m58wyatt0tdzflg2ha26q67k743%2Fwbtc',
    ]);
    expect(tokensOf(assetOf('wbtc'), 'bridged').length).toBe(27);
    expect(assetOf('wbtc').deployments.every(({ decimals }) => decimals === 8)).toBe(true);
  });

  it('says that both sides are incomplete', () => {
    const { status, missing } = assetOf('wbtc').coverage;
    expect(status).toBe('partial');
    expect(new Set(missing.map(({ side }) => side))).toEqual(new Set(['reserves', 'supply']));
  });
});

describe('xbtc', () => {
  it('has the one lock address that is known', () => {
    expect(assetOf('xbtc').custody.map(({ address, scriptType }) => [address, scriptType])).toEqual(
      [['bc1q7mvqd5apnrngm36rwqlgk7nwkt5kwc37thzgd79puh55wscr42mqct7lss', 'p2wsh']],
    );
  });

  it('counts four deployments, all minted by the issuer', () => {
    expect(tokensOf(assetOf('xbtc'), 'canonical').map((token) => token.split('/')[0])).toEqual([
      'eip155:196',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
      'sui:mainnet',
      'aptos:1',
    ]);
    expect(tokensOf(assetOf('xbtc'), 'bridged')).toEqual([]);
  });

  it('says that both sides are incomplete', () => {
    const { status, missing } = assetOf('xbtc').coverage;
    expect(status).toBe('partial');
    expect(missing.map(({ side }) => side)).toEqual(['reserves', 'supply']);
  });
});
