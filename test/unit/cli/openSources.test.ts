import { expect, it } from 'vitest';
import { closeSources, openBitcoinSources } from '../../../src/cli/openSources.ts';
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
