import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as ecc from '@bitcoinerlab/secp256k1';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { address as bitcoinAddress, initEccLib } from 'bitcoinjs-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Asset } from '../../src/registry/asset.ts';
import { checkRegistry, type RegistryCheck } from '../../src/registry/checkRegistry.ts';

const directory = new URL('../../addresses/', import.meta.url);

let check: RegistryCheck;
beforeAll(async () => {
  // A fixed day: no build breaks by waiting.
  check = await checkRegistry(fileURLToPath(directory), '2026-11-22');
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

/** Canonical and bridged deployments and custody addresses of each asset. */
const counts: Readonly<Record<string, readonly [number, number, number]>> = {
  '21btc': [2, 0, 2],
  bbtc: [1, 0, 1],
  bgbtc: [2, 1, 2],
  'btc.b': [6, 2, 1],
  btcb: [1, 0, 1],
  cbbtc: [4, 5, 169],
  cirbtc: [1, 0, 4],
  enzobtc: [3, 0, 31],
  fbtc: [8, 0, 195],
  gtbtc: [4, 0, 13],
  hbtc: [1, 0, 0],
  hemibtc: [1, 0, 3],
  ibtc: [4, 0, 0],
  imbtc: [1, 0, 2],
  kbtc: [4, 0, 2],
  lbtc: [16, 3, 0],
  pbtc: [4, 0, 0],
  pumpbtc: [9, 0, 1],
  rbtc: [1, 1, 1],
  renbtc: [7, 0, 0],
  sbtc: [1, 0, 4],
  solvbtc: [26, 0, 14],
  stbtc: [3, 0, 41],
  tbtc: [1, 8, 10],
  'tron-btc': [1, 0, 2],
  tzbtc: [1, 0, 3],
  unibtc: [28, 0, 33],
  wbtc: [7, 27, 338],
  xbtc: [4, 0, 1],
  xsolvbtc: [19, 0, 14],
  zbtc: [1, 3, 0],
};

/** Who published anything that the registry calls published, by asset. */
const publishers: Readonly<Record<string, readonly string[]>> = {
  'btc.b': ['Lombard'],
  fbtc: ['Function'],
  lbtc: ['Lombard'],
  solvbtc: ['Solv Protocol'],
  tbtc: ['Threshold', 'Threshold, Keep Network'],
  unibtc: ['Bedrock'],
  wbtc: ['WBTC DAO'],
  xsolvbtc: ['Solv Protocol'],
};

function everyAsset(): readonly Asset[] {
  return [...(check.registry?.assets.values() ?? [])];
}

describe('the shipped registry', () => {
  it('has no findings', () => {
    expect(check.findings).toEqual([]);
  });

  it('holds these assets, each with so many deployments and addresses', () => {
    const held = everyAsset().map((asset) => [
      asset.id,
      [
        tokensOf(asset, 'canonical').length,
        tokensOf(asset, 'bridged').length,
        asset.custody.length,
      ],
    ]);
    expect(Object.fromEntries(held)).toEqual(counts);
  });

  it('names its JSON Schemas, and keeps them under another validator too', async () => {
    const ajv = new Ajv2020();
    addFormats.default(ajv);
    for (const kind of ['asset', 'reserves']) {
      const validate = ajv.compile(await readJson(`schema/${kind}.schema.json`));
      for (const { id } of everyAsset()) {
        const file = await readJson(`${id}/${kind}.json`);
        expect(file.$schema).toBe(`../schema/${kind}.schema.json`);
        validate(file);
        expect([id, validate.errors]).toEqual([id, null]);
      }
    }
  });

  it('presents nothing of third parties as published', async () => {
    const Sources = z.record(z.string(), z.object({ kind: z.string(), by: z.string() }));
    const found: [string, string[]][] = [];
    for (const { id } of everyAsset()) {
      const files = [await readJson(`${id}/asset.json`), await readJson(`${id}/reserves.json`)];
      const by = files
        .flatMap(({ sources }) => Object.values(Sources.parse(sources)))
        .filter(({ kind }) => kind !== 'claimed')
        .map((source) => source.by);
      if (by.length > 0) found.push([id, [...new Set(by)].sort()]);
    }
    expect(Object.fromEntries(found)).toEqual(publishers);
  });

  it('calls nothing complete, and says of all that is partial what is missing and why', () => {
    for (const { id, coverage } of everyAsset()) {
      expect([id, coverage.status]).toEqual([
        id,
        ['imbtc', 'renbtc'].includes(id) ? 'retired' : 'partial',
      ]);
    }
  });

  it('derives from each address a script that gives the address again', () => {
    initEccLib(ecc);
    for (const { custody } of everyAsset()) {
      for (const { address, script } of custody) {
        expect(bitcoinAddress.fromOutputScript(Buffer.from(script, 'hex'))).toBe(address);
      }
    }
  });

  it('lists the addresses and deployments of each file in the order of their texts', () => {
    for (const asset of everyAsset()) {
      const addresses = asset.custody.map(({ address }) => address);
      expect(addresses).toEqual([...addresses].sort());
      const tokens = asset.deployments.map(({ token }) => token);
      expect(tokens).toEqual([...tokens].sort());
    }
  });

  it('lists no address under two assets but those of one shared pool', () => {
    const owners = new Map<string, Asset[]>();
    for (const asset of everyAsset()) {
      for (const { script } of asset.custody) {
        owners.set(script, [...(owners.get(script) ?? []), asset]);
      }
    }
    const shared = [...owners.values()].filter((assets) => assets.length > 1);
    expect(shared.map((assets) => assets.map(({ id }) => id))).toEqual([['bbtc', 'btcb']]);
    for (const assets of shared) expect(new Set(assets.map(({ pool }) => pool)).size).toBe(1);
  });

  it('has these shared pools', () => {
    const pools = everyAsset().flatMap(({ id, pool }) => (pool ? [[id, pool]] : []));
    expect(Object.fromEntries(pools)).toEqual({
      bbtc: 'binance',
      'btc.b': 'lombard',
      btcb: 'binance',
      lbtc: 'lombard',
    });
  });

  it('keeps the one address that two issuers are said to own where the issuer itself lists it', () => {
    const disputed = 'bc1pvwjkr0724ckucdvrtxjzml9ka7jnzzjaejvwfnn8a2avvpnljthseg2a0e';
    const holders = everyAsset().filter(({ custody }) =>
      custody.some(({ address }) => address === disputed),
    );
    expect(holders.map(({ id }) => id)).toEqual(['xsolvbtc']);
    for (const id of ['bgbtc', 'xsolvbtc']) {
      const gaps = assetOf(id).coverage.missing.filter(({ what }) => what.includes(disputed));
      expect([id, gaps.map(({ side }) => side)]).toEqual([id, ['reserves']]);
    }
  });

  it('counts coins that uniBTC holds as FBTC behind FBTC alone', () => {
    // Three of the 21 that Bedrock's own list and FBTC's have in common.
    const held = [
      '38fLZKJQuNMAEmFXTbbpkTo6fD5su2fD9P',
      'bc1pzlhnwcyytvmzl5kmp4usxwt9jhw7u2c2w4u5gej5ef4y0uznv5ps84c4vv',
      'bc1qyzsetzfrwzxs7zzqtsmyaz39mumhrh58mu04kyjcy8pynn9zhk5q2dc2r3',
    ];
    for (const address of held) {
      const holders = everyAsset().filter(({ custody }) =>
        custody.some((one) => one.address === address),
      );
      expect(holders.map(({ id }) => id)).toEqual(['fbtc']);
    }
    for (const id of ['fbtc', 'unibtc']) {
      const gaps = assetOf(id).coverage.missing.filter(({ why }) => why.includes('Bedrock'));
      expect(gaps.length).toBeGreaterThan(0);
    }
  });

  it('says of each bridged deployment where the tokens lie, or that it is unknown', () => {
    for (const asset of everyAsset()) {
      for (const { kind, lockbox, token } of asset.deployments) {
        if (kind === 'bridged') expect([token, lockbox]).not.toEqual([token, undefined]);
      }
    }
  });

  it('is to be reviewed within a year', () => {
    for (const { reviewBy } of everyAsset()) expect(reviewBy).toBe('2027-02-22');
  });
});

describe('lbtc', () => {
  it('names the lockbox of each chain on which a part is a copy', () => {
    const mixed = assetOf('lbtc').deployments.filter(
      ({ kind, lockbox }) => kind === 'canonical' && lockbox !== undefined,
    );
    expect(mixed.map(({ chain }) => chain)).toEqual([
      'eip155:146',
      'eip155:21000000',
      'eip155:239',
      'eip155:42793',
      'eip155:80094',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
    ]);
    const keys = mixed.map(({ lockbox }) => (typeof lockbox === 'object' ? lockbox.key : lockbox));
    expect(keys).toEqual([
      'layerzero-sonic',
      'layerzero-corn',
      'layerzero-tac',
      'layerzero-etherlink',
      'layerzero-berachain',
      'layerzero-solana',
    ]);
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
      'cosmos:osmosis-1/denom:factory%2Fosmo1z0qrq605sjgcqpylfl4aa6s90x738j7m58wyatt0tdzflg2ha26q67k743%2Fwbtc',
      'eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
      'eip155:2222/erc20:0xb5c4423a65B953905949548276654C96fcaE6992',
      'eip155:56/erc20:0x39665e85a68a4d7328b8799135E2ff301a0Ca86f',
      'eip155:8453/erc20:0x1ceA84203673764244E05693e42E6Ace62bE9BA5',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:5XZw2LKTyrfvfiskJ78AMpackRjPcyCif1WhUsPDuVqQ',
      'tron:0x2b6653dc/trc20:TYhWwKpw43ENFWBTGpzLHn3882f2au7SMi',
    ]);
    expect(tokensOf(assetOf('wbtc'), 'bridged').length).toBe(27);
    expect(assetOf('wbtc').deployments.every(({ decimals }) => decimals === 8)).toBe(true);
  });

  it('names the lockbox of 17 copies and does not know that of ten', () => {
    const bridged = assetOf('wbtc').deployments.filter(({ kind }) => kind === 'bridged');
    expect(bridged.filter(({ lockbox }) => lockbox === 'unknown').length).toBe(10);
    expect(assetOf('wbtc').lockboxes?.map(({ key }) => key)).toEqual([
      'layerzero',
      'layerzero-citrea',
      'ccip-ronin',
      'wormhole',
      'arbitrum',
      'optimism',
      'polygon',
      'avalanche',
      'axelar',
      'starkgate',
      'sui-bridge',
    ]);
  });

  it('names the contracts that decide over it', () => {
    expect(assetOf('wbtc').control?.map(({ role }) => role)).toEqual([
      'factory',
      'controller',
      'members',
      'custodian',
      'dao-multisig',
      'controller-owner',
      'members-owner',
    ]);
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
      'aptos:1',
      'eip155:196',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
      'sui:mainnet',
    ]);
    expect(tokensOf(assetOf('xbtc'), 'bridged')).toEqual([]);
  });

  it('says that both sides are incomplete', () => {
    const { status, missing } = assetOf('xbtc').coverage;
    expect(status).toBe('partial');
    expect(missing.map(({ side }) => side)).toEqual(['reserves', 'supply']);
  });
});
