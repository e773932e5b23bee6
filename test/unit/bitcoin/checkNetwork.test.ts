import { afterEach, describe, expect, it } from 'vitest';
import type { BitcoinSource } from '../../../src/bitcoin/bitcoinSource.ts';
import { type BitcoinNetwork, bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { setUpCore } from '../../support/coreSetting.ts';
import { coreSourceOf } from '../../support/coreSourceOf.ts';
import { createElectrumChain } from '../../support/electrumChain.ts';
import { closeElectrum, serveElectrum } from '../../support/electrumServed.ts';
import { startEsploraServer } from '../../support/esploraServer.ts';
import { mempoolSourceOf } from '../../support/mempoolSourceOf.ts';
import { rejection } from '../../support/rejection.ts';
import { createSyntheticChain, regtest } from '../../support/syntheticChain.ts';

/** A server of a chain of five blocks. */
interface Served {
  readonly hashAt: (height: number) => string;
  readonly open: (network: BitcoinNetwork) => Promise<BitcoinSource>;
}

const opened = new AsyncDisposableStack();
afterEach(closeElectrum);

async function serveCore(): Promise<Served> {
  const setting = opened.use(await setUpCore());
  return {
    hashAt: (height) => setting.chain.point(height).hash,
    open: async (network) => coreSourceOf(setting.server, {}, network),
  };
}

async function serveEsplora(): Promise<Served> {
  const chain = createSyntheticChain();
  chain.mine(4);
  const server = opened.use(await startEsploraServer({ readView: chain.readView }));
  return {
    hashAt: (height) => chain.point(height).hash,
    open: async (network) => mempoolSourceOf(server, { network }),
  };
}

async function serveElectrumChain(): Promise<Served> {
  const chain = createElectrumChain();
  chain.mine(4);
  return {
    hashAt: (height) => chain.point(height).hash,
    open: async (network) => (await serveElectrum(chain, {}, { network })).source,
  };
}

const kinds = [
  ['Bitcoin Core', serveCore],
  ['Esplora', serveEsplora],
  ['Electrum', serveElectrumChain],
] as const;

/** Regtest as if it were known by more than its first block. */
function knownBy(...later: BitcoinNetwork['knownBlocks']): BitcoinNetwork {
  return { ...regtest, knownBlocks: [...regtest.knownBlocks, ...later] };
}

describe.each(kinds)('a source of kind %s', (_, serve) => {
  it('is read where it has every block that its network is known by', async () => {
    const { hashAt, open } = await serve();
    const blocks = [2, 4].map((height) => ({ height, hash: hashAt(height) }));
    expect((await (await open(knownBy(...blocks))).readTip()).height).toBe(4);
  });

  it('is refused where it shares the first block and no later one', async () => {
    const { hashAt, open } = await serve();
    const blocks = [
      { height: 1, hash: hashAt(1) },
      { height: 3, hash: hashAt(2) },
      { height: 900, hash: hashAt(2) },
    ];
    const source = await open(knownBy(...blocks));
    const error = await rejection(() => source.readTip());
    expect(error.code).toBe('SOURCE_WRONG_CHAIN');
    expect(error.message).toContain('serves a chain that has another block 3, not regtest');
  });

  it('is said to be synchronising where it lacks the newest of them', async () => {
    const { hashAt, open } = await serve();
    const source = await open(knownBy({ height: 900, hash: hashAt(1) }));
    const error = await rejection(() => source.readTip());
    expect(error.code).toBe('SOURCE_NOT_READY');
    expect(error.message).toContain('has no block 900 of regtest yet');
  });
});

describe('the blocks that a network is known by', () => {
  it.each(bitcoinNetworks)('ascend from the first on, each with a hash: $name', (network) => {
    const { knownBlocks, genesisHash } = network;
    const heights = knownBlocks.map(({ height }) => height);
    expect(heights).toEqual([...new Set(heights)].sort((one, other) => one - other));
    expect(knownBlocks[0]).toEqual({ height: 0, hash: genesisHash });
    for (const { hash } of knownBlocks) expect(hash).toMatch(/^0[0-9a-f]{63}$/);
  });

  it('tell mainnet from all that left it, and the default signet from the others', () => {
    const forks = new Map([
      ['mainnet', [478_559, 491_407, 556_767, 661_648]],
      ['signet', [1]],
    ]);
    for (const { name, knownBlocks } of bitcoinNetworks) {
      for (const fork of forks.get(name) ?? []) {
        expect(knownBlocks.some(({ height }) => height >= fork)).toBe(true);
      }
    }
  });
});

it('refuses a signet with another challenge before any block could tell', async () => {
  const signet = bitcoinNetworks.find(({ name }) => name === 'signet') ?? regtest;
  await using setting = await setUpCore(({ method, params }, _, __, honest) => {
    if (method === 'getblockhash' && params[0] === 0) return { result: signet.genesisHash };
    if (method !== 'getblockchaininfo') return undefined;
    const reply = honest();
    const result = typeof reply === 'object' && 'result' in reply ? Object(reply.result) : {};
    return { result: { ...result, chain: 'signet', signet_challenge: '51' } };
  });
  const source = coreSourceOf(setting.server, {}, signet);
  const error = await rejection(() => source.readTip());
  expect(error.code).toBe('SOURCE_WRONG_CHAIN');
  expect(error.message).toContain('a signet with another challenge');
  await source.close();
});
