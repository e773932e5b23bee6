import { describe, expect, it } from 'vitest';
import { ChainId } from '../../../src/core/caip.ts';
import { findToken } from '../../../src/registry/findToken.ts';
import { loadRegistry } from '../../../src/registry/loadRegistry.ts';
import {
  buildRegistry,
  mainnetAddresses,
  makeAssetFile,
  makeAssetFolder,
  makeDeployment,
  makeReservesFile,
} from '../../support/registryBuilder.ts';

const suiType = `0x${'0a'.repeat(32)}::xbtc::X_BTC`;
const mint = '5XZw2LKTyrfvfiskJ78AMpackRjPcyCif1WhUsPDuVqQ';

async function loadTwo() {
  const deployments = [
    makeDeployment({ token: `solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:${mint}` }),
    makeDeployment({ token: `sui:mainnet/coin:0x${'0a'.repeat(32)}%3A%3Axbtc%3A%3AX%5FBTC` }),
  ];
  await using built = await buildRegistry({
    abtc: makeAssetFolder('abtc'),
    xbtc: {
      'asset.json': makeAssetFile('xbtc', { deployments }),
      'reserves.json': makeReservesFile([mainnetAddresses.p2sh]),
    },
  });
  return await loadRegistry(built.directory);
}

describe('findToken', () => {
  it('finds an EVM token however its address is written', async () => {
    const registry = await loadTwo();
    const address = '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
    for (const text of [address, address.toLowerCase(), address.toUpperCase()]) {
      const match = findToken(registry, ChainId('eip155:1'), text);
      expect([match?.asset.id, match?.deployment.reference]).toEqual(['abtc', address]);
    }
  });

  it('keeps chains apart', async () => {
    const address = '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
    expect(findToken(await loadTwo(), ChainId('eip155:10'), address)).toBeNull();
  });

  it('finds a coin type plain and percent-encoded', async () => {
    const registry = await loadTwo();
    const encoded = suiType.replaceAll('::', '%3A%3A').replace('_', '%5F');
    for (const text of [suiType, encoded]) {
      expect(findToken(registry, ChainId('sui:mainnet'), text)?.asset.id).toBe('xbtc');
    }
  });

  it('finds a coin type whose package is written without its zeros, or in capitals', async () => {
    const registry = await loadTwo();
    const short = suiType.replace('0x0', '0x').replaceAll('a::', 'A::');
    expect(short).not.toBe(suiType);
    expect(findToken(registry, ChainId('sui:mainnet'), short)?.asset.id).toBe('xbtc');
  });

  it('takes the case of a base58 mint seriously', async () => {
    const registry = await loadTwo();
    const solana = ChainId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp');
    expect(findToken(registry, solana, mint)?.asset.id).toBe('xbtc');
    expect(findToken(registry, solana, mint.toLowerCase())).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['a broken percent encoding', '%'],
    ['half of a surrogate pair', '\ud800'],
    ['a name of JavaScript', 'constructor'],
    ['10 kB', 'x'.repeat(10_000)],
  ])('knows no token for %s', async (_, text) => {
    const registry = await loadTwo();
    expect(findToken(registry, ChainId('sui:mainnet'), text)).toBeNull();
    expect(findToken(registry, ChainId('eip155:1'), text)).toBeNull();
  });
});
