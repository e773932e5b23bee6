import { expect, it } from 'vitest';
import {
  closeSources,
  openBitcoinSources,
  openSupplySources,
} from '../../../src/cli/openSources.ts';
import { findAgreement } from '../../../src/core/findAgreement.ts';
import { rejectionCode } from '../../support/rejection.ts';
import { regtest } from '../../support/syntheticChain.ts';

it('opens a source of each kind, all of which can show what they say', async () => {
  const urls = [
    'core+http://127.0.0.1:1',
    'mempool+http://127.0.0.1:1',
    'esplora+http://127.0.0.1:1/api',
    'electrum+tcp://127.0.0.1:1',
    'electrum+tls://127.0.0.1:1',
  ];
  const sources = openBitcoinSources(urls, regtest);
  expect(sources.map(({ source }) => source.id)).toEqual(urls);
  expect(sources.map(({ inclusion }) => inclusion !== undefined)).toEqual(urls.map(() => true));
  await closeSources(sources);
});

it('refuses a kind that it does not know', async () => {
  const open = () => openBitcoinSources(['neutrino+tcp://127.0.0.1:1'], regtest);
  expect(await rejectionCode(open)).toBe('SOURCE_SCHEME_UNKNOWN');
});

it('opens both interfaces of Sui, which are one opinion where they are of one operator', async () => {
  const urls = ['https://127.0.0.1:1/graphql', 'grpc+https://127.0.0.1:1'];
  const sources = openSupplySources(
    urls.map((url) => `sui:mainnet=${url}#operator=mysten`),
    [],
  );
  expect(sources.map(({ source }) => [source.id, source.operator])).toEqual([
    ['https://127.0.0.1:1', 'mysten'],
    ['grpc+https://127.0.0.1:1', 'mysten'],
  ]);
  const opinions = sources.map(({ source }) => ({ operator: source.operator, value: 5n }));
  expect(findAgreement(opinions, 2, String)).toEqual({ kind: 'short', operators: 1 });
  expect(findAgreement(opinions, 1, String).kind).toBe('agreed');
  await closeSources(sources);
});
